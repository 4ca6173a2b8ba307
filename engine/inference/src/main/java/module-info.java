/** The inference layer's contract. */
module io.pie4j.inference {
  requires static org.jspecify;

  exports io.pie4j.inference;
}

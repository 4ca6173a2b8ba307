/** The programming interface. */
module io.pie4j.api {
  requires static org.jspecify;

  exports io.pie4j.api;
}

/** The CPU driver. */
module io.pie4j.inference.cpu {
  requires static org.jspecify;
  requires transitive io.pie4j.inference;
  requires transitive io.pie4j.model;
  requires jdk.incubator.vector;

  exports io.pie4j.inference.cpu;
}

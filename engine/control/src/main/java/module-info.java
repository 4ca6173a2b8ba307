/** The control layer: what programs own, and when their commands run. */
module io.pie4j.control {
  requires static org.jspecify;
  requires transitive io.pie4j.inference;
  requires HdrHistogram;
  requires com.h2database.mvstore;

  exports io.pie4j.control;
  exports io.pie4j.control.messaging;
  exports io.pie4j.control.store;
}

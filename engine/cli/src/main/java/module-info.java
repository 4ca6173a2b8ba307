/** The pie command. */
module io.pie4j.cli {
  requires static org.jspecify;
  requires info.picocli;
  requires io.pie4j.application;
  requires io.pie4j.inference;
  requires io.pie4j.inference.cpu;
  requires io.pie4j.inferlets;
  requires java.management;
  requires jdk.management;
  requires org.jline;
  requires tools.jackson.databind;
  requires tools.jackson.dataformat.toml;

  exports io.pie4j.cli;

  opens io.pie4j.cli;
}

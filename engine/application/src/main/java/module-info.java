/** The application layer: inferlet lifecycle and the host side of the programming interface. */
module io.pie4j.application {
  requires static org.jspecify;
  requires transitive io.pie4j.api;
  requires transitive io.pie4j.component;
  requires transitive io.pie4j.control;
  requires transitive io.pie4j.model;
  requires io.pie4j.inference;
  requires org.apache.httpcomponents.client5.httpclient5;
  requires org.apache.httpcomponents.core5.httpcore5;
  requires tools.jackson.databind;
  requires tools.jackson.dataformat.toml;

  exports io.pie4j.application;
  exports io.pie4j.application.http;
}

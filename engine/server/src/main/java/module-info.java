/** The network's way in: programs that are HTTP servers. */
module io.pie4j.server {
  requires static org.jspecify;
  requires transitive io.pie4j.application;
  requires io.pie4j.component;
  requires io.helidon.common;
  requires io.helidon.http;
  requires io.helidon.webserver;
  requires java.logging;

  exports io.pie4j.server;
}

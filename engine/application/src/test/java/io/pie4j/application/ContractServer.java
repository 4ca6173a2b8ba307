package io.pie4j.application;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The server on loopback that the contract's checks of HTTP talk to. */
final class ContractServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile CountDownLatch free = new CountDownLatch(0);

  ContractServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            answer(exchange);
          } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void hold() {
    free = new CountDownLatch(1);
  }

  void release() {
    free.countDown();
  }

  private void answer(HttpExchange exchange) throws IOException, InterruptedException {
    exchange.getResponseHeaders().set("X-Pie", "apple");
    switch (exchange.getRequestURI().getPath()) {
      case "/echo" -> {
        String first =
            "%s %s %s\n"
                .formatted(
                    exchange.getRequestMethod(),
                    header(exchange, "Content-Type"),
                    header(exchange, "X-Pie"));
        byte[] body = exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(first.getBytes(StandardCharsets.UTF_8));
          out.write(body);
        }
      }
      case "/bytes" -> {
        byte[] content =
            ContractPartner.content(Integer.parseInt(exchange.getRequestURI().getQuery()));
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content);
      }
      case "/held" -> {
        free.await();
        exchange.sendResponseHeaders(200, -1);
      }
      case "/slow" -> {
        exchange.sendResponseHeaders(200, 4);
        OutputStream out = exchange.getResponseBody();
        out.write('s');
        out.flush();
        free.await();
        out.write("low".getBytes(StandardCharsets.UTF_8));
      }
      case "/moved" -> {
        exchange.getResponseHeaders().set("Location", "/echo");
        exchange.sendResponseHeaders(302, -1);
      }
      case "/away" -> {
        exchange.getResponseHeaders().set("Location", ContractStage.DENIED_SERVER);
        exchange.sendResponseHeaders(302, -1);
      }
      default -> exchange.sendResponseHeaders(404, -1);
    }
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "-" : value;
  }

  @Override
  public void close() {
    release();
    server.stop(0);
    threads.shutdownNow();
  }
}

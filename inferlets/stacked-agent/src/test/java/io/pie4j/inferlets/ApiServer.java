package io.pie4j.inferlets;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The APIs that the agent calls, each answered after a latency. */
final class ApiServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final int latencyMillis;
  private volatile CountDownLatch awaited = new CountDownLatch(0);
  private volatile String refused = "";

  ApiServer(int latencyMillis) throws IOException {
    this.latencyMillis = latencyMillis;
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

  /** Names and arguments, in the order in which they came. */
  List<String> calls() {
    return List.copyOf(calls);
  }

  /** Messages are not answered before so many calls of any kind have come. */
  void holdMessagesUntil(int count) {
    awaited = new CountDownLatch(count);
  }

  void refuse(String name) {
    refused = name;
  }

  private void answer(HttpExchange exchange) throws IOException, InterruptedException {
    String name = exchange.getRequestURI().getPath().substring(1);
    byte[] arguments = exchange.getRequestBody().readAllBytes();
    calls.add(name + " " + new String(arguments, StandardCharsets.UTF_8));
    awaited.countDown();
    Thread.sleep(latencyMillis);
    if (name.equals("send_message")) {
      awaited.await();
    }
    byte[] body = (name.equals(refused) ? "no" : said(name)).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(name.equals(refused) ? 503 : 200, body.length);
    exchange.getResponseBody().write(body);
  }

  private static String said(String name) {
    return switch (name) {
      case "search" -> "The river Seine runs through the middle of the city.";
      case "get_weather" -> "foggy, 14 degrees";
      case "get_capital" -> "Lima";
      case "set_timer" -> "ok";
      default -> "sent";
    };
  }

  @Override
  public void close() {
    while (awaited.getCount() > 0) {
      awaited.countDown();
    }
    server.stop(0);
    threads.shutdownNow();
  }
}

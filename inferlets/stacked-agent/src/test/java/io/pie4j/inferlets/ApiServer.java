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
import java.util.concurrent.atomic.AtomicInteger;

/** The APIs that the agent calls. */
final class ApiServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger openAtMost = new AtomicInteger();
  private volatile CountDownLatch awaited = new CountDownLatch(0);
  private volatile List<String> held = List.of();
  private volatile String refused = "";

  ApiServer() throws IOException {
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

  /** Those of these names are not answered before so many calls of any name have come. */
  void holdUntil(int count, String... names) {
    awaited = new CountDownLatch(count);
    held = List.of(names);
  }

  /** Calls at the same time. */
  int openAtMost() {
    return openAtMost.get();
  }

  void refuse(String name) {
    refused = name;
  }

  private void answer(HttpExchange exchange) throws IOException, InterruptedException {
    String name = exchange.getRequestURI().getPath().substring(1);
    byte[] arguments = exchange.getRequestBody().readAllBytes();
    calls.add(name + " " + new String(arguments, StandardCharsets.UTF_8));
    openAtMost.accumulateAndGet(open.incrementAndGet(), Math::max);
    awaited.countDown();
    if (held.contains(name)) {
      awaited.await();
    }
    open.decrementAndGet();
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

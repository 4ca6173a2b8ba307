package io.pie4j.inferlets;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BinaryOperator;

/** The server of agents' tools: answers a path and a {@code q}, after a while. */
final class ToolServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final BinaryOperator<String> answers;
  private final long latencyMillis;
  private final Semaphore arrived = new Semaphore(0);
  private volatile CyclicBarrier together = new CyclicBarrier(1);
  private volatile CountDownLatch held = new CountDownLatch(0);

  /** With what it answers for a path without its slash and a question; 404 for an empty text. */
  ToolServer(long latencyMillis, BinaryOperator<String> answers) throws IOException {
    this.latencyMillis = latencyMillis;
    this.answers = answers;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** From now on answers only when so many requests are there. */
  void wait(int requests) {
    together = new CyclicBarrier(requests);
  }

  /** From now on answers nothing before {@link #release}. */
  void hold() {
    held = new CountDownLatch(1);
    arrived.drainPermits();
  }

  void release() {
    held.countDown();
  }

  /** Waits for a request that has come since {@link #hold}. */
  void awaitRequest() {
    try {
      if (!arrived.tryAcquire(60, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody asked");
      }
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  /** The requests since the last time, as {@code path question}. */
  List<String> asked() {
    List<String> all = List.copyOf(asked);
    asked.clear();
    return all;
  }

  private void answer(HttpExchange exchange) {
    try (exchange) {
      String tool = exchange.getRequestURI().getPath().substring(1);
      String query = exchange.getRequestURI().getRawQuery().substring("q=".length());
      String question = URLDecoder.decode(query, StandardCharsets.UTF_8);
      asked.add(tool + " " + question);
      arrived.release();
      held.await();
      together.await(60, TimeUnit.SECONDS);
      Thread.sleep(latencyMillis);
      byte[] text = answers.apply(tool, question).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(
          text.length == 0 ? 404 : 200, text.length == 0 ? -1 : text.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(text);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (Exception stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  @Override
  public void close() {
    release();
    server.stop(0);
    threads.shutdownNow();
  }
}

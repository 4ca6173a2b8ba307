package io.pie4j.application;

import io.pie4j.inference.AdapterWeights;
import io.pie4j.inference.Driver;
import io.pie4j.inference.DriverInfo;
import io.pie4j.inference.EmbedText;
import io.pie4j.inference.Pass;
import io.pie4j.inference.PassResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A driver whose passes can be held up, so that a test knows what happens while one is under way.
 * It remembers the tokens that it embedded, in their order.
 */
final class HeldDriver implements Driver {
  private final Driver driver;
  private final List<Integer> embedded = new ArrayList<>();
  private CompletableFuture<Void> way = CompletableFuture.completedFuture(null);
  private boolean waiting;

  HeldDriver(Driver driver) {
    this.driver = driver;
  }

  /** The next pass does not end before {@link #release}. */
  synchronized void hold() {
    embedded.clear();
    if (way.isDone()) {
      way = new CompletableFuture<>();
    }
  }

  /** Waits until a pass is held up; false if none comes. */
  synchronized boolean awaitHeld() throws InterruptedException {
    long deadline = System.nanoTime() + 5_000_000_000L;
    while (!waiting && System.nanoTime() < deadline) {
      wait(100);
    }
    return waiting;
  }

  void release() {
    CompletableFuture<Void> free;
    synchronized (this) {
      waiting = false;
      free = way;
    }
    free.complete(null);
  }

  /** The tokens embedded since the last {@link #hold}. */
  synchronized List<Integer> embedded() {
    return List.copyOf(embedded);
  }

  @Override
  public DriverInfo info() {
    return driver.info();
  }

  @Override
  public CompletableFuture<PassResult> execute(Pass pass) {
    CompletableFuture<Void> before;
    synchronized (this) {
      for (EmbedText embed : pass.embeds()) {
        for (int token : embed.tokens()) {
          embedded.add(token);
        }
      }
      before = way;
      waiting = !way.isDone();
      notifyAll();
    }
    return before.thenCompose(free -> driver.execute(pass));
  }

  @Override
  public int loadAdapter(AdapterWeights weights) {
    return driver.loadAdapter(weights);
  }

  @Override
  public void unloadAdapter(int adapter) {
    driver.unloadAdapter(adapter);
  }

  @Override
  public void close() {
    release();
    driver.close();
  }
}

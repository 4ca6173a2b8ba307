package io.pie4j.bench;

import io.pie4j.inference.AdapterWeights;
import io.pie4j.inference.Driver;
import io.pie4j.inference.DriverInfo;
import io.pie4j.inference.Pass;
import io.pie4j.inference.PassResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A driver that looks at the clock at the end of each pass. */
final class PassClock implements Driver {
  private final Driver driver;
  private final List<Double> millis = new ArrayList<>();
  private long last;

  PassClock(Driver driver) {
    this.driver = driver;
  }

  /** The next pass follows no other. */
  synchronized void begin() {
    last = 0;
  }

  /** From one pass's end to the next one's, of all since the last call. */
  synchronized double[] takeMillis() {
    double[] all = millis.stream().mapToDouble(Double::doubleValue).toArray();
    millis.clear();
    return all;
  }

  private synchronized void ended() {
    long now = System.nanoTime();
    if (last != 0) {
      millis.add((now - last) / 1e6);
    }
    last = now;
  }

  @Override
  public DriverInfo info() {
    return driver.info();
  }

  @Override
  public CompletableFuture<PassResult> execute(Pass pass) {
    return driver.execute(pass).whenComplete((_, _) -> ended());
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
    driver.close();
  }
}

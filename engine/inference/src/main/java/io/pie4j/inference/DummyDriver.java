package io.pie4j.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A driver without a model, to measure and test everything above it.
 *
 * <p>An embed is a token and its position; a forward hands them on; a readout's tokens follow from
 * a hash of the two. Nothing else matters, pages least of all, so results are the same however
 * commands are batched.
 */
public final class DummyDriver implements Driver {
  /** Of halves, quarters, eighths, … in nats. */
  private static final float ENTROPY = (float) (2 * Math.log(2));

  private final DriverInfo info;
  private final DummySettings settings;
  private final int[] tokenOf;
  private final int[] positionOf;
  private final float[] probabilities;
  private final BitSet adapters = new BitSet();
  private int[] scratch = new int[0];
  private volatile CompletableFuture<?> underWay = CompletableFuture.completedFuture(0);
  private volatile boolean closed;

  public DummyDriver(DummySettings settings) {
    this.info = settings.info();
    this.settings = settings;
    this.tokenOf = new int[info.embedCount()];
    this.positionOf = new int[info.embedCount()];
    this.probabilities = new float[info.vocabularySize()];
    float rest = 1;
    for (int i = 0; i < probabilities.length; i++) {
      rest *= 0.5f;
      probabilities[i] = rest;
    }
  }

  @Override
  public DriverInfo info() {
    return info;
  }

  @Override
  public CompletableFuture<PassResult> execute(Pass pass) {
    long start = System.nanoTime();
    if (closed) {
      return CompletableFuture.failedFuture(new DriverException("the driver is closed"));
    }
    List<Readout.Result> results;
    try {
      info.check(pass);
      requireLoaded(pass.forwards());
      results = run(pass);
    } catch (DriverException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (settings.cost().isEmpty()) {
      return CompletableFuture.completedFuture(new PassResult(results, System.nanoTime() - start));
    }
    long nanos = settings.cost().get().nanos(pass.tokens());
    CompletableFuture<PassResult> future =
        new CompletableFuture<PassResult>()
            .completeOnTimeout(new PassResult(results, nanos), nanos, TimeUnit.NANOSECONDS);
    underWay = future;
    return future;
  }

  private List<Readout.Result> run(Pass pass) {
    for (EmbedText embed : pass.embeds()) {
      int[] embeds = embed.embeds();
      for (int i = 0; i < embeds.length; i++) {
        tokenOf[embeds[i]] = embed.tokens()[i];
        positionOf[embeds[i]] = embed.positions()[i];
      }
    }
    for (Forward forward : pass.forwards()) {
      run(forward);
    }
    List<Readout.Result> results = new ArrayList<>(pass.readouts().size());
    for (Readout readout : pass.readouts()) {
      results.add(
          switch (readout) {
            case Readout.TopK topK -> distribution(topK);
            case Readout.Draw draw -> token(draw);
            case Readout.Full full -> all(full);
            case Readout.Score score -> scores(score);
          });
    }
    return results;
  }

  /** Outputs may be inputs in another order, so all are read before one is written. */
  private void run(Forward forward) {
    int[] outputs = forward.outputs();
    int[] inputs = forward.inputs();
    int count = outputs.length;
    int first = inputs.length - count;
    if (scratch.length < 2 * count) {
      scratch = new int[2 * count];
    }
    for (int i = 0; i < count; i++) {
      scratch[2 * i] = tokenOf[inputs[first + i]];
      scratch[2 * i + 1] = positionOf[inputs[first + i]];
    }
    for (int i = 0; i < count; i++) {
      tokenOf[outputs[i]] = scratch[2 * i];
      positionOf[outputs[i]] = scratch[2 * i + 1];
    }
  }

  private Readout.Result distribution(Readout.TopK readout) {
    int vocabulary = info.vocabularySize();
    int count = Math.min(readout.topK(), vocabulary);
    int[] ids = new int[count];
    int id = first(readout.embed(), 0);
    for (int i = 0; i < count; i++) {
      ids[i] = id;
      id = id + 1 == vocabulary ? 0 : id + 1;
    }
    return new Readout.Result.Distribution(ids, Arrays.copyOf(probabilities, count));
  }

  private Readout.Result token(Readout.Draw readout) {
    int id = first(readout.embed(), readout.temperature() == 0 ? 0 : readout.seed());
    if (readout.allowed().isPresent()) {
      long[] allowed = readout.allowed().get();
      while ((allowed[id >>> 6] >>> id & 1) == 0) {
        id = id + 1 == info.vocabularySize() ? 0 : id + 1;
      }
    }
    return new Readout.Result.Token(id, (float) -Math.log(2));
  }

  private Readout.Result all(Readout.Full readout) {
    float[] values = new float[info.vocabularySize()];
    int from = first(readout.embed(), 0);
    for (int i = 0; i < values.length; i++) {
      values[(from + i) % values.length] = probabilities[i];
    }
    return new Readout.Result.Probabilities(values);
  }

  private Readout.Result scores(Readout.Score readout) {
    int vocabulary = info.vocabularySize();
    int from = first(readout.embed(), 0);
    float[] values = new float[readout.tokens().length];
    for (int i = 0; i < values.length; i++) {
      int rank = Math.floorMod(readout.tokens()[i] - from, vocabulary);
      values[i] = (float) ((rank + 1) * -Math.log(2));
    }
    return new Readout.Result.Scores(values, ENTROPY);
  }

  private int first(int embed, long seed) {
    long hash = (((long) positionOf[embed] << 32 | tokenOf[embed]) ^ seed) * 0x9E3779B97F4A7C15L;
    hash = (hash ^ hash >>> 32) * 0xBF58476D1CE4E5B9L;
    return (int) Long.remainderUnsigned(hash ^ hash >>> 29, info.vocabularySize());
  }

  @Override
  public synchronized int loadAdapter(AdapterWeights weights) {
    int place = adapters.nextClearBit(0);
    if (place >= info.adaptersMax()) {
      throw new DriverException(
          "adapter %s: %d adapters are loaded, which is the limit"
              .formatted(weights.name(), info.adaptersMax()));
    }
    adapters.set(place);
    return place;
  }

  @Override
  public synchronized void unloadAdapter(int adapter) {
    if (adapter < 0 || !adapters.get(adapter)) {
      throw absent(adapter);
    }
    adapters.clear(adapter);
  }

  private void requireLoaded(List<Forward> forwards) {
    for (Forward forward : forwards) {
      if (forward.adapter().isPresent()) {
        requireLoaded(forward.adapter().getAsInt());
      }
    }
  }

  private synchronized void requireLoaded(int adapter) {
    if (!adapters.get(adapter)) {
      throw absent(adapter);
    }
  }

  private static DriverException absent(int adapter) {
    return new DriverException("there is no adapter " + adapter);
  }

  @Override
  public void close() {
    closed = true;
    underWay.join();
  }
}

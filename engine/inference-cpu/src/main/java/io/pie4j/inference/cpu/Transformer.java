package io.pie4j.inference.cpu;

import io.pie4j.inference.AdapterWeights.Projection;
import io.pie4j.inference.Forward;
import io.pie4j.model.ModelConfig;
import io.pie4j.model.Rope;
import io.pie4j.model.Tensor;
import io.pie4j.model.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The forward stage: a batch's input embeds through all layers to its output embeds.
 *
 * <p>Every operator runs once over all new tokens of the pass. Operators follow one another; within
 * one, threads share outputs, tokens or heads.
 */
final class Transformer {

  /** A layer's weights: matrices as {@link Linear}, vectors as singles, absent ones empty. */
  private record Layer(
      float[] attentionNorm,
      Linear q,
      Linear k,
      Linear v,
      float[] qBias,
      float[] kBias,
      float[] vBias,
      float[] qNorm,
      float[] kNorm,
      Linear o,
      float[] ffnNorm,
      Linear gate,
      Linear up,
      Linear down) {

    static Layer of(Weights.Layer w, Function<Tensor, Linear> linear) {
      return new Layer(
          w.attentionNorm().toFloats(),
          linear.apply(w.q()),
          linear.apply(w.k()),
          linear.apply(w.v()),
          vector(w.qBias()),
          vector(w.kBias()),
          vector(w.vBias()),
          vector(w.qNorm()),
          vector(w.kNorm()),
          linear.apply(w.o()),
          w.ffnNorm().toFloats(),
          linear.apply(w.gate()),
          linear.apply(w.up()),
          linear.apply(w.down()));
    }

    private static float[] vector(Optional<Tensor> tensor) {
      return tensor.map(Tensor::toFloats).orElseGet(() -> new float[0]);
    }
  }

  private final ModelConfig config;
  private final Kernels kernels;
  private final Workers workers;
  private final PagedKv kv;
  private final EmbedTable embeds;
  private final Attention attention;
  private int attentionItems;
  private final AdapterRows adapters = new AdapterRows();
  private final List<Layer> layers = new ArrayList<>();
  private final float[] outputNorm;
  private final float[] frequencies;
  private final float queryScale;

  private final Activations hidden;
  private final Activations normed;
  private final Activations queries;
  private final Activations keys;
  private final Activations values;
  private final Activations attended;
  private final Activations gate;
  private final Activations up;
  private final Activations added;

  /** Cosines, then sines, of a token's angles. */
  private final Activations angles;

  Transformer(
      ModelConfig config,
      Weights weights,
      Function<Tensor, Linear> linear,
      Kernels kernels,
      Workers workers,
      PagedKv kv,
      EmbedTable embeds) {
    this.config = config;
    this.kernels = kernels;
    this.workers = workers;
    this.kv = kv;
    this.embeds = embeds;
    this.attention = new Attention(config, kernels, kv);
    for (Weights.Layer layer : weights.layers()) {
      layers.add(Layer.of(layer, linear));
    }
    this.outputNorm = weights.outputNorm().toFloats();
    this.frequencies = config.rope().inverseFrequencies(config.headDim());
    this.queryScale = (float) (1 / Math.sqrt(config.headDim()));
    this.hidden = new Activations(config.hiddenSize());
    this.normed = new Activations(config.hiddenSize());
    this.queries = new Activations(config.queryWidth());
    this.keys = new Activations(config.kvWidth());
    this.values = new Activations(config.kvWidth());
    this.attended = new Activations(config.queryWidth());
    this.gate = new Activations(config.intermediateSize());
    this.up = new Activations(config.intermediateSize());
    this.added = new Activations(config.hiddenSize());
    this.angles = new Activations(config.headDim());
  }

  /** Singles of the widest activation of a token. */
  static long widest(ModelConfig config) {
    return Math.max(
        Math.max(config.hiddenSize(), config.intermediateSize()),
        Math.max(config.queryWidth(), config.kvWidth()));
  }

  /**
   * @param loaded the adapters that the batch's forwards name, by number; may be empty if none does
   */
  void run(Batch batch, LoadedAdapter[] loaded) {
    int rows = batch.tokens();
    if (rows == 0) {
      return;
    }
    adapters.fill(batch, loaded);
    for (Activations a :
        List.of(hidden, normed, queries, keys, values, attended, gate, up, added, angles)) {
      a.reserve(rows);
    }
    read(batch);
    attentionItems = attention.plan(batch, workers);
    for (int l = 0; l < layers.size(); l++) {
      run(batch, l, layers.get(l));
    }
    addAndNorm(rows, outputNorm);
    write(batch);
  }

  private void run(Batch batch, int index, Layer layer) {
    int rows = batch.tokens();
    if (index == 0) {
      rows(rows, 16L * hidden.width(), row -> norm(row, layer.attentionNorm));
    } else {
      addAndNorm(rows, layer.attentionNorm);
    }
    round(normed, rows, layer.q, layer.k, layer.v);
    multiply(normed, rows, List.of(layer.q, layer.k, layer.v), List.of(queries, keys, values));
    adapt(
        index,
        normed,
        List.of(Projection.QUERY, Projection.KEY, Projection.VALUE),
        List.of(queries, keys, values));
    rows(
        rows,
        32L * (queries.width() + 2 * keys.width()),
        row -> turnAndStore(batch, index, layer, row));
    workers.run(
        attentionItems,
        3 * batch.attentionPairs() * config.queryWidth(),
        (first, end, scratch) ->
            attention.run(batch, index, queries, attended, first, end, scratch));
    round(attended, rows, layer.o);
    multiply(attended, rows, List.of(layer.o), List.of(added));
    adapt(index, attended, List.of(Projection.OUTPUT), List.of(added));
    addAndNorm(rows, layer.ffnNorm);
    boolean adapted = !adapters.isEmpty();
    round(normed, rows, layer.gate, layer.up);
    workers.run(
        layer.gate.units(),
        2 * cost(rows, layer.gate),
        (first, end, scratch) -> {
          layer.gate.multiply(kernels, first, end, normed, rows, gate, scratch);
          layer.up.multiply(kernels, first, end, normed, rows, up, scratch);
          if (!adapted) {
            activate(layer.gate, rows, first, end);
          }
        });
    if (adapted) {
      // What adapters add comes before the activation, which then waits for all outputs.
      adapt(index, normed, List.of(Projection.GATE, Projection.UP), List.of(gate, up));
      workers.run(
          layer.gate.units(),
          16L * rows * gate.width(),
          (first, end, _) -> activate(layer.gate, rows, first, end));
    }
    round(gate, rows, layer.down);
    multiply(gate, rows, List.of(layer.down), List.of(added));
    adapt(index, gate, List.of(Projection.DOWN), List.of(added));
  }

  private void adapt(
      int index, Activations x, List<Projection> projections, List<Activations> results) {
    adapters.add(kernels, workers, index, x, projections, results);
  }

  private void read(Batch batch) {
    rows(
        batch.tokens(),
        100L * config.headDim(),
        row -> {
          int input = batch.forward(row).inputs()[batch.indexInForward(row)];
          embeds.read(input, hidden.values(), hidden.at(row));
          float[] values = angles.values();
          int half = frequencies.length;
          for (int i = 0; i < half; i++) {
            float angle = batch.position(row) * frequencies[i];
            values[angles.at(row) + i] = (float) Math.cos(angle);
            values[angles.at(row) + half + i] = (float) Math.sin(angle);
          }
        });
  }

  private void write(Batch batch) {
    List<Forward> forwards = batch.forwards();
    for (int f = 0; f < forwards.size(); f++) {
      int[] outputs = forwards.get(f).outputs();
      int token = batch.firstToken(f) + forwards.get(f).tokens() - outputs.length;
      for (int output : outputs) {
        embeds.write(output, normed.values(), normed.at(token), batch.position(token));
        token++;
      }
    }
  }

  /** Rounds rows to bytes if a layer takes them. */
  private void round(Activations x, int rows, Linear... readers) {
    for (Linear reader : readers) {
      if (reader.takesBytes()) {
        x.reserveBytes(rows);
        rows(rows, x.width(), row -> x.toBytes(kernels, row, rows));
        return;
      }
    }
  }

  /** Several matrices over the same rows as one operator. */
  private void multiply(Activations x, int rows, List<Linear> matrices, List<Activations> results) {
    int units = 0;
    long cost = 0;
    for (Linear matrix : matrices) {
      units += matrix.units();
      cost += cost(rows, matrix);
    }
    workers.run(
        units,
        cost,
        (first, end, scratch) -> {
          int base = 0;
          for (int i = 0; i < matrices.size(); i++) {
            Linear matrix = matrices.get(i);
            int from = Math.max(first - base, 0);
            int to = Math.min(end - base, matrix.units());
            if (from < to) {
              matrix.multiply(kernels, from, to, x, rows, results.get(i), scratch);
            }
            base += matrix.units();
          }
        });
  }

  private static long cost(int rows, Linear matrix) {
    return (rows + 1L) * matrix.inputs() * matrix.outputs();
  }

  private void activate(Linear matrix, int rows, int first, int end) {
    int from = first * matrix.unitOutputs();
    int to = Math.min(end * matrix.unitOutputs(), gate.width());
    for (int row = 0; row < rows; row++) {
      kernels.swiglu(gate.values(), up.values(), gate.at(row) + from, to - from);
    }
  }

  private interface Row {
    void run(int row);
  }

  private void rows(int rows, long costOfRow, Row body) {
    workers.run(
        rows,
        rows * costOfRow,
        (first, end, _) -> {
          for (int row = first; row < end; row++) {
            body.run(row);
          }
        });
  }

  /** Adds what the last operator gave to the residual stream, and norms the sum. */
  private void addAndNorm(int rows, float[] weight) {
    rows(
        rows,
        20L * hidden.width(),
        row -> {
          float[] sum = hidden.values();
          float[] more = added.values();
          int at = hidden.at(row);
          for (int i = at; i < at + hidden.width(); i++) {
            sum[i] += more[i];
          }
          norm(row, weight);
        });
  }

  private void norm(int row, float[] weight) {
    RmsNorm.apply(
        hidden.values(),
        hidden.at(row),
        hidden.width(),
        weight,
        config.rmsNormEps(),
        normed.values(),
        normed.at(row));
  }

  /** Biases, norms of heads and rotation; keys and values go to their pages. */
  private void turnAndStore(Batch batch, int index, Layer layer, int row) {
    int headDim = config.headDim();
    float[] q = queries.values();
    float[] k = keys.values();
    float[] v = values.values();
    add(layer.qBias, q, queries.at(row));
    add(layer.kBias, k, keys.at(row));
    add(layer.vBias, v, values.at(row));
    float eps = config.rmsNormEps();
    for (int head = 0; head < config.heads(); head++) {
      int at = queries.at(row) + head * headDim;
      if (layer.qNorm.length != 0) {
        RmsNorm.apply(q, at, headDim, layer.qNorm, eps, q, at);
      }
      turn(q, at, row);
      for (int d = at; d < at + headDim; d++) {
        q[d] *= queryScale;
      }
    }
    for (int head = 0; head < config.kvHeads(); head++) {
      int at = keys.at(row) + head * headDim;
      if (layer.kNorm.length != 0) {
        RmsNorm.apply(k, at, headDim, layer.kNorm, eps, k, at);
      }
      turn(k, at, row);
    }
    int size = kv.pageSize();
    kv.store(kv.pageOfNew(row), row % size, index, k, keys.at(row), v, values.at(row));
    int[] slots = batch.forward(row).writeSlots();
    if (slots.length != 0) {
      int slot = slots[batch.indexInForward(row)];
      kv.store(slot / size, slot % size, index, k, keys.at(row), v, values.at(row));
    }
  }

  private static void add(float[] bias, float[] values, int at) {
    for (int i = 0; i < bias.length; i++) {
      values[at + i] += bias[i];
    }
  }

  private void turn(float[] head, int at, int row) {
    float[] table = angles.values();
    int half = frequencies.length;
    int cosAt = angles.at(row);
    int sinAt = cosAt + half;
    boolean pairs = config.rope().layout() == Rope.Layout.PAIRS;
    int step = pairs ? 2 : 1;
    int other = pairs ? 1 : half;
    for (int i = 0; i < half; i++) {
      int a = at + i * step;
      int b = a + other;
      float x = head[a];
      float y = head[b];
      head[a] = x * table[cosAt + i] - y * table[sinAt + i];
      head[b] = y * table[cosAt + i] + x * table[sinAt + i];
    }
  }
}

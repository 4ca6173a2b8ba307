package io.pie4j.inference.cpu;

import io.pie4j.model.ModelConfig;
import io.pie4j.model.Rope;
import io.pie4j.model.Tensor;
import io.pie4j.model.Weights;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * A Transformer by its definition: doubles, one token at a time, every token looking at a plain
 * list of tokens. Knows neither pages nor slots nor passes.
 */
public final class DenseTransformer {

  /** A token's key and value, layer by layer. */
  public record Token(int position, double[][] keys, double[][] values) {}

  /** What an embed holds: a vector and where it stands. */
  public record Embedded(double[] vector, int position) {}

  private final ModelConfig config;
  private final Weights weights;
  private final double[] frequencies;
  private final IdentityHashMap<Tensor, double[][]> matrices = new IdentityHashMap<>();

  public DenseTransformer(ModelConfig config, Weights weights) {
    this.config = config;
    this.weights = weights;
    float[] singles = config.rope().inverseFrequencies(config.headDim());
    frequencies = new double[singles.length];
    Arrays.setAll(frequencies, i -> singles[i]);
    // All before anybody asks, since many threads do.
    weights.tensors().forEach(t -> matrices.put(t, doubles(t)));
  }

  public Embedded embed(int token, int position) {
    return new Embedded(matrix(weights.tokenEmbedding())[token], position);
  }

  public double[] probabilities(Embedded output) {
    double[] logits = times(weights.output(), output.vector);
    double max = Arrays.stream(logits).max().orElseThrow();
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      logits[i] = Math.exp(logits[i] - max);
      sum += logits[i];
    }
    for (int i = 0; i < logits.length; i++) {
      logits[i] /= sum;
    }
    return logits;
  }

  /**
   * Runs new tokens; they come to {@code all} behind the tokens that are there to be seen.
   *
   * @param visible a row a new token over all tokens; by position if there is none
   */
  public Embedded[] run(List<Token> all, Embedded[] inputs, Optional<boolean[][]> visible) {
    int before = all.size();
    for (Embedded input : inputs) {
      all.add(
          new Token(input.position, new double[config.layers()][], new double[config.layers()][]));
    }
    double[][] streams = new double[inputs.length][];
    for (int t = 0; t < inputs.length; t++) {
      streams[t] = inputs[t].vector;
    }
    for (int l = 0; l < config.layers(); l++) {
      Weights.Layer w = weights.layer(l);
      double[][] queries = new double[inputs.length][];
      for (int t = 0; t < inputs.length; t++) {
        double[] x = normed(streams[t], w.attentionNorm());
        int position = inputs[t].position;
        queries[t] = turned(biased(times(w.q(), x), w.qBias()), w.qNorm(), position);
        Token own = all.get(before + t);
        own.keys[l] = turned(biased(times(w.k(), x), w.kBias()), w.kNorm(), position);
        own.values[l] = biased(times(w.v(), x), w.vBias());
      }
      for (int t = 0; t < inputs.length; t++) {
        boolean[] seen =
            visible.isPresent() ? visible.get()[t] : byPosition(all, inputs[t].position);
        double[] y = plus(streams[t], times(w.o(), attend(queries[t], all, l, seen)));
        double[] x = normed(y, w.ffnNorm());
        double[] gate = times(w.gate(), x);
        double[] up = times(w.up(), x);
        for (int i = 0; i < gate.length; i++) {
          gate[i] *= up[i] / (1 + Math.exp(-gate[i]));
        }
        streams[t] = plus(y, times(w.down(), gate));
      }
    }
    Embedded[] outputs = new Embedded[inputs.length];
    for (int t = 0; t < inputs.length; t++) {
      outputs[t] = new Embedded(normed(streams[t], weights.outputNorm()), inputs[t].position);
    }
    return outputs;
  }

  private boolean[] byPosition(List<Token> all, int position) {
    int window = config.slidingWindow().orElse(Integer.MAX_VALUE);
    boolean[] seen = new boolean[all.size()];
    for (int i = 0; i < seen.length; i++) {
      int distance = position - all.get(i).position;
      seen[i] = distance >= 0 && distance < window;
    }
    return seen;
  }

  private double[] attend(double[] query, List<Token> all, int layer, boolean[] seen) {
    int width = config.headDim();
    int group = config.heads() / config.kvHeads();
    double[] result = new double[query.length];
    for (int head = 0; head < config.heads(); head++) {
      int at = head * width;
      int kvAt = head / group * width;
      double[] share = new double[seen.length];
      double most = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < seen.length; i++) {
        if (seen[i]) {
          double[] key = all.get(i).keys[layer];
          double product = 0;
          for (int d = 0; d < width; d++) {
            product += query[at + d] * key[kvAt + d];
          }
          share[i] = product / Math.sqrt(width);
          most = Math.max(most, share[i]);
        }
      }
      double sum = 0;
      for (int i = 0; i < seen.length; i++) {
        share[i] = seen[i] ? Math.exp(share[i] - most) : 0;
        sum += share[i];
      }
      for (int i = 0; i < seen.length; i++) {
        if (seen[i]) {
          double[] value = all.get(i).values[layer];
          for (int d = 0; d < width; d++) {
            result[at + d] += share[i] / sum * value[kvAt + d];
          }
        }
      }
    }
    return result;
  }

  private double[] turned(double[] heads, Optional<Tensor> norm, int position) {
    int width = config.headDim();
    boolean pairs = config.rope().layout() == Rope.Layout.PAIRS;
    double[] result = new double[heads.length];
    for (int at = 0; at < heads.length; at += width) {
      double[] head = Arrays.copyOfRange(heads, at, at + width);
      double[] x = norm.isPresent() ? normed(head, norm.get()) : head;
      for (int i = 0; i < width / 2; i++) {
        int a = pairs ? 2 * i : i;
        int b = pairs ? 2 * i + 1 : i + width / 2;
        double cos = Math.cos(position * frequencies[i]);
        double sin = Math.sin(position * frequencies[i]);
        result[at + a] = x[a] * cos - x[b] * sin;
        result[at + b] = x[a] * sin + x[b] * cos;
      }
    }
    return result;
  }

  private double[] normed(double[] x, Tensor weight) {
    double squares = 0;
    for (double value : x) {
      squares += value * value;
    }
    double scale = 1 / Math.sqrt(squares / x.length + config.rmsNormEps());
    double[] result = matrix(weight)[0].clone();
    for (int i = 0; i < x.length; i++) {
      result[i] *= x[i] * scale;
    }
    return result;
  }

  private double[] biased(double[] x, Optional<Tensor> bias) {
    return bias.isPresent() ? plus(x, matrix(bias.get())[0]) : x;
  }

  private static double[] plus(double[] a, double[] b) {
    double[] sum = a.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }

  private double[] times(Tensor tensor, double[] x) {
    double[][] rows = matrix(tensor);
    double[] result = new double[rows.length];
    for (int o = 0; o < rows.length; o++) {
      double sum = 0;
      for (int k = 0; k < x.length; k++) {
        sum += rows[o][k] * x[k];
      }
      result[o] = sum;
    }
    return result;
  }

  private double[][] matrix(Tensor tensor) {
    double[][] known = matrices.get(tensor);
    if (known == null) {
      throw new AssertionError("the model has no tensor " + tensor.name());
    }
    return known;
  }

  private static double[][] doubles(Tensor tensor) {
    float[] all = tensor.toFloats();
    int columns = Math.toIntExact(tensor.columns());
    double[][] rows = new double[Math.toIntExact(tensor.rows())][columns];
    for (int i = 0; i < all.length; i++) {
      rows[i / columns][i % columns] = all[i];
    }
    return rows;
  }
}

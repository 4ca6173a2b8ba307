package io.pie4j.inference.cpu;

import io.pie4j.model.ModelConfig;
import io.pie4j.model.Rope;
import io.pie4j.model.Tensor;
import io.pie4j.model.Weights;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/** The textbook's transformer in doubles: token by token, no pages, no batches. */
final class NaiveTransformer {

  /** A token's key and value in every layer. */
  record Kept(int position, double[][] keys, double[][] values) {}

  private final ModelConfig c;
  private final Weights weights;
  private final IdentityHashMap<Tensor, double[][]> rows = new IdentityHashMap<>();

  private final KvFormat format;

  NaiveTransformer(RandomModel model) {
    this(model.config(), model.weights(), KvFormat.F32);
  }

  /**
   * @param format that keys and values are rounded to; singles mean not at all
   */
  NaiveTransformer(ModelConfig config, Weights weights, KvFormat format) {
    this.c = config;
    this.weights = weights;
    this.format = format;
  }

  /** Keys or values of all heads, rounded. */
  private double[] kept(double[] x) {
    int width = c.headDim();
    float[] head = new float[width];
    for (int at = 0; at < x.length && format != KvFormat.F32; at += width) {
      for (int d = 0; d < width; d++) {
        head[d] = (float) x[at + d];
      }
      float scale = KvFormat.scale(head, 0, width);
      for (int d = 0; d < width; d++) {
        x[at + d] =
            switch (format) {
              case F16 -> Float.float16ToFloat(KvFormat.half(head[d]));
              case BF16 -> Float.intBitsToFloat(KvFormat.brain(head[d]) << 16);
              default -> KvFormat.whole(head[d], KvFormat.inverse(scale)) * scale;
            };
      }
    }
    return x;
  }

  /** Logits after each token, the tokens at positions from 0 on. */
  double[][] run(int[] tokens) {
    int[] positions = new int[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      positions[i] = i;
    }
    return run(new ArrayList<>(), tokens, positions, Optional.empty());
  }

  /**
   * Logits after each token; the new tokens are added to {@code context}.
   *
   * @param visible a row a token over context and new tokens; by position if empty
   */
  double[][] run(List<Kept> context, int[] tokens, int[] positions, Optional<boolean[][]> visible) {
    double[][] hidden = new double[tokens.length][];
    int first = context.size();
    for (int t = 0; t < tokens.length; t++) {
      hidden[t] = row(weights.tokenEmbedding(), tokens[t]).clone();
      context.add(new Kept(positions[t], new double[c.layers()][], new double[c.layers()][]));
    }
    for (int l = 0; l < c.layers(); l++) {
      Weights.Layer w = weights.layer(l);
      double[][] queries = new double[tokens.length][];
      for (int t = 0; t < tokens.length; t++) {
        double[] x = norm(hidden[t], w.attentionNorm());
        queries[t] = turned(add(multiply(w.q(), x), w.qBias()), w.qNorm(), positions[t]);
        context.get(first + t).keys[l] =
            kept(turned(add(multiply(w.k(), x), w.kBias()), w.kNorm(), positions[t]));
        context.get(first + t).values[l] = kept(add(multiply(w.v(), x), w.vBias()));
      }
      for (int t = 0; t < tokens.length; t++) {
        boolean[] seen = seen(context, t, positions[t], visible);
        hidden[t] = sum(hidden[t], multiply(w.o(), attend(context, l, queries[t], seen)));
        double[] x = norm(hidden[t], w.ffnNorm());
        double[] gate = multiply(w.gate(), x);
        double[] up = multiply(w.up(), x);
        for (int i = 0; i < gate.length; i++) {
          gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
        }
        hidden[t] = sum(hidden[t], multiply(w.down(), gate));
      }
    }
    double[][] logits = new double[tokens.length][];
    for (int t = 0; t < tokens.length; t++) {
      logits[t] = multiply(weights.output(), norm(hidden[t], weights.outputNorm()));
    }
    return logits;
  }

  private boolean[] seen(
      List<Kept> context, int token, int position, Optional<boolean[][]> visible) {
    if (visible.isPresent()) {
      return visible.get()[token];
    }
    boolean[] seen = new boolean[context.size()];
    for (int i = 0; i < seen.length; i++) {
      int other = context.get(i).position;
      seen[i] =
          other <= position
              && (c.slidingWindow().isEmpty() || position - other < c.slidingWindow().getAsInt());
    }
    return seen;
  }

  private double[] attend(List<Kept> context, int layer, double[] query, boolean[] seen) {
    int d = c.headDim();
    double[] out = new double[query.length];
    for (int h = 0; h < c.heads(); h++) {
      int kv = h / (c.heads() / c.kvHeads());
      double[] scores = new double[seen.length];
      double max = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < seen.length; i++) {
        if (seen[i]) {
          for (int j = 0; j < d; j++) {
            scores[i] += query[h * d + j] * context.get(i).keys[layer][kv * d + j];
          }
          scores[i] /= Math.sqrt(d);
          max = Math.max(max, scores[i]);
        }
      }
      double sum = 0;
      for (int i = 0; i < seen.length; i++) {
        if (seen[i]) {
          double weight = Math.exp(scores[i] - max);
          sum += weight;
          for (int j = 0; j < d; j++) {
            out[h * d + j] += weight * context.get(i).values[layer][kv * d + j];
          }
        }
      }
      for (int j = 0; j < d && sum > 0; j++) {
        out[h * d + j] /= sum;
      }
    }
    return out;
  }

  private double[] turned(double[] heads, Optional<Tensor> norm, int position) {
    int d = c.headDim();
    float[] frequencies = c.rope().inverseFrequencies(d);
    double[] out = new double[heads.length];
    for (int at = 0; at < heads.length; at += d) {
      double[] head = java.util.Arrays.copyOfRange(heads, at, at + d);
      double[] x = norm.map(n -> norm(head, n)).orElse(head);
      for (int i = 0; i < d / 2; i++) {
        boolean pairs = c.rope().layout() == Rope.Layout.PAIRS;
        int a = pairs ? 2 * i : i;
        int b = pairs ? 2 * i + 1 : i + d / 2;
        double angle = position * frequencies[i];
        out[at + a] = x[a] * Math.cos(angle) - x[b] * Math.sin(angle);
        out[at + b] = x[b] * Math.cos(angle) + x[a] * Math.sin(angle);
      }
    }
    return out;
  }

  private double[] norm(double[] x, Tensor weight) {
    double squares = 0;
    for (double v : x) {
      squares += v * v;
    }
    double[] w = row(weight, 0);
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] = x[i] / Math.sqrt(squares / x.length + c.rmsNormEps()) * w[i];
    }
    return out;
  }

  private double[] multiply(Tensor matrix, double[] x) {
    double[] y = new double[(int) matrix.rows()];
    for (int o = 0; o < y.length; o++) {
      double[] row = row(matrix, o);
      for (int k = 0; k < x.length; k++) {
        y[o] += row[k] * x[k];
      }
    }
    return y;
  }

  private double[] row(Tensor tensor, int index) {
    double[][] known = rows.computeIfAbsent(tensor, t -> new double[(int) t.rows()][]);
    if (known[index] == null) {
      known[index] = dequantized(tensor, index);
    }
    return known[index];
  }

  private static double[] dequantized(Tensor tensor, int index) {
    float[] row = new float[(int) tensor.columns()];
    tensor.dequantizeRow(index, row);
    double[] out = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      out[i] = row[i];
    }
    return out;
  }

  private double[] add(double[] x, Optional<Tensor> bias) {
    return bias.map(b -> sum(x, row(b, 0))).orElse(x);
  }

  private static double[] sum(double[] a, double[] b) {
    double[] out = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      out[i] = a[i] + b[i];
    }
    return out;
  }
}

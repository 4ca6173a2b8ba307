package io.pie4j.model;

import java.util.Arrays;
import java.util.Optional;

/**
 * The textbook forward pass over a whole sequence, one token at a time, in doubles. It shows that
 * configuration and weights mean what the readers say, without any driver.
 */
final class ScalarForward {
  private final ModelConfig config;
  private final Weights weights;
  private final float[] frequencies;
  private final double[][][] keys;
  private final double[][][] values;
  private int position;

  ScalarForward(LanguageModel model, int positions) {
    config = model.config();
    weights = model.weights();
    frequencies = config.rope().inverseFrequencies(config.headDim());
    keys = new double[config.layers()][positions][];
    values = new double[config.layers()][positions][];
  }

  /** The logits after one more token. */
  double[] next(int token) {
    float[] embedding = new float[config.hiddenSize()];
    weights.tokenEmbedding().dequantizeRow(token, embedding);
    double[] x = new double[embedding.length];
    Arrays.setAll(x, i -> embedding[i]);
    for (int l = 0; l < config.layers(); l++) {
      Weights.Layer layer = weights.layer(l);
      add(x, attention(l, layer, norm(x, layer.attentionNorm())));
      add(x, feedForward(layer, norm(x, layer.ffnNorm())));
    }
    position++;
    return multiply(weights.output(), norm(x, weights.outputNorm()));
  }

  private double[] attention(int l, Weights.Layer layer, double[] x) {
    int dim = config.headDim();
    double[] q = turned(biased(multiply(layer.q(), x), layer.qBias()), layer.qNorm());
    keys[l][position] = turned(biased(multiply(layer.k(), x), layer.kBias()), layer.kNorm());
    values[l][position] = biased(multiply(layer.v(), x), layer.vBias());
    int first = Math.max(0, position + 1 - config.slidingWindow().orElse(position + 1));
    double[] out = new double[config.queryWidth()];
    for (int h = 0; h < config.heads(); h++) {
      int shared = h / (config.heads() / config.kvHeads()) * dim;
      double[] scores = new double[position + 1 - first];
      for (int p = first; p <= position; p++) {
        for (int i = 0; i < dim; i++) {
          scores[p - first] += q[h * dim + i] * keys[l][p][shared + i] / Math.sqrt(dim);
        }
      }
      double max = Arrays.stream(scores).max().orElseThrow();
      double sum = Arrays.stream(scores).map(s -> Math.exp(s - max)).sum();
      for (int p = first; p <= position; p++) {
        double share = Math.exp(scores[p - first] - max) / sum;
        for (int i = 0; i < dim; i++) {
          out[h * dim + i] += share * values[l][p][shared + i];
        }
      }
    }
    return multiply(layer.o(), out);
  }

  private double[] feedForward(Weights.Layer layer, double[] x) {
    double[] gate = multiply(layer.gate(), x);
    double[] up = multiply(layer.up(), x);
    for (int i = 0; i < gate.length; i++) {
      gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
    }
    return multiply(layer.down(), gate);
  }

  /** Each head normed, where the model does that, and turned by the position. */
  private double[] turned(double[] heads, Optional<Tensor> norm) {
    int dim = config.headDim();
    double[] out = new double[heads.length];
    for (int from = 0; from < heads.length; from += dim) {
      double[] plain = Arrays.copyOfRange(heads, from, from + dim);
      double[] head = norm.isPresent() ? norm(plain, norm.get()) : plain;
      for (int i = 0; i < dim / 2; i++) {
        int a = config.rope().layout() == Rope.Layout.HALVES ? i : 2 * i;
        int b = config.rope().layout() == Rope.Layout.HALVES ? i + dim / 2 : 2 * i + 1;
        double angle = (double) position * frequencies[i];
        out[from + a] = head[a] * Math.cos(angle) - head[b] * Math.sin(angle);
        out[from + b] = head[b] * Math.cos(angle) + head[a] * Math.sin(angle);
      }
    }
    return out;
  }

  private double[] norm(double[] x, Tensor weight) {
    double square = Arrays.stream(x).map(v -> v * v).sum() / x.length;
    double scale = 1 / Math.sqrt(square + config.rmsNormEps());
    float[] w = weight.toFloats();
    double[] out = new double[x.length];
    Arrays.setAll(out, i -> x[i] * scale * w[i]);
    return out;
  }

  private static double[] multiply(Tensor matrix, double[] x) {
    float[] row = new float[x.length];
    double[] out = new double[(int) matrix.rows()];
    for (int r = 0; r < out.length; r++) {
      matrix.dequantizeRow(r, row);
      for (int c = 0; c < row.length; c++) {
        out[r] += row[c] * x[c];
      }
    }
    return out;
  }

  private static double[] biased(double[] x, Optional<Tensor> bias) {
    bias.ifPresent(tensor -> {
      float[] b = tensor.toFloats();
      for (int i = 0; i < x.length; i++) {
        x[i] += b[i];
      }
    });
    return x;
  }

  private static void add(double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      x[i] += y[i];
    }
  }
}

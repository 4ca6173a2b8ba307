package io.pie4j.model;

import java.util.OptionalInt;

/**
 * The shape of a model.
 *
 * @param family the architecture
 * @param vocabSize rows of the token embedding; the tokenizer may know fewer tokens
 * @param hiddenSize width of the residual stream
 * @param layers number of decoder layers
 * @param heads query heads
 * @param kvHeads key and value heads; divides {@code heads}
 * @param headDim values a head, even; {@code heads * headDim} may differ from {@code hiddenSize}
 * @param intermediateSize width inside the feed-forward network
 * @param maxPositions positions that the model was made for
 * @param rmsNormEps what RMS norms add to the mean square
 * @param rope position embedding
 * @param slidingWindow a token sees only this many latest tokens, itself included
 * @param tiedEmbeddings true if the output matrix is the token embedding
 * @param attentionBias true if queries, keys and values have biases
 * @param queryKeyNorm true if each head's query and key are normed before they are turned
 */
public record ModelConfig(
    Family family,
    int vocabSize,
    int hiddenSize,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    int intermediateSize,
    int maxPositions,
    float rmsNormEps,
    Rope rope,
    OptionalInt slidingWindow,
    boolean tiedEmbeddings,
    boolean attentionBias,
    boolean queryKeyNorm) {

  static final int MAX_VOCABULARY = 1 << 22;
  static final int MAX_WIDTH = 1 << 20;
  static final int MAX_LAYERS = 1024;
  static final int MAX_HEADS = 1024;
  static final int MAX_HEAD_DIM = 1024;
  static final int MAX_POSITIONS = 1 << 27;

  /** Checks every size against its bound, and sizes against each other. */
  public ModelConfig {
    requireRange("vocabulary size", vocabSize, MAX_VOCABULARY);
    requireRange("hidden size", hiddenSize, MAX_WIDTH);
    requireRange("layer count", layers, MAX_LAYERS);
    requireRange("head count", heads, MAX_HEADS);
    requireRange("key-value head count", kvHeads, MAX_HEADS);
    requireRange("head size", headDim, MAX_HEAD_DIM);
    requireRange("feed-forward size", intermediateSize, MAX_WIDTH);
    requireRange("position count", maxPositions, MAX_POSITIONS);
    if (heads % kvHeads != 0) {
      throw new IllegalArgumentException(
          "%d query heads are not a multiple of %d key-value heads".formatted(heads, kvHeads));
    }
    if (headDim % 2 != 0) {
      throw new IllegalArgumentException("head size %d is odd".formatted(headDim));
    }
    if (!(rmsNormEps >= 0 && rmsNormEps < 1)) {
      throw new IllegalArgumentException("norm epsilon %s is outside 0..1".formatted(rmsNormEps));
    }
    if (slidingWindow.isPresent()) {
      requireRange("sliding window", slidingWindow.getAsInt(), MAX_POSITIONS);
    }
    if (rope.scaling() instanceof Rope.Factors factors && factors.size() != headDim / 2) {
      throw new IllegalArgumentException(
          "%d rope frequency factors for %d frequencies".formatted(factors.size(), headDim / 2));
    }
  }

  /** The same shape with another number of layers. */
  ModelConfig withLayers(int value) {
    return new ModelConfig(
        family,
        vocabSize,
        hiddenSize,
        value,
        heads,
        kvHeads,
        headDim,
        intermediateSize,
        maxPositions,
        rmsNormEps,
        rope,
        slidingWindow,
        tiedEmbeddings,
        attentionBias,
        queryKeyNorm);
  }

  /** Width of all queries of a token: {@code heads * headDim}. */
  public int queryWidth() {
    return heads * headDim;
  }

  /** Width of all keys, or of all values, of a token: {@code kvHeads * headDim}. */
  public int kvWidth() {
    return kvHeads * headDim;
  }

  private static void requireRange(String what, int value, int max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException("%s %d is outside 1..%d".formatted(what, value, max));
    }
  }
}

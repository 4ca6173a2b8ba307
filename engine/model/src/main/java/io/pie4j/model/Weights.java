package io.pie4j.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The tensors of a model under names of our own, whatever file they came from. Shapes are rows x
 * columns and agree with the {@link ModelConfig}.
 *
 * @param tokenEmbedding vocabSize x hiddenSize
 * @param outputNorm 1 x hiddenSize
 * @param output vocabSize x hiddenSize; the token embedding itself where the two are tied
 * @param layers one for each decoder layer
 */
public record Weights(Tensor tokenEmbedding, Tensor outputNorm, Tensor output, List<Layer> layers) {

  /** Takes the list as it is now. */
  public Weights {
    layers = List.copyOf(layers);
  }

  /** The layer at {@code index}, from 0. */
  public Layer layer(int index) {
    return layers.get(index);
  }

  /** Every tensor once. */
  public Stream<Tensor> tensors() {
    Stream<Tensor> outer =
        output.equals(tokenEmbedding)
            ? Stream.of(tokenEmbedding, outputNorm)
            : Stream.of(tokenEmbedding, outputNorm, output);
    return Stream.concat(outer, layers.stream().flatMap(Layer::tensors));
  }

  /** Bytes of all tensors as stored. */
  public long bytes() {
    return tensors().mapToLong(t -> t.data().byteSize()).sum();
  }

  /** Values of all tensors. */
  public long parameters() {
    return tensors().mapToLong(t -> t.rows() * t.columns()).sum();
  }

  /**
   * One decoder layer.
   *
   * @param attentionNorm 1 x hiddenSize
   * @param q queryWidth x hiddenSize; rows of a head in the order of {@link Rope#layout}
   * @param k kvWidth x hiddenSize; rows of a head in the order of {@link Rope#layout}
   * @param v kvWidth x hiddenSize
   * @param qBias 1 x queryWidth
   * @param kBias 1 x kvWidth
   * @param vBias 1 x kvWidth
   * @param o hiddenSize x queryWidth
   * @param qNorm 1 x headDim
   * @param kNorm 1 x headDim
   * @param ffnNorm 1 x hiddenSize
   * @param gate intermediateSize x hiddenSize
   * @param up intermediateSize x hiddenSize
   * @param down hiddenSize x intermediateSize
   */
  public record Layer(
      Tensor attentionNorm,
      Tensor q,
      Tensor k,
      Tensor v,
      Optional<Tensor> qBias,
      Optional<Tensor> kBias,
      Optional<Tensor> vBias,
      Tensor o,
      Optional<Tensor> qNorm,
      Optional<Tensor> kNorm,
      Tensor ffnNorm,
      Tensor gate,
      Tensor up,
      Tensor down) {

    /** Every tensor of the layer. */
    public Stream<Tensor> tensors() {
      return Stream.concat(
          Stream.of(attentionNorm, q, k, v, o, ffnNorm, gate, up, down),
          Stream.of(qBias, kBias, vBias, qNorm, kNorm).flatMap(Optional::stream));
    }
  }
}

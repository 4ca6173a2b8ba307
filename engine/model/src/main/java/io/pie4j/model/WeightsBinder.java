package io.pie4j.model;

import io.pie4j.model.TensorNames.Part;
import java.util.Optional;
import java.util.stream.IntStream;

/** Finds every tensor that a configuration asks for, in the shape that it implies. */
final class WeightsBinder {
  private final TensorSource source;
  private final TensorNames names;
  private final ModelConfig config;

  private WeightsBinder(TensorSource source, TensorNames names, ModelConfig config) {
    this.source = source;
    this.names = names;
    this.config = config;
  }

  static Weights bind(TensorSource source, TensorNames names, ModelConfig config) {
    return new WeightsBinder(source, names, config).weights();
  }

  private Weights weights() {
    int hidden = config.hiddenSize();
    Tensor embedding = source.tensor(names.tokenEmbedding, config.vocabSize(), hidden);
    Tensor output =
        config.tiedEmbeddings()
            ? embedding
            : source.tensor(names.output, config.vocabSize(), hidden);
    return new Weights(
        embedding,
        source.tensor(names.outputNorm, 1, hidden),
        output,
        IntStream.range(0, config.layers()).mapToObj(this::layer).toList());
  }

  private Weights.Layer layer(int i) {
    int hidden = config.hiddenSize();
    int inner = config.intermediateSize();
    boolean bias = config.attentionBias();
    boolean norm = config.queryKeyNorm();
    return new Weights.Layer(
        vector(i, Part.ATTENTION_NORM, hidden),
        matrix(i, Part.Q, config.queryWidth(), hidden),
        matrix(i, Part.K, config.kvWidth(), hidden),
        matrix(i, Part.V, config.kvWidth(), hidden),
        vectorIf(bias, i, Part.Q_BIAS, config.queryWidth()),
        vectorIf(bias, i, Part.K_BIAS, config.kvWidth()),
        vectorIf(bias, i, Part.V_BIAS, config.kvWidth()),
        matrix(i, Part.O, hidden, config.queryWidth()),
        vectorIf(norm, i, Part.Q_NORM, config.headDim()),
        vectorIf(norm, i, Part.K_NORM, config.headDim()),
        vector(i, Part.FFN_NORM, hidden),
        matrix(i, Part.GATE, inner, hidden),
        matrix(i, Part.UP, inner, hidden),
        matrix(i, Part.DOWN, hidden, inner));
  }

  private Tensor matrix(int layer, Part part, long rows, long columns) {
    return source.tensor(names.layer(layer, part), rows, columns);
  }

  private Tensor vector(int layer, Part part, long length) {
    return source.tensor(names.layer(layer, part), 1, length);
  }

  private Optional<Tensor> vectorIf(boolean present, int layer, Part part, long length) {
    return present ? Optional.of(vector(layer, part, length)) : Optional.empty();
  }
}

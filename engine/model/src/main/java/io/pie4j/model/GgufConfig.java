package io.pie4j.model;

import java.util.List;
import java.util.OptionalInt;

/** The model's shape from the metadata of a GGUF file. */
final class GgufConfig {
  static final String ROPE_FACTORS = "rope_freqs.weight";
  private static final List<String> OTHER_BIASES =
      List.of("attn_output.bias", "ffn_gate.bias", "ffn_up.bias", "ffn_down.bias");
  private static final String HEAD_COUNT = "attention.head_count";

  private final GgufFile file;
  private final GgufMetadata metadata;
  private final String architecture;

  private GgufConfig(GgufFile file, String architecture) {
    this.file = file;
    this.metadata = file.metadata();
    this.architecture = architecture;
  }

  static ModelConfig read(GgufFile file) {
    String key = "general.architecture";
    String architecture = file.metadata().text(key).orElseThrow(() -> file.metadata().missing(key));
    GgufConfig config = new GgufConfig(file, architecture);
    try {
      return config.config();
    } catch (IllegalArgumentException e) {
      throw new ModelFileException.Malformed(file.path(), String.valueOf(e.getMessage()), e);
    }
  }

  private ModelConfig config() {
    // Converters write Mistral as "llama"; what tells it apart is the window.
    OptionalInt window = optional("attention.sliding_window", 0, ModelConfig.MAX_POSITIONS);
    OptionalInt slidingWindow =
        window.isPresent() && window.getAsInt() > 0 ? window : OptionalInt.empty();
    Family family =
        switch (architecture) {
          case "llama" -> slidingWindow.isPresent() ? Family.MISTRAL : Family.LLAMA;
          case "mistral" -> Family.MISTRAL;
          case "qwen2" -> Family.QWEN2;
          case "qwen3" -> Family.QWEN3;
          default ->
              throw metadata.unsupported(
                  "architecture", architecture, "llama, mistral, qwen2, qwen3");
        };
    requireDense();
    requireNoOtherBias();
    int hidden = required("embedding_length", ModelConfig.MAX_WIDTH);
    int heads = required(HEAD_COUNT, ModelConfig.MAX_HEADS);
    int headDim = headDim(hidden, heads);
    return new ModelConfig(
        family,
        vocabSize(hidden),
        hidden,
        required("block_count", ModelConfig.MAX_LAYERS),
        heads,
        optional("attention.head_count_kv", 1, ModelConfig.MAX_HEADS).orElse(heads),
        headDim,
        required("feed_forward_length", ModelConfig.MAX_WIDTH),
        required("context_length", ModelConfig.MAX_POSITIONS),
        metadata.real(key("attention.layer_norm_rms_epsilon")),
        rope(family, headDim),
        slidingWindow,
        !file.has(TensorNames.GGUF.output),
        family == Family.QWEN2 || file.has(TensorNames.GGUF.layer(0, TensorNames.Part.Q_BIAS)),
        family == Family.QWEN3);
  }

  private void requireDense() {
    int experts = optional("expert_count", 0, 1 << 16).orElse(0);
    if (experts > 0) {
      throw metadata.unsupported(
          "mixture of experts", "of " + experts, "dense feed-forward networks");
    }
  }

  /** Left out in silence, such a bias would only show as a model that talks nonsense. */
  private void requireNoOtherBias() {
    for (String part : OTHER_BIASES) {
      String name = "blk.0." + part;
      if (file.has(name)) {
        throw metadata.unsupported("tensor", name, "biases on queries, keys and values");
      }
    }
  }

  /** The embedding has the say: {@code vocab_size} is often missing. */
  private int vocabSize(int hidden) {
    String name = TensorNames.GGUF.tokenEmbedding;
    Shape shape =
        file.shape(name)
            .orElseThrow(() ->
                new ModelFileException.Malformed(
                    file.path(), "tensor %s is missing".formatted(name)));
    long rows = shape.dimensions().isEmpty() ? 0 : shape.dimensions().getFirst();
    if (!shape.is(rows, hidden) || rows > ModelConfig.MAX_VOCABULARY) {
      throw new ModelFileException.Malformed(
          file.path(),
          "tensor %s: expected shape [1..%d, %d], found %s"
              .formatted(name, ModelConfig.MAX_VOCABULARY, hidden, shape));
    }
    return (int) rows;
  }

  private int headDim(int hidden, int heads) {
    int keys = optional("attention.key_length", 1, ModelConfig.MAX_HEAD_DIM).orElse(hidden / heads);
    int values =
        optional("attention.value_length", 1, ModelConfig.MAX_HEAD_DIM).orElse(hidden / heads);
    int turned = optional("rope.dimension_count", 1, ModelConfig.MAX_HEAD_DIM).orElse(keys);
    if (values != keys) {
      throw metadata.unsupported(
          "value size of a head", String.valueOf(values), "the key's, " + keys);
    }
    if (turned != keys) {
      throw metadata.unsupported("partial rotation of", turned + " values a head", "all " + keys);
    }
    return keys;
  }

  private Rope rope(Family family, int headDim) {
    float theta = metadata.optionalReal(key("rope.freq_base")).orElse(10_000f);
    Rope.Layout layout =
        switch (family) {
          case LLAMA, MISTRAL -> Rope.Layout.PAIRS;
          case QWEN2, QWEN3 -> Rope.Layout.HALVES;
        };
    return new Rope(theta, layout, scaling(headDim));
  }

  private Rope.Scaling scaling(int headDim) {
    if (file.has(ROPE_FACTORS)) {
      return new Rope.Factors(file.tensor(ROPE_FACTORS, 1, headDim / 2).toFloats());
    }
    String type = metadata.text(key("rope.scaling.type")).orElse("none");
    return switch (type) {
      case "none" -> new Rope.None();
      case "linear" -> new Rope.Linear(metadata.real(key("rope.scaling.factor")));
      default ->
          throw metadata.unsupported("rope scaling", type, "none, linear, frequency factors");
    };
  }

  private int required(String name, int max) {
    return metadata.integer(key(name), max);
  }

  private OptionalInt optional(String name, int min, int max) {
    return metadata.optionalInteger(key(name), min, max);
  }

  private String key(String name) {
    return architecture + "." + name;
  }
}

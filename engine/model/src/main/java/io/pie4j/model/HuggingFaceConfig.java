package io.pie4j.model;

import java.util.Optional;
import java.util.OptionalInt;

/** The model's shape from a {@code config.json}, with the defaults of transformers. */
final class HuggingFaceConfig {
  private static final int MISTRAL_DEFAULT_WINDOW = 4096;
  private static final int QWEN3_DEFAULT_HEAD_DIM = 128;

  private final JsonSettings json;

  private HuggingFaceConfig(JsonSettings json) {
    this.json = json;
  }

  static ModelConfig read(JsonSettings json) {
    try {
      return new HuggingFaceConfig(json).config();
    } catch (IllegalArgumentException e) {
      throw new ModelFileException.Malformed(json.file(), String.valueOf(e.getMessage()), e);
    }
  }

  private ModelConfig config() {
    Family family = family();
    requirePlain();
    int hidden = json.integer("hidden_size", ModelConfig.MAX_WIDTH);
    int heads = json.integer("num_attention_heads", ModelConfig.MAX_HEADS);
    int layers = json.integer("num_hidden_layers", ModelConfig.MAX_LAYERS);
    int impliedHeadDim = family == Family.QWEN3 ? QWEN3_DEFAULT_HEAD_DIM : hidden / heads;
    return new ModelConfig(
        family,
        json.integer("vocab_size", ModelConfig.MAX_VOCABULARY),
        hidden,
        layers,
        heads,
        json.optionalInteger("num_key_value_heads", 1, ModelConfig.MAX_HEADS).orElse(heads),
        json.optionalInteger("head_dim", 1, ModelConfig.MAX_HEAD_DIM).orElse(impliedHeadDim),
        json.integer("intermediate_size", ModelConfig.MAX_WIDTH),
        json.integer("max_position_embeddings", ModelConfig.MAX_POSITIONS),
        json.optionalReal("rms_norm_eps").orElse(1e-6f),
        rope(),
        slidingWindow(family, layers),
        json.flag("tie_word_embeddings").orElse(false),
        family == Family.QWEN2,
        family == Family.QWEN3);
  }

  private Family family() {
    String type = json.text("model_type").orElseThrow(() -> json.missing("model_type"));
    return switch (type) {
      case "llama" -> Family.LLAMA;
      case "mistral" -> Family.MISTRAL;
      case "qwen2" -> Family.QWEN2;
      case "qwen3" -> Family.QWEN3;
      default -> throw json.unsupported("architecture", type, Family.supported());
    };
  }

  /** Refuses the switches of these families that change the arithmetic in ways not built here. */
  private void requirePlain() {
    String activation = json.text("hidden_act").orElse("silu");
    if (!activation.equals("silu")) {
      throw json.unsupported("hidden_act", activation, "silu");
    }
    for (String bias : new String[] {"attention_bias", "mlp_bias"}) {
      if (json.flag(bias).orElse(false)) {
        throw json.unsupported(bias, "true", "false");
      }
    }
    Optional<JsonSettings> quantization = json.object("quantization_config");
    if (quantization.isPresent()) {
      throw json.unsupported(
          "quantization_config",
          quantization.get().text("quant_method").orElse("of unknown method"),
          "unquantized F32, F16, BF16");
    }
  }

  /** Newer files have all in {@code rope_parameters}, older ones in two places. */
  private Rope rope() {
    JsonSettings parameters =
        json.object("rope_parameters").or(() -> json.object("rope_scaling")).orElse(json);
    float theta =
        parameters
            .optionalReal("rope_theta")
            .or(() -> json.optionalReal("rope_theta"))
            .orElse(10_000f);
    float turned =
        parameters
            .optionalReal("partial_rotary_factor")
            .or(() -> json.optionalReal("partial_rotary_factor"))
            .orElse(1f);
    if (turned != 1f) {
      throw json.unsupported("partial_rotary_factor", String.valueOf(turned), "1");
    }
    return new Rope(
        theta, Rope.Layout.HALVES, parameters.equals(json) ? new Rope.None() : scaling(parameters));
  }

  private Rope.Scaling scaling(JsonSettings parameters) {
    String type = parameters.text("rope_type").or(() -> parameters.text("type")).orElse("default");
    return switch (type) {
      case "default" -> new Rope.None();
      case "linear" -> new Rope.Linear(parameters.real("factor"));
      case "llama3" ->
          new Rope.Llama3(
              parameters.real("factor"),
              parameters.real("low_freq_factor"),
              parameters.real("high_freq_factor"),
              parameters.integer("original_max_position_embeddings", ModelConfig.MAX_POSITIONS));
      default -> throw json.unsupported("rope type", type, "default, linear, llama3");
    };
  }

  private OptionalInt slidingWindow(Family family, int layers) {
    String key = "sliding_window";
    OptionalInt window = json.optionalInteger(key, 1, ModelConfig.MAX_POSITIONS);
    return switch (family) {
      case LLAMA -> OptionalInt.empty();
      case MISTRAL -> json.has(key) ? window : OptionalInt.of(MISTRAL_DEFAULT_WINDOW);
      case QWEN2, QWEN3 -> {
        if (!json.flag("use_sliding_window").orElse(false) || window.isEmpty()) {
          yield OptionalInt.empty();
        }
        // Layers below this one attend to everything.
        int full = json.optionalInteger("max_window_layers", 0, Integer.MAX_VALUE).orElse(28);
        if (full >= layers) {
          yield OptionalInt.empty();
        }
        if (full > 0) {
          throw json.unsupported(
              "max_window_layers", String.valueOf(full), "a window on all layers or on none");
        }
        yield window;
      }
    };
  }
}

package io.pie4j.model;

import io.pie4j.model.tokenizer.GgufVocabulary;
import io.pie4j.model.tokenizer.Tokenizer;
import io.pie4j.model.tokenizer.TokenizerException;
import io.pie4j.model.tokenizer.Tokenizers;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A model in one GGUF file. */
final class GgufModel {
  private static final String TOKENIZER = "tokenizer.ggml.";
  private static final List<String> STOP_KEYS =
      List.of("eos_token_id", "eot_token_id", "eom_token_id");

  /**
   * Older converters wrote one stop token only: these end a turn of the supported families wherever
   * they exist.
   */
  private static final List<String> STOP_NAMES =
      List.of("<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|im_end|>", "<|endoftext|>");

  /** The variables of chat templates, and the keys of their tokens. */
  private static final Map<String, String> VARIABLES =
      Map.of(
          "bos_token", "bos_token_id",
          "eos_token", "eos_token_id",
          "pad_token", "padding_token_id",
          "unk_token", "unknown_token_id");

  private final GgufFile file;
  private final GgufMetadata metadata;

  private GgufModel(GgufFile file) {
    this.file = file;
    this.metadata = file.metadata();
  }

  static LanguageModel.Parts read(Path path, Arena arena) {
    return new GgufModel(GgufFile.open(path, arena)).parts();
  }

  private LanguageModel.Parts parts() {
    ModelConfig config = GgufConfig.read(file);
    Weights weights = WeightsBinder.bind(file, TensorNames.GGUF, config);
    Tokenizer tokenizer = tokenizer();
    return new LanguageModel.Parts(
        name(),
        config,
        weights,
        tokenizer,
        metadata.text("tokenizer.chat_template").filter(t -> !t.isBlank()),
        chatVariables(config),
        stopTokens(config, tokenizer));
  }

  private String name() {
    return metadata
        .text("general.name")
        .filter(n -> !n.isBlank())
        .orElseGet(() -> HuggingFaceModel.fileName(file.path()).replaceFirst("\\.gguf$", ""));
  }

  private Tokenizer tokenizer() {
    Map<String, Object> settings = new LinkedHashMap<>();
    for (String key : metadata.keys()) {
      if (key.startsWith(TOKENIZER)) {
        metadata.value(key).ifPresent(value -> settings.put(key, value));
      }
    }
    try {
      return Tokenizers.fromGguf(GgufVocabulary.fromMetadata(settings));
    } catch (TokenizerException e) {
      throw ModelFileException.of(file.path(), e);
    }
  }

  private Map<String, String> chatVariables(ModelConfig config) {
    List<String> tokens = metadata.texts(TOKENIZER + "tokens").orElse(List.of());
    Map<String, String> variables = new LinkedHashMap<>();
    VARIABLES.forEach((variable, key) -> {
      OptionalInt id = id(key, config);
      if (id.isPresent() && id.getAsInt() < tokens.size()) {
        variables.put(variable, tokens.get(id.getAsInt()));
      }
    });
    return Map.copyOf(variables);
  }

  private int[] stopTokens(ModelConfig config, Tokenizer tokenizer) {
    IntStream named =
        STOP_NAMES.stream()
            .flatMapToInt(name -> tokenizer.tokenId(name).stream())
            .filter(tokenizer::isSpecial);
    Stream<OptionalInt> keyed = STOP_KEYS.stream().map(key -> id(key, config));
    return IntStream.concat(named, keyed.flatMapToInt(OptionalInt::stream))
        .distinct()
        .sorted()
        .toArray();
  }

  private OptionalInt id(String key, ModelConfig config) {
    return metadata.optionalInteger(TOKENIZER + key, 0, config.vocabSize() - 1);
  }
}

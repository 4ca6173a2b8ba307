package io.pie4j.model;

import io.pie4j.model.tokenizer.Tokenizer;
import io.pie4j.model.tokenizer.TokenizerException;
import io.pie4j.model.tokenizer.Tokenizers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A model in a directory as Hugging Face lays it out. */
final class HuggingFaceModel {
  private static final int MAX_TEMPLATE_BYTES = 4 << 20;
  private static final List<String> VARIABLES =
      List.of("bos_token", "eos_token", "pad_token", "unk_token");

  private final Path directory;

  private HuggingFaceModel(Path directory) {
    this.directory = directory;
  }

  static LanguageModel.Parts read(Path directory, Arena arena) {
    return new HuggingFaceModel(directory).parts(arena);
  }

  private LanguageModel.Parts parts(Arena arena) {
    JsonSettings json =
        optional("config.json")
            .orElseThrow(() ->
                new ModelFileException.Unreadable(
                    directory, "no config.json: not the directory of a Hugging Face model"));
    ModelConfig config = HuggingFaceConfig.read(json);
    Weights weights =
        WeightsBinder.bind(Checkpoint.open(directory, arena), TensorNames.HUGGING_FACE, config);
    Optional<JsonSettings> tokenizerConfig = optional("tokenizer_config.json");
    Tokenizer tokenizer = tokenizer();
    return new LanguageModel.Parts(
        fileName(directory),
        config,
        weights,
        tokenizer,
        chatTemplate(tokenizerConfig),
        chatVariables(tokenizerConfig),
        stopTokens(json, config, tokenizer));
  }

  static String fileName(Path path) {
    return String.valueOf(path.toAbsolutePath().normalize().getFileName());
  }

  private Tokenizer tokenizer() {
    Path tokenizer = directory.resolve("tokenizer.json");
    if (!Files.exists(tokenizer)) {
      throw new ModelFileException.Unreadable(directory, "no tokenizer.json in this directory");
    }
    Path config = directory.resolve("tokenizer_config.json");
    try {
      return Files.exists(config)
          ? Tokenizers.fromHuggingFace(tokenizer, config)
          : Tokenizers.fromHuggingFace(tokenizer);
    } catch (TokenizerException e) {
      throw ModelFileException.of(directory, e);
    }
  }

  /**
   * A file of its own, or an entry of the tokenizer's configuration: one template, or several by
   * name.
   */
  private Optional<String> chatTemplate(Optional<JsonSettings> tokenizerConfig) {
    Path file = directory.resolve("chat_template.jinja");
    if (Files.exists(file)) {
      return Optional.of(text(file));
    }
    return tokenizerConfig.flatMap(c -> {
      List<JsonSettings> named = c.objects("chat_template");
      if (named.isEmpty()) {
        return c.text("chat_template");
      }
      JsonSettings chosen =
          named.stream()
              .filter(t -> t.text("name").orElse("").equals("default"))
              .findFirst()
              .orElse(named.getFirst());
      return chosen.text("template");
    });
  }

  private Map<String, String> chatVariables(Optional<JsonSettings> tokenizerConfig) {
    Map<String, String> variables = new LinkedHashMap<>();
    Stream.concat(optional("special_tokens_map.json").stream(), tokenizerConfig.stream())
        .forEach(source ->
            VARIABLES.forEach(v -> source.content(v).ifPresent(text -> variables.put(v, text))));
    return Map.copyOf(variables);
  }

  private int[] stopTokens(JsonSettings json, ModelConfig config, Tokenizer tokenizer) {
    IntStream listed =
        Stream.concat(Stream.of(json), optional("generation_config.json").stream())
            .flatMapToInt(source -> stopTokens(source, config.vocabSize()));
    return IntStream.concat(listed, tokenizer.eos().stream()).distinct().sorted().toArray();
  }

  private static IntStream stopTokens(JsonSettings source, int vocabSize) {
    String key = "eos_token_id";
    int[] ids = source.integers(key);
    for (int id : ids) {
      if (id >= vocabSize) {
        throw source.malformed(key, "ids below " + vocabSize, String.valueOf(id));
      }
    }
    return IntStream.of(ids).filter(id -> id >= 0); // -1 stands for none in some files
  }

  private Optional<JsonSettings> optional(String name) {
    Path file = directory.resolve(name);
    return Files.exists(file) ? Optional.of(JsonSettings.read(file)) : Optional.empty();
  }

  private static String text(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_TEMPLATE_BYTES) {
        throw new ModelFileException.Malformed(
            file, "expected at most %d bytes, found %d".formatted(MAX_TEMPLATE_BYTES, size));
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new ModelFileException.Malformed(file, "not UTF-8", e);
    } catch (IOException e) {
      throw new ModelFileException.Unreadable(file, "cannot be read: " + e.getMessage(), e);
    }
  }
}

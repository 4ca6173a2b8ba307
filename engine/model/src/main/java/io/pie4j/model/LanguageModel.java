package io.pie4j.model;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A model as its files describe it: configuration and weights, in place in mapped memory. Opening
 * reads headers only; closing unmaps, after which no tensor may be touched.
 */
public final class LanguageModel implements AutoCloseable {
  private static final String CONFIG = "config.json";

  private final String name;
  private final ModelConfig config;
  private final Weights weights;
  private final int[] stopTokens;
  private final Arena arena;

  private LanguageModel(
      String name, ModelConfig config, Weights weights, int[] stopTokens, Arena arena) {
    this.name = name;
    this.config = config;
    this.weights = weights;
    this.stopTokens = stopTokens;
    this.arena = arena;
  }

  /**
   * Opens a GGUF file, or a directory of safetensors files as Hugging Face lays them out.
   *
   * @throws ModelFileException if there is no such model, or it is broken or not supported
   */
  public static LanguageModel open(Path fileOrDirectory) {
    Arena arena = Arena.ofShared();
    try {
      return Files.isDirectory(fileOrDirectory)
          ? openDirectory(fileOrDirectory, arena)
          : openGguf(fileOrDirectory, arena);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  private static LanguageModel openGguf(Path path, Arena arena) {
    GgufFile file = GgufFile.open(path, arena);
    ModelConfig config = GgufConfig.read(file);
    Weights weights = WeightsBinder.bind(file, TensorNames.GGUF, config);
    IntStream stops =
        Stream.of("eos_token_id", "eot_token_id", "eom_token_id")
            .map(key -> "tokenizer.ggml." + key)
            .flatMapToInt(
                key -> file.metadata().optionalInteger(key, 0, config.vocabSize() - 1).stream());
    return new LanguageModel(
        GgufConfig.name(file).orElse(stem(path)), config, weights, distinct(stops), arena);
  }

  private static LanguageModel openDirectory(Path directory, Arena arena) {
    Path configFile = directory.resolve(CONFIG);
    if (!Files.exists(configFile)) {
      throw new ModelFileException.Unreadable(
          directory, "no config.json: not the directory of a Hugging Face model");
    }
    JsonSettings json = JsonSettings.read(configFile);
    ModelConfig config = HuggingFaceConfig.read(json);
    Weights weights =
        WeightsBinder.bind(Checkpoint.open(directory, arena), TensorNames.HUGGING_FACE, config);
    return new LanguageModel(
        stem(directory), config, weights, distinct(stops(directory, json, config)), arena);
  }

  private static IntStream stops(Path directory, JsonSettings json, ModelConfig config) {
    String key = "eos_token_id";
    Path generation = directory.resolve("generation_config.json");
    Stream<JsonSettings> sources =
        Files.exists(generation) ? Stream.of(json, JsonSettings.read(generation)) : Stream.of(json);
    return sources.flatMapToInt(source ->
        IntStream.of(source.integers(key))
            .filter(id -> id >= 0) // -1 stands for none in some files
            .peek(id -> {
              if (id >= config.vocabSize()) {
                throw source.malformed(key, "ids below " + config.vocabSize(), String.valueOf(id));
              }
            }));
  }

  /** What the model calls itself, or else its file. */
  public String name() {
    return name;
  }

  /** Its shape. */
  public ModelConfig config() {
    return config;
  }

  /** Its tensors. */
  public Weights weights() {
    return weights;
  }

  /** Tokens that end a generation, ascending, each once; may be empty. */
  public int[] stopTokens() {
    return stopTokens.clone();
  }

  /** Unmaps the files. A tensor read after this throws {@link IllegalStateException}. */
  @Override
  public void close() {
    arena.close();
  }

  private static int[] distinct(IntStream ids) {
    return ids.distinct().sorted().toArray();
  }

  private static String stem(Path path) {
    String file = String.valueOf(path.toAbsolutePath().normalize().getFileName());
    return Arrays.stream(file.split("\\.gguf$", 2)).findFirst().orElse(file);
  }

  @Override
  public String toString() {
    return name + " (" + config.family() + ")";
  }
}

package io.pie4j.model;

import io.pie4j.model.chat.ChatTemplate;
import io.pie4j.model.chat.ChatTemplateException;
import io.pie4j.model.tokenizer.Tokenizer;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A model as its files describe it: configuration, tokenizer, chat template, and weights in place
 * in mapped memory. Opening reads no weights, unless they are quantized by it; closing unmaps them,
 * after which no tensor may be touched. Safe for use by many threads.
 */
public final class LanguageModel implements AutoCloseable {

  /** What the two formats say of a model, read. */
  record Parts(
      String name,
      ModelConfig config,
      Weights weights,
      Tokenizer tokenizer,
      Optional<String> chatTemplate,
      Map<String, String> chatVariables,
      int[] stopTokens) {

    Parts withWeights(Weights other) {
      return new Parts(name, config, other, tokenizer, chatTemplate, chatVariables, stopTokens);
    }
  }

  private final Path path;
  private final Parts parts;
  private final Arena arena;

  private LanguageModel(Path path, Parts parts, Arena arena) {
    this.path = path;
    this.parts = parts;
    this.arena = arena;
  }

  /**
   * Opens a GGUF file, or a directory of safetensors files as Hugging Face lays them out.
   *
   * @throws ModelFileException if there is no such model, or it is broken or not supported
   */
  public static LanguageModel open(Path fileOrDirectory) {
    return open(fileOrDirectory, Quantization.NONE);
  }

  /**
   * As above, with the linear layers quantized, which reads all of them: about a second for a
   * billion values on two cores.
   */
  public static LanguageModel open(Path fileOrDirectory, Quantization quantization) {
    Arena arena = Arena.ofShared();
    try {
      Parts parts =
          Files.isDirectory(fileOrDirectory)
              ? HuggingFaceModel.read(fileOrDirectory, arena)
              : GgufModel.read(fileOrDirectory, arena);
      Weights weights = LoadQuantizer.quantize(parts.weights, quantization, arena);
      return new LanguageModel(fileOrDirectory, parts.withWeights(weights), arena);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  /** What the model calls itself, or else its file. */
  public String name() {
    return parts.name;
  }

  /** Where it was opened. */
  public Path path() {
    return path;
  }

  /** Its shape. */
  public ModelConfig config() {
    return parts.config;
  }

  /** Its tensors. */
  public Weights weights() {
    return parts.weights;
  }

  /** Its tokenizer, which may know fewer tokens than the configuration has, or more. */
  public Tokenizer tokenizer() {
    return parts.tokenizer;
  }

  /**
   * The source of its chat template, where it has one: models that only complete text have none.
   */
  public Optional<String> chatTemplateSource() {
    return parts.chatTemplate;
  }

  /**
   * Its chat template, compiled by this call: keep it. A model whose template is beyond us still
   * completes text, so this alone fails and not {@link #open}.
   *
   * @throws ModelFileException.Unsupported if the template cannot be compiled
   */
  public Optional<ChatTemplate> chatTemplate() {
    try {
      return parts.chatTemplate.map(ChatTemplate::compile);
    } catch (ChatTemplateException e) {
      throw new ModelFileException.Unsupported(path, String.valueOf(e.getMessage()));
    }
  }

  /**
   * The variables that a chat template expects of its tokenizer: {@code bos_token}, {@code
   * eos_token} and the like.
   */
  public Map<String, String> chatVariables() {
    return parts.chatVariables;
  }

  /** Tokens that end a generation, ascending, each once; may be empty. */
  public int[] stopTokens() {
    return parts.stopTokens.clone();
  }

  /** Unmaps the files. A tensor read after this throws {@link IllegalStateException}. */
  @Override
  public void close() {
    arena.close();
  }

  @Override
  public String toString() {
    return name() + " (" + config().family() + ")";
  }
}

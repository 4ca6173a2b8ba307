package io.pie4j.model.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which files make a model: a GGUF file alone, or of a Hugging Face directory the configuration,
 * tokenizer, chat template and weights. Whatever else lies in such a directory is none of it.
 */
public final class ModelFiles {
  static final String CONFIG = "config.json";
  static final String TOKENIZER = "tokenizer.json";
  static final String WEIGHTS = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  private static final Pattern TEXT =
      Pattern.compile(
          "config\\.json|generation_config\\.json|tokenizer[\\w.-]*\\.json|special_tokens_map\\.json"
              + "|added_tokens\\.json|chat_template\\.(jinja|json)");
  private static final Pattern SHARD = Pattern.compile("\\w[\\w.-]*\\.safetensors");

  private ModelFiles() {}

  /** A file of a model. */
  public record Sized(Path path, long bytes) {}

  /** The files of the model that was opened at {@code fileOrDirectory}. */
  static List<Sized> of(Path fileOrDirectory) {
    try {
      if (!Files.isDirectory(fileOrDirectory)) {
        return List.of(new Sized(fileOrDirectory, Files.size(fileOrDirectory)));
      }
      List<Sized> sized = new ArrayList<>();
      for (String name : names(fileOrDirectory)) {
        Path file = fileOrDirectory.resolve(name);
        sized.add(new Sized(file, Files.size(file)));
      }
      return sized;
    } catch (IOException e) {
      throw new RegistryException.Storage(fileOrDirectory, "cannot be read", e);
    }
  }

  private static Set<String> names(Path directory) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(directory)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(ModelFiles::isText)
          .forEach(names::add);
    }
    Path index = directory.resolve(INDEX);
    if (Files.exists(index)) {
      names.add(INDEX);
      names.addAll(shards(index));
    } else {
      names.add(WEIGHTS);
    }
    return names;
  }

  /**
   * True for configuration, tokenizer and chat template: small, and needed whatever the weights.
   */
  static boolean isText(String name) {
    return TEXT.matcher(name).matches();
  }

  /** The files that an index names, in order; each lies beside it. */
  static Set<String> shards(Path index) {
    JsonNode map;
    try {
      map = JsonMapper.shared().readTree(Files.readAllBytes(index)).path("weight_map");
    } catch (JacksonException e) {
      throw new RegistryException.Storage(index, "not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new RegistryException.Storage(index, "cannot be read", e);
    }
    Set<String> shards = new TreeSet<>();
    for (JsonNode shard : map) {
      if (!shard.isString() || !SHARD.matcher(shard.stringValue()).matches()) {
        throw new RegistryException.Storage(
            index, "weight_map: expected names of safetensors files, found " + shard);
      }
      shards.add(shard.stringValue());
    }
    return shards;
  }
}

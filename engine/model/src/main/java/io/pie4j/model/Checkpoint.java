package io.pie4j.model;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The safetensors files of a Hugging Face directory: one file, or shards that an index lists. */
final class Checkpoint implements TensorSource {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final int MAX_SHARDS = 1024;
  private static final Pattern SHARD_NAME = Pattern.compile("\\w[\\w.-]*\\.safetensors");

  /** What an error names: the directory, or the index. */
  private final Path origin;

  private final Map<String, SafetensorsFile> files;

  private Checkpoint(Path origin, Map<String, SafetensorsFile> files) {
    this.origin = origin;
    this.files = files;
  }

  static Checkpoint open(Path directory, Arena arena) {
    Path index = directory.resolve(INDEX);
    return Files.exists(index) ? sharded(index, arena) : single(directory, arena);
  }

  @Override
  public Optional<Shape> shape(String name) {
    return Optional.ofNullable(files.get(name)).flatMap(f -> f.shape(name));
  }

  @Override
  public Tensor tensor(String name, long rows, long columns) {
    SafetensorsFile file = files.get(name);
    if (file == null) {
      throw new ModelFileException.Malformed(
          origin, "tensor %s is in none of the safetensors files".formatted(name));
    }
    return file.tensor(name, rows, columns);
  }

  private static Checkpoint single(Path directory, Arena arena) {
    Path path = directory.resolve(SINGLE);
    if (!Files.exists(path)) {
      throw new ModelFileException.Unreadable(
          directory, "no %s and no %s in this directory".formatted(SINGLE, INDEX));
    }
    Map<String, SafetensorsFile> files = new LinkedHashMap<>();
    add(files, SafetensorsFile.open(path, arena));
    return new Checkpoint(directory, files);
  }

  private static Checkpoint sharded(Path index, Arena arena) {
    JsonSettings map =
        JsonSettings.read(index)
            .object("weight_map")
            .orElseThrow(() -> new ModelFileException.Malformed(index, "weight_map is missing"));
    Map<String, String> shardOf = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.node().properties()) {
      shardOf.put(entry.getKey(), shardName(map, entry.getKey(), entry.getValue()));
    }
    TreeSet<String> shards = new TreeSet<>(shardOf.values());
    if (shards.isEmpty() || shards.size() > MAX_SHARDS) {
      throw new ModelFileException.Malformed(
          index, "expected 1..%d shards, found %d".formatted(MAX_SHARDS, shards.size()));
    }
    Map<String, SafetensorsFile> files = new LinkedHashMap<>();
    for (String shard : shards) {
      add(files, SafetensorsFile.open(index.resolveSibling(shard), arena));
    }
    shardOf.forEach((tensor, shard) -> {
      SafetensorsFile file = files.get(tensor);
      if (file == null || !file.path().endsWith(shard)) {
        throw map.malformed(
            tensor, "a tensor of " + shard, file == null ? "none" : "one of " + file.path());
      }
    });
    return new Checkpoint(index, files);
  }

  /** A file beside the index, and nowhere else. */
  private static String shardName(JsonSettings map, String tensor, JsonNode value) {
    if (!value.isString() || !SHARD_NAME.matcher(value.stringValue()).matches()) {
      throw map.malformed(tensor, "the name of a safetensors file", value.toString());
    }
    return value.stringValue();
  }

  private static void add(Map<String, SafetensorsFile> files, SafetensorsFile file) {
    for (String name : file.names()) {
      if (files.put(name, file) != null) {
        throw new ModelFileException.Malformed(
            file.path(), "tensor %s is in another shard too".formatted(name));
      }
    }
  }
}

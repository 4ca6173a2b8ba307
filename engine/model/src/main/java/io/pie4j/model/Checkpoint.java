package io.pie4j.model;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** The safetensors files of a Hugging Face directory: one file, or shards that an index lists. */
final class Checkpoint implements TensorSource {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final int MAX_SHARDS = 1024;

  private final Path directory;
  private final Map<String, SafetensorsFile> files;

  private Checkpoint(Path directory, Map<String, SafetensorsFile> files) {
    this.directory = directory;
    this.files = files;
  }

  static Checkpoint open(Path directory, Arena arena) {
    Path index = directory.resolve(INDEX);
    Map<String, SafetensorsFile> files = new LinkedHashMap<>();
    for (Path path : Files.exists(index) ? shards(index) : List.of(single(directory))) {
      SafetensorsFile file = SafetensorsFile.open(path, arena);
      for (String name : file.names()) {
        if (files.put(name, file) != null) {
          throw new ModelFileException.Malformed(
              path, "tensor %s is in another shard too".formatted(name));
        }
      }
    }
    return new Checkpoint(directory, files);
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
          directory, "tensor %s is in none of the safetensors files".formatted(name));
    }
    return file.tensor(name, rows, columns);
  }

  private static Path single(Path directory) {
    Path file = directory.resolve(SINGLE);
    if (!Files.exists(file)) {
      throw new ModelFileException.Unreadable(
          directory, "no %s and no %s in this directory".formatted(SINGLE, INDEX));
    }
    return file;
  }

  /** The files that the index names, which must lie beside it. */
  private static List<Path> shards(Path index) {
    JsonSettings map =
        JsonSettings.read(index)
            .object("weight_map")
            .orElseThrow(() -> new ModelFileException.Malformed(index, "weight_map is missing"));
    TreeSet<String> names = new TreeSet<>();
    for (Map.Entry<String, JsonNode> entry : map.node().properties()) {
      String name = entry.getValue().asString("");
      if (!name.matches("[A-Za-z0-9._-]+\\.safetensors") || name.startsWith(".")) {
        throw map.malformed(
            entry.getKey(), "the name of a safetensors file", entry.getValue().toString());
      }
      names.add(name);
    }
    if (names.isEmpty() || names.size() > MAX_SHARDS) {
      throw new ModelFileException.Malformed(
          index, "expected 1..%d shards, found %d".formatted(MAX_SHARDS, names.size()));
    }
    return names.stream().map(index::resolveSibling).toList();
  }
}

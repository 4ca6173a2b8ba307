package io.pie4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Prints a measurement and writes it as JSON beside the build. */
final class Report {
  private final String name;
  private final Map<String, Object> values = new LinkedHashMap<>();

  Report(String name) {
    this.name = name;
    values.put("bench", name);
    values.put("jdk", Runtime.version().toString());
    values.put("cores", Runtime.getRuntime().availableProcessors());
  }

  void put(String key, Object value) {
    values.put(key, value);
  }

  void write(Path root) throws IOException {
    Path file = Files.createDirectories(root.resolve("bench/target")).resolve(name + ".json");
    Files.writeString(
        file,
        JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(values));
    System.out.println("written to " + root.relativize(file));
  }
}

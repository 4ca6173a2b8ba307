package io.pie4j.model.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What the registry notes of one model: a JSON object in a file of its own. */
final class EntryFile {
  private static final int FORMAT = 1;
  private static final int MAX_BYTES = 1 << 16;

  private final Path registry;
  private final Path file;
  private final String name;

  EntryFile(Path registry, Path file, String name) {
    this.registry = registry;
    this.file = file;
    this.name = name;
  }

  RegisteredModel read() {
    JsonNode json = parse();
    if (json.path("format").asInt(0) != FORMAT) {
      throw damaged("expected format %d, found %s".formatted(FORMAT, json.path("format")));
    }
    boolean owned = json.path("owned").asBoolean(false);
    try {
      Path path = registry.resolve(text(json, "path")).normalize();
      if (owned && !path.startsWith(registry)) {
        throw damaged("path is outside the registry");
      }
      return new RegisteredModel(
          name,
          path,
          owned,
          text(json, "source"),
          text(json, "family"),
          number(json, "parameters"),
          text(json, "quantization"),
          number(json, "fileBytes"),
          Instant.parse(text(json, "added")));
    } catch (InvalidPathException | DateTimeException e) {
      throw damaged(String.valueOf(e.getMessage()));
    }
  }

  /** Appears whole or not at all, whenever the machine stops. */
  void write(RegisteredModel model) {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("format", FORMAT);
    // A path of our own is noted from the registry, so that a home can be moved.
    Path path = model.owned() ? registry.relativize(model.path()) : model.path();
    json.put("path", path.toString());
    json.put("owned", model.owned());
    json.put("source", model.source());
    json.put("family", model.family());
    json.put("parameters", model.parameters());
    json.put("quantization", model.quantization());
    json.put("fileBytes", model.fileBytes());
    json.put("added", model.added().toString());
    byte[] bytes = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
    try {
      Path whole = Files.createTempFile(registry, ".entry", ".tmp");
      try (FileChannel channel = FileChannel.open(whole, StandardOpenOption.WRITE)) {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
          channel.write(left);
        }
        channel.force(true);
      }
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new RegistryException.Storage(file, "cannot be written", e);
    }
  }

  private JsonNode parse() {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw damaged("expected at most %d bytes, found %d".formatted(MAX_BYTES, size));
      }
      return JsonMapper.shared().readTree(Files.readAllBytes(file));
    } catch (JacksonException e) {
      throw damaged("not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new RegistryException.Storage(file, "cannot be read", e);
    }
  }

  private String text(JsonNode json, String key) {
    JsonNode value = json.path(key);
    if (!value.isString()) {
      throw damaged("%s: expected a string, found %s".formatted(key, value));
    }
    return value.stringValue();
  }

  private long number(JsonNode json, String key) {
    JsonNode value = json.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      throw damaged("%s: expected a count, found %s".formatted(key, value));
    }
    return value.longValue();
  }

  private RegistryException damaged(String problem) {
    return new RegistryException.Storage(
        file, problem + "; pie model remove " + name + " forgets this model");
  }
}

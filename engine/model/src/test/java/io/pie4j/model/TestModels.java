package io.pie4j.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The committed tiny models and goldens; their README says what is in them. */
final class TestModels {
  static final Path ROOT =
      Path.of(System.getProperty("pie4j.root", "../.."), "engine/model/src/test/resources/models");

  private TestModels() {}

  static Path path(String relative) {
    return ROOT.resolve(relative);
  }

  static byte[] bytes(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static float[] floats(Path path) {
    byte[] bytes = bytes(path);
    float[] values = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  static JsonNode json(Path path) {
    return JsonMapper.shared().readTree(bytes(path));
  }

  static int[] ints(JsonNode array) {
    return array.valueStream().mapToInt(JsonNode::intValue).toArray();
  }

  static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).doubleValue();
    }
    return values;
  }
}

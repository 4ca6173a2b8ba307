package io.pie4j.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  private final Arena arena = Arena.ofShared();
  @TempDir private Path directory;

  @AfterEach
  void unmap() {
    arena.close();
  }

  @Test
  void readsTensorsAtOddOffsets() {
    write(
        "model.safetensors",
        """
        {"__metadata__": {"format": "pt"},
         "odd": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]},
         "m": {"dtype": "BF16", "shape": [2, 2], "data_offsets": [1, 9]},
         "v": {"dtype": "F16", "shape": [1], "data_offsets": [9, 11]},
         "scalar": {"dtype": "F32", "shape": [], "data_offsets": [11, 15]}}\
        """,
        new byte[] {9, 0, 0, (byte) 0x80, 0x3F, 0, 0x40, 0, 0, 0, 0x3C, 0, 0, 0, 0});
    Checkpoint checkpoint = Checkpoint.open(directory, arena);
    assertThat(checkpoint.tensor("m", 2, 2).toFloats()).containsExactly(0, 1, 2, 0);
    assertThat(checkpoint.tensor("v", 1, 1).toFloats()).containsExactly(1);
    assertThat(checkpoint.has("__metadata__")).isFalse();

    assertThatThrownBy(() -> checkpoint.tensor("odd", 1, 1))
        .isInstanceOf(ModelFileException.Unsupported.class)
        .hasMessageEndingWith("unsupported tensor type U8 of odd; supported: F32, F16, BF16");
    assertThatThrownBy(() -> checkpoint.tensor("m", 4, 1))
        .hasMessageEndingWith("tensor m: expected shape [4, 1], found [2, 2]");
    assertThatThrownBy(() -> checkpoint.tensor("w", 4, 1))
        .hasMessageEndingWith("tensor w is in none of the safetensors files");
  }

  @Test
  void joinsTheShardsOfAnIndex() {
    write("a.safetensors", one("x", 0), new byte[4]);
    write("b.safetensors", one("y", 0), new byte[] {0, 0, (byte) 0x80, 0x3F});
    index("{\"x\": \"a.safetensors\", \"y\": \"b.safetensors\"}");
    Checkpoint checkpoint = Checkpoint.open(directory, arena);
    assertThat(checkpoint.tensor("x", 1, 1).toFloats()).containsExactly(0);
    assertThat(checkpoint.tensor("y", 1, 1).toFloats()).containsExactly(1);
  }

  @Test
  void refusesBrokenIndexes() {
    assertThatThrownBy(() -> Checkpoint.open(directory, arena))
        .isInstanceOf(ModelFileException.Unreadable.class)
        .hasMessageEndingWith(
            "no model.safetensors and no model.safetensors.index.json in this directory");
    refusesIndex("{}", "expected 1..1024 shards, found 0");
    refusesIndex("[]", "weight_map: expected an object");
    for (String outside : new String[] {"../a.safetensors", "/a.safetensors", "..", "a.bin", ""}) {
      refusesIndex(
          "{\"x\": \"" + outside + "\"}",
          "weight_map.x: expected the name of a safetensors file, found \"" + outside + "\"");
    }
    refusesIndex("{\"x\": 7}", "weight_map.x: expected the name of a safetensors file, found 7");
    refusesIndex("{\"x\": \"none.safetensors\"}", "none.safetensors: no such file");
    write("a.safetensors", one("x", 0), new byte[4]);
    write("b.safetensors", one("x", 0), new byte[4]);
    refusesIndex(
        "{\"x\": \"a.safetensors\", \"y\": \"b.safetensors\"}", "tensor x is in another shard too");
    refusesIndex(
        "{\"x\": \"a.safetensors\", \"z\": \"a.safetensors\"}",
        "weight_map.z: expected a tensor of a.safetensors");
  }

  @Test
  void refusesBrokenHeaders() {
    refuses(new byte[7], "truncated: expected a header length, found 7 bytes");
    refuses(
        GgufBuilder.u64(1L << 60), "header length: expected at most 0, found 1152921504606846976");
    refuses(GgufBuilder.u64(-1), "header length: expected at most 0, found 18446744073709551615");
    refuses(file("{\"x\"", new byte[0]), "not JSON: ");
    refuses(file("[]", new byte[0]), "expected a JSON object");
    refuses(file("{\"x\": 5}", new byte[0]), "tensor x");
    refuses(
        file(one("x", 0), new byte[3]),
        "tensor x ends at byte 4 of the tensor data, the file has 3: truncated?");
    refuses(file("{\"x\": {}}", new byte[0]), "shape of tensor x: expected a list of sizes");
    refusesOne(
        "F32", "[1]", "[0, 3]", "tensor x, [1] of F32: expected 4 bytes, found offsets 0 to 3");
    refusesOne("F32", "[1]", "[4, 0]", "expected 4 bytes, found offsets 4 to 0");
    refusesOne(
        "F32", "[1]", "[0]", "tensor x: expected dtype, at most 8 dimensions and two offsets");
    refusesOne("F32", "[-1]", "[0, 4]", "shape of tensor x: expected a list of sizes, found [-1]");
    refusesOne("F32", "[1.5]", "[0, 4]", "shape of tensor x: expected a list of sizes");
    refusesOne(
        "F32",
        "[1]",
        "[0, 99999999999999999999]",
        "data_offsets of tensor x: expected a list of sizes");
    refusesOne(
        "F32",
        "[1152921504606846976, 1152921504606846976]",
        "[0, 4]",
        "shape [1152921504606846976, 1152921504606846976] is impossible");
    refusesOne("F8_E4M3", "[1]", "[8, 0]", "found offsets 8 to 0");
    refuses(
        file(
            "{\"x\": "
                + info("F32", "[1]", "[0, 4]")
                + ", \"y\": "
                + info("F16", "[1]", "[2, 4]")
                + "}",
            new byte[4]),
        "tensors x (bytes 0 to 4) and y (bytes 2 to 4) overlap");
    refuses(
        file(
            "{\"x\": "
                + info("F32", "[1]", "[0, 4]")
                + ", \"x\": "
                + info("F32", "[1]", "[4, 8]")
                + "}",
            new byte[8]),
        "not JSON: Duplicate");
  }

  private void refusesOne(String dtype, String shape, String offsets, String message) {
    refuses(file("{\"x\": " + info(dtype, shape, offsets) + "}", new byte[4]), message);
  }

  private void refuses(byte[] file, String message) {
    try {
      Files.write(directory.resolve("model.safetensors"), file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThatThrownBy(() -> Checkpoint.open(directory, arena))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("model.safetensors: ")
        .hasMessageContaining(message);
  }

  private void refusesIndex(String weightMap, String message) {
    index(weightMap);
    assertThatThrownBy(() -> Checkpoint.open(directory, arena))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(message);
  }

  private void index(String weightMap) {
    try {
      Files.writeString(
          directory.resolve("model.safetensors.index.json"),
          "{\"metadata\": {\"total_size\": 8}, \"weight_map\": " + weightMap + "}");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void write(String name, String header, byte[] data) {
    try {
      Files.write(directory.resolve(name), file(header, data));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] file(String header, byte[] data) {
    byte[] json = header.getBytes(UTF_8);
    return GgufBuilder.join(GgufBuilder.u64(json.length), json, data);
  }

  private static String one(String name, int begin) {
    return "{\"%s\": %s}"
        .formatted(name, info("F32", "[1]", "[%d, %d]".formatted(begin, begin + 4)));
  }

  private static String info(String dtype, String shape, String offsets) {
    return "{\"dtype\": \"%s\", \"shape\": %s, \"data_offsets\": %s}"
        .formatted(dtype, shape, offsets);
  }
}

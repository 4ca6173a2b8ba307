package io.pie4j.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Makes broken copies of good files in one folder. */
record Damage(Path folder) {
  private static final Path ROOT = Path.of(System.getProperty("pie4j.root", "../.."));
  private static final Path MODELS = ROOT.resolve("engine/model/src/test/resources/models");

  static Path gguf() {
    return MODELS.resolve("llama3/llama3-f32.gguf");
  }

  static Path huggingFace() {
    return MODELS.resolve("llama3/hf");
  }

  static Path testProgram(String name) {
    return ROOT.resolve("inferlets/testing/target").resolve(name + ".wasm");
  }

  Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  /** The first half of a GGUF file. */
  Path truncatedGguf() throws IOException {
    byte[] all = Files.readAllBytes(gguf());
    return write("half.gguf", Arrays.copyOf(all, all.length / 2));
  }

  /** A GGUF file that says it is of another family. */
  Path ggufOfArchitecture(String fiveLetters) throws IOException {
    byte[] all = Files.readAllBytes(gguf());
    String key = "general.architecture";
    // After the key come the value's type (4 bytes) and its length (8).
    put(all, find(all, key) + key.length() + 12, fiveLetters.getBytes(StandardCharsets.US_ASCII));
    return write("architecture.gguf", all);
  }

  /** A GGUF file of which one tensor has another type. */
  Path ggufWithTensorType(String tensor, int type) throws IOException {
    byte[] all = Files.readAllBytes(gguf());
    int dimensions = find(all, tensor) + tensor.length();
    put(all, dimensions + 4 + 8 * all[dimensions], new byte[] {(byte) type, 0, 0, 0});
    return write("type.gguf", all);
  }

  /** A copy of a Hugging Face directory to damage further. */
  Path huggingFaceCopy(String name) throws IOException {
    Path copy = Files.createDirectories(folder.resolve(name));
    try (Stream<Path> files = Files.list(huggingFace())) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  Path halved(String name, String file) throws IOException {
    Path copy = huggingFaceCopy(name);
    byte[] all = Files.readAllBytes(copy.resolve(file));
    Files.write(copy.resolve(file), Arrays.copyOf(all, all.length / 2));
    return copy;
  }

  Path replaced(String name, String file, String before, String after) throws IOException {
    Path copy = huggingFaceCopy(name);
    // One character a byte, so that binary files stay what they are.
    String all = Files.readString(copy.resolve(file), StandardCharsets.ISO_8859_1);
    if (!all.contains(before)) {
      throw new IllegalArgumentException(file + " has no " + before);
    }
    Files.writeString(copy.resolve(file), all.replace(before, after), StandardCharsets.ISO_8859_1);
    return copy;
  }

  /** A module that imports functions and exports nothing. */
  Path moduleImporting(List<String> names) throws IOException {
    ByteArrayOutputStream imports = new ByteArrayOutputStream();
    imports.write(names.size());
    for (String name : names) {
      int dot = name.indexOf('.');
      name(imports, name.substring(0, dot));
      name(imports, name.substring(dot + 1));
      // A function of type 0.
      imports.write(0);
      imports.write(0);
    }
    ByteArrayOutputStream module = new ByteArrayOutputStream();
    module.writeBytes(header(1));
    // One type: no parameters, no results.
    section(module, 1, new byte[] {1, 0x60, 0, 0});
    section(module, 2, imports.toByteArray());
    return write("imports.wasm", module.toByteArray());
  }

  /** The first eight bytes of a core module (version 1) or of a component (0x1000d). */
  static byte[] header(int version) {
    return new byte[] {
      0,
      'a',
      's',
      'm',
      (byte) version,
      (byte) (version >> 8),
      (byte) (version >> 16),
      (byte) (version >> 24)
    };
  }

  private static void section(ByteArrayOutputStream module, int id, byte[] content) {
    module.write(id);
    module.write(content.length);
    module.writeBytes(content);
  }

  private static void name(ByteArrayOutputStream out, String name) {
    out.write(name.length());
    out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
  }

  private static int find(byte[] all, String text) {
    int at = new String(all, StandardCharsets.ISO_8859_1).indexOf(text);
    if (at < 0) {
      throw new IllegalArgumentException("the file has no " + text);
    }
    return at;
  }

  private static void put(byte[] all, int at, byte[] bytes) {
    System.arraycopy(bytes, 0, all, at, bytes.length);
  }
}

package io.pie4j.application;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a program says of itself and asks for. It may lie inside the module, as the custom section
 * {@value #SECTION}, or beside it in a file of the same name that ends in {@code .toml}; the
 * section wins, since it cannot be lost on the way. {@code docs/capabilities.md} shows one.
 *
 * @param name what the program wants to be called, if it says so
 * @param description one line for people, may be empty
 * @param asked the most that it will be granted; {@link Policy} may grant less
 */
public record Manifest(Optional<ProgramName> name, String description, Capabilities asked) {
  /** The custom section's name. */
  public static final String SECTION = "pie4j:manifest";

  /** Longest manifest, in bytes. */
  public static final int BYTES_MAX = 1 << 16;

  /** A program that says nothing asks for everything: what it gets is the policy's word alone. */
  public static Manifest none() {
    return new Manifest(Optional.empty(), "", Capabilities.all());
  }

  /** The manifest inside a module, or none. */
  public static Manifest of(ProgramBinary binary) {
    byte[] section = binary.customSection(SECTION);
    return section.length == 0 ? none() : parse(binary.source() + ", section " + SECTION, section);
  }

  /** The manifest inside a module, or else beside its file, or none. */
  public static Manifest of(ProgramBinary binary, Path file) {
    if (binary.customSection(SECTION).length > 0) {
      return of(binary);
    }
    Path beside = beside(file);
    if (!Files.isRegularFile(beside)) {
      return none();
    }
    return parse(beside.toString(), read(beside));
  }

  private static byte[] read(Path beside) {
    try (InputStream in = Files.newInputStream(beside)) {
      return in.readNBytes(BYTES_MAX + 1);
    } catch (IOException failure) {
      throw new LaunchException(
          "manifest %s: cannot be read: %s".formatted(beside, failure.getMessage()));
    }
  }

  /** Where the manifest of a module's file lies: its name with {@code .toml} for {@code .wasm}. */
  public static Path beside(Path module) {
    String name = module.getFileName().toString();
    String base = name.endsWith(".wasm") ? name.substring(0, name.length() - 5) : name;
    return module.resolveSibling(base + ".toml");
  }

  /**
   * Reads a manifest.
   *
   * @param source where it came from, for messages
   * @throws LaunchException if it is no good; the message names the key
   */
  public static Manifest parse(String source, String text) {
    return new ManifestReader(source).read(text);
  }

  private static Manifest parse(String source, byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new LaunchException("manifest %s: has more than %d bytes".formatted(source, BYTES_MAX));
    }
    try {
      return parse(
          source, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException notText) {
      throw new LaunchException("manifest %s: is not UTF-8".formatted(source));
    }
  }
}

package io.pie4j.cli.project;

import io.pie4j.application.Manifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** From a project's folder to one file that can be run anywhere: {@code pie build}. */
public final class ProjectBuild {
  private final Path folder;
  private final Language language;

  private ProjectBuild(Path folder, Language language) {
    this.folder = folder;
    this.language = language;
  }

  /**
   * @throws ProjectException if the folder is no project
   */
  public static ProjectBuild of(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    if (!Files.isDirectory(absolute)) {
      throw new ProjectException(folder + " is no folder");
    }
    return new ProjectBuild(absolute, Language.of(absolute));
  }

  public Language language() {
    return language;
  }

  /** The name of the manifest, or else of the folder. */
  public String name() {
    return folder.getFileName().toString();
  }

  /** Where the program says what it is and asks for. */
  public Path manifest() {
    return folder.resolve(name() + ".toml");
  }

  /**
   * Builds, and puts the manifest inside.
   *
   * @param distribution where SDKs and the interface are
   * @param output hears what the tools say
   */
  public byte[] build(Path distribution, Consumer<String> output) {
    Optional<byte[]> manifest = checkedManifest();
    Path made = language.toolchain().build(folder, new Workshop(distribution, output));
    try {
      byte[] program = Files.readAllBytes(made);
      return manifest.map(text -> withSection(program, Manifest.SECTION, text)).orElse(program);
    } catch (IOException failure) {
      throw new ProjectException("%s cannot be read: %s".formatted(made, failure.getMessage()));
    }
  }

  private Optional<byte[]> checkedManifest() {
    if (!Files.isRegularFile(manifest())) {
      return Optional.empty();
    }
    try {
      String text = Files.readString(manifest());
      Manifest.parse(manifest().toString(), text);
      return Optional.of(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException failure) {
      throw new ProjectException(
          "%s cannot be read: %s".formatted(manifest(), failure.getMessage()));
    }
  }

  /** With a custom section at the end, as core modules and components have them alike. */
  static byte[] withSection(byte[] program, String name, byte[] content) {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream section = new ByteArrayOutputStream();
    unsigned(section, nameBytes.length);
    section.writeBytes(nameBytes);
    section.writeBytes(content);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(program);
    all.write(0);
    unsigned(all, section.size());
    all.writeBytes(section.toByteArray());
    return all.toByteArray();
  }

  private static void unsigned(ByteArrayOutputStream to, int value) {
    int rest = value;
    while (rest >= 0x80) {
      to.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    to.write(rest);
  }
}

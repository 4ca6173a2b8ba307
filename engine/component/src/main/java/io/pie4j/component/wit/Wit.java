package io.pie4j.component.wit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What some WIT files say, with every name resolved: each {@link WitType.Named} is the definition's
 * own name, not that of a {@code use}.
 *
 * @see <a href="https://component-model.bytecodealliance.org/design/wit.html">The language</a>
 */
public final class Wit {
  /** Bytes that a file may have. */
  static final int FILE_BYTES_MAX = 1 << 20;

  private final Map<InterfaceName, WitInterface> interfaces;
  private final Map<InterfaceName, World> worlds;
  private final Map<WitType.Named, TypeDefinition> definitions;

  Wit(
      Map<InterfaceName, WitInterface> interfaces,
      Map<InterfaceName, World> worlds,
      Map<WitType.Named, TypeDefinition> definitions) {
    this.interfaces = interfaces;
    this.worlds = worlds;
    this.definitions = definitions;
  }

  /** A file's text, under the name that errors call it by. */
  public record Source(String file, String text) {}

  /**
   * Reads files that may refer to one another. Files of a package need not repeat its name, except
   * the first.
   *
   * @throws WitException if a text is not WIT, or names what is not there
   */
  public static Wit parse(List<Source> sources) {
    Declarations declarations = new Declarations();
    for (Source source : sources) {
      if (source.text().length() > FILE_BYTES_MAX) {
        throw new WitException(
            new Position(source.file(), 1, 1),
            "the file has %d characters, the limit is %d"
                .formatted(source.text().length(), FILE_BYTES_MAX));
      }
      new Parser(source, declarations).parseFile();
    }
    return new Resolver(declarations).resolve();
  }

  /**
   * Reads all {@code .wit} files in a folder and in the folders below it (such as {@code deps}).
   *
   * @throws WitException as {@link #parse} does
   */
  public static Wit parse(Path folder) {
    try (Stream<Path> files = Files.walk(folder, 8)) {
      List<Source> sources = new ArrayList<>();
      for (Path file : files.filter(f -> f.toString().endsWith(".wit")).sorted().toList()) {
        sources.add(new Source(folder.relativize(file).toString(), read(file)));
      }
      return parse(sources);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) throws IOException {
    if (Files.size(file) > FILE_BYTES_MAX) {
      throw new WitException(
          new Position(file.toString(), 1, 1),
          "the file has %d bytes, the limit is %d".formatted(Files.size(file), FILE_BYTES_MAX));
    }
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  /** All interfaces, in the order of the files. */
  public List<WitInterface> interfaces() {
    return List.copyOf(interfaces.values());
  }

  public List<World> worlds() {
    return List.copyOf(worlds.values());
  }

  public Optional<WitInterface> findInterface(InterfaceName name) {
    return Optional.ofNullable(interfaces.get(name));
  }

  /** The interface of a name that this Wit gave out. */
  public WitInterface interfaceOf(InterfaceName name) {
    return findInterface(name)
        .orElseThrow(() -> new IllegalArgumentException("no interface " + name));
  }

  /** The definition of a type that this Wit gave out. */
  public TypeDefinition definition(WitType.Named type) {
    TypeDefinition definition = definitions.get(type);
    if (definition == null) {
      throw new IllegalArgumentException("no type " + type);
    }
    return definition;
  }

  /** The type behind aliases. */
  public WitType unaliased(WitType type) {
    WitType current = type;
    while (current instanceof WitType.Named named
        && definition(named) instanceof TypeDefinition.Alias alias) {
      current = alias.type();
    }
    return current;
  }
}

package io.pie4j.component.bindgen;

import io.pie4j.component.wit.Wit;
import io.pie4j.component.wit.WitException;
import io.pie4j.component.wit.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The build step: reads a folder of WIT files and writes one kind of Java for a world, or the page
 * that documents it. Files that would not change are left alone, so that what depends on them is
 * not compiled again.
 */
public final class Bindgen {
  /** What writes the page of the programming interface anew. */
  public static final String RENEWAL = "mvn -q -Pquick,docs -pl wit -am compile";

  /** What to write. */
  public enum Kind {
    /** The API's interfaces. */
    API,
    /** The host side of a guest: needs io.pie4j.component. */
    HOST,
    /** The guest side, for TeaVM, on the SDK's linear memory. */
    GUEST
  }

  private Bindgen() {}

  /**
   * Arguments: kind (api, host, guest), WIT folder, world, target folder, Java package, and for
   * host and guest the API's package; or {@code docs}, WIT folder, world, target file.
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 4 && arguments[0].equals("docs")) {
      String page = page(Wit.parse(Path.of(arguments[1])), arguments[2]);
      Files.writeString(Path.of(arguments[3]), page);
      return;
    }
    if (arguments.length < 5) {
      throw new IllegalArgumentException(
          "usage: api|host|guest WIT-FOLDER WORLD TARGET-FOLDER PACKAGE [API-PACKAGE]"
              + " or docs WIT-FOLDER WORLD TARGET-FILE");
    }
    Kind kind = Kind.valueOf(arguments[0].toUpperCase(Locale.ROOT));
    try {
      Map<String, String> files =
          generate(
              kind,
              Wit.parse(Path.of(arguments[1])),
              arguments[2],
              arguments[4],
              arguments.length > 5 ? arguments[5] : arguments[4]);
      write(files, Path.of(arguments[3]).resolve(arguments[4].replace('.', '/')));
    } catch (WitException | BindgenException e) {
      throw new IOException(arguments[1] + "/" + e.getMessage(), e);
    }
  }

  /** Sources by file name. */
  public static Map<String, String> generate(
      Kind kind, Wit wit, String worldName, String packageName, String apiPackage) {
    World world = world(wit, worldName);
    return switch (kind) {
      case API -> new ApiGenerator(wit, world, packageName).generate();
      case GUEST -> new GuestGenerator(wit, world, packageName, apiPackage).generate();
      case HOST -> new HostGenerator(wit, world, packageName, apiPackage).generate();
    };
  }

  /**
   * The page in Markdown that lists every call of a world.
   *
   * @throws BindgenException if a call's documentation does not say what the page needs
   */
  public static String page(Wit wit, String worldName) {
    return new ApiPage(wit, world(wit, worldName)).text();
  }

  private static World world(Wit wit, String name) {
    return wit.worlds().stream()
        .filter(w -> w.name().name().equals(name))
        .findFirst()
        .orElseThrow(() -> new BindgenException("there is no world '" + name + "'"));
  }

  private static void write(Map<String, String> files, Path folder) throws IOException {
    Files.createDirectories(folder);
    Set<Path> stale = new HashSet<>();
    try (Stream<Path> present = Files.list(folder)) {
      present.forEach(stale::add);
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      stale.remove(path);
      if (!currentText(path).equals(file.getValue())) {
        Files.writeString(path, file.getValue());
      }
    }
    for (Path path : stale) {
      Files.delete(path);
    }
  }

  private static String currentText(Path path) throws IOException {
    try {
      return Files.readString(path);
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}

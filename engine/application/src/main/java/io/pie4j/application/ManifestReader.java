package io.pie4j.application;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** Reads a manifest strictly: a key that nobody knows was meant for something. */
final class ManifestReader {
  private static final TomlMapper MAPPER = new TomlMapper();
  private static final Set<String> KEYS =
      new TreeSet<>(Set.of("name", "version", "description", "capabilities"));

  /** The parser repeats what it does not like; this much of it is enough for anybody. */
  private static final int PROBLEM_MOST = 400;

  /** Enough for programs that say nothing of distributions: the default of get-next-dist. */
  private static final int TOP_K_DEFAULT = 256;

  /** What a manifest may ask for; the rest is the policy's alone. */
  private static final Set<Right> RIGHTS = EnumSet.complementOf(EnumSet.of(Right.PRIVATE_HOSTS));

  private static final Set<String> CAPABILITIES = capabilityKeys();

  private final String source;

  ManifestReader(String source) {
    this.source = source;
  }

  Manifest read(String text) {
    JsonNode root = tree(text);
    requireKnown(root, "", KEYS);
    return new Manifest(name(root), text(root, "description").orElse(""), capabilities(root));
  }

  private JsonNode tree(String text) {
    if (text.length() > Manifest.BYTES_MAX) {
      throw wrong("has more than " + Manifest.BYTES_MAX + " bytes");
    }
    try {
      return MAPPER.readTree(text);
    } catch (JacksonException bad) {
      var at = bad.getLocation();
      String place =
          at == null ? "" : "line %d, column %d: ".formatted(at.getLineNr(), at.getColumnNr());
      throw wrong(place + bad.getOriginalMessage());
    }
  }

  private Optional<ProgramName> name(JsonNode root) {
    Optional<String> name = text(root, "name");
    Optional<String> version = text(root, "version");
    if (name.isEmpty()) {
      if (version.isPresent()) {
        throw wrong("version: there is no name that it is a version of");
      }
      return Optional.empty();
    }
    try {
      return Optional.of(
          version.isPresent()
              ? new ProgramName(name.get(), version.get())
              : ProgramName.parse(name.get()));
    } catch (LaunchException bad) {
      throw wrong(String.valueOf(bad.getMessage()));
    }
  }

  private Capabilities capabilities(JsonNode root) {
    @Nullable JsonNode table = root.get("capabilities");
    if (table == null) {
      return Capabilities.none().withTopK(TOP_K_DEFAULT).with(Right.PRIVATE_HOSTS);
    }
    if (!table.isObject()) {
      throw wrong("capabilities: expected a table, found " + found(table));
    }
    requireKnown(table, "capabilities.", CAPABILITIES);
    // Which addresses are private is the policy's matter: it is asked for with any host.
    Set<Right> rights = EnumSet.of(Right.PRIVATE_HOSTS);
    for (Right right : RIGHTS) {
      if (flag(table, right.toString())) {
        rights.add(right);
      }
    }
    try {
      return new Capabilities(
          HttpHosts.of(texts(table, "http")),
          SocketPeers.of(texts(table, "sockets")),
          rights,
          number(table, "children").orElse(0),
          number(table, "top-k").orElse(TOP_K_DEFAULT));
    } catch (IllegalArgumentException bad) {
      throw wrong("capabilities: " + bad.getMessage());
    }
  }

  private Optional<String> text(JsonNode table, String key) {
    @Nullable JsonNode value = table.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw wrong(key + ": expected a text, found " + found(value));
    }
    return Optional.of(value.stringValue());
  }

  private List<String> texts(JsonNode table, String key) {
    @Nullable JsonNode value = table.get(key);
    List<String> texts = new ArrayList<>();
    if (value == null) {
      return texts;
    }
    if (!value.isArray()) {
      throw wrong("capabilities." + key + ": expected a list of texts, found " + found(value));
    }
    for (JsonNode element : value) {
      if (!element.isString()) {
        throw wrong("capabilities." + key + ": expected texts, found " + found(element));
      }
      texts.add(element.stringValue());
    }
    return texts;
  }

  private boolean flag(JsonNode table, String key) {
    @Nullable JsonNode value = table.get(key);
    if (value == null) {
      return false;
    }
    if (!value.isBoolean()) {
      throw wrong("capabilities." + key + ": expected true or false, found " + found(value));
    }
    return value.booleanValue();
  }

  private OptionalInt number(JsonNode table, String key) {
    @Nullable JsonNode value = table.get(key);
    if (value == null) {
      return OptionalInt.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong("capabilities." + key + ": expected a whole number, found " + found(value));
    }
    return OptionalInt.of(value.intValue());
  }

  private void requireKnown(JsonNode table, String prefix, Set<String> known) {
    for (Map.Entry<String, JsonNode> entry : table.properties()) {
      if (!known.contains(entry.getKey())) {
        throw wrong(
            "unknown key %s; there are: %s"
                .formatted(prefix + Namespace.visible(entry.getKey()), String.join(", ", known)));
      }
    }
  }

  private static String found(JsonNode value) {
    return Namespace.visible(value.toString());
  }

  private LaunchException wrong(String problem) {
    String line = problem.strip().replaceAll("\\s*\\R\\s*", " ");
    return new LaunchException(
        "manifest %s: %s"
            .formatted(
                source,
                line.length() <= PROBLEM_MOST ? line : line.substring(0, PROBLEM_MOST) + "…"));
  }

  private static Set<String> capabilityKeys() {
    Set<String> keys = new TreeSet<>(Set.of("http", "sockets", "children", "top-k"));
    RIGHTS.forEach(right -> keys.add(right.toString()));
    return keys;
  }
}

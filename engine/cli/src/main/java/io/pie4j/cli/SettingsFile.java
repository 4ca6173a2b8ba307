package io.pie4j.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.LogicalType;
import tools.jackson.dataformat.toml.TomlMapper;

/** A configuration file, laid over other settings key by key. */
final class SettingsFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final Pattern CAMEL_CASE = Pattern.compile("\\b[a-z]+([A-Z][a-z]+)+\\b");
  private static final String POLICY = "policy";
  private static final String EVERYBODY = "everybody";
  private static final String USERS = "users";

  static final TomlMapper MAPPER =
      TomlMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          // An empty text would become null.
          .withCoercionConfig(
              LogicalType.Enum,
              coercion -> coercion.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
          .build();

  private final Path file;

  SettingsFile(Path file) {
    this.file = file;
  }

  Settings over(Settings below) {
    ObjectNode all = MAPPER.valueToTree(below);
    JsonNode file = parse();
    JsonNode users = takeUsers(file);
    overlay(all, file, "");
    overlayUsers((ObjectNode) all.get(POLICY), users);
    try {
      return MAPPER.treeToValue(all, Settings.class);
    } catch (InvalidFormatException wrong) {
      throw wrong(key(wrong) + ": " + expected(wrong) + ", found " + wrong.getValue());
    } catch (JacksonException wrong) {
      // A record that refuses its values names the key; its table is what Jackson was reading.
      Throwable cause = wrong.getCause() == null ? wrong : wrong.getCause();
      String table = key(wrong);
      throw wrong(
          wrong.getCause() == null
              ? table + ": " + wrong.getOriginalMessage()
              : (table.isEmpty() ? "" : table + ".") + inKebabCase(cause.getMessage()));
    }
  }

  private JsonNode parse() {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw wrong("has more than " + MAX_BYTES + " bytes");
      }
      return MAPPER.readTree(Files.readString(file));
    } catch (CharacterCodingException e) {
      throw wrong("is not UTF-8");
    } catch (IOException e) {
      throw wrong("cannot be read: " + e.getMessage());
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      String place =
          at == null ? "" : "line %d, column %d: ".formatted(at.getLineNr(), at.getColumnNr());
      throw wrong(place + e.getOriginalMessage());
    }
  }

  /** The values below say which keys there are, and of what kind each is. */
  private void overlay(ObjectNode below, JsonNode above, String prefix) {
    for (Map.Entry<String, JsonNode> entry : above.properties()) {
      String key = prefix + entry.getKey();
      JsonNode old = below.get(entry.getKey());
      JsonNode value = entry.getValue();
      if (old == null) {
        throw wrong(
            "unknown key %s; there are: %s"
                .formatted(key, String.join(", ", below.propertyNames())));
      }
      if (!sameKind(old, value)) {
        throw wrong("%s: expected %s, found %s".formatted(key, kind(old), value));
      }
      if (old.isInt() ? !value.canConvertToInt() : old.isLong() && !value.canConvertToLong()) {
        throw wrong("%s: %s is out of range".formatted(key, value));
      }
      if (old instanceof ObjectNode table) {
        overlay(table, value, key + ".");
      } else {
        below.set(entry.getKey(), value);
      }
    }
  }

  /** Users are no known keys; theirs are those of everybody's table. */
  private static JsonNode takeUsers(JsonNode file) {
    return file.get(POLICY) instanceof ObjectNode policy && policy.has(USERS)
        ? policy.remove(USERS)
        : MAPPER.createObjectNode();
  }

  private void overlayUsers(ObjectNode policy, JsonNode users) {
    String prefix = POLICY + "." + USERS;
    if (!users.isObject()) {
      throw wrong("%s: expected a table, found %s".formatted(prefix, users));
    }
    ObjectNode below = (ObjectNode) policy.get(USERS);
    for (Map.Entry<String, JsonNode> user : users.properties()) {
      ObjectNode grants = MAPPER.createObjectNode();
      grants.set(user.getKey(), policy.get(EVERYBODY).deepCopy());
      overlay(grants, MAPPER.createObjectNode().set(user.getKey(), user.getValue()), prefix + ".");
      below.setAll(grants);
    }
  }

  private static boolean sameKind(JsonNode a, JsonNode b) {
    return a.getNodeType() == b.getNodeType()
        && a.isIntegralNumber() == b.isIntegralNumber()
        && (!b.isArray() || b.valueStream().allMatch(JsonNode::isString));
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "a table";
      case ARRAY -> "a list of texts";
      case BOOLEAN -> "true or false";
      case NUMBER -> "a whole number";
      default -> "a text in quotation marks";
    };
  }

  private static String expected(InvalidFormatException wrong) {
    Object[] constants = wrong.getTargetType().getEnumConstants();
    return constants == null
        ? "expected " + wrong.getTargetType().getSimpleName()
        : "expected one of "
            + Arrays.stream(constants)
                .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
  }

  /** The engine's own settings name themselves as in Java. */
  private static String inKebabCase(@Nullable String message) {
    return CAMEL_CASE
        .matcher(String.valueOf(message))
        .replaceAll(word -> word.group().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
  }

  private static String key(JacksonException wrong) {
    return wrong.getPath().stream()
        .map(JacksonException.Reference::getPropertyName)
        .collect(Collectors.joining("."));
  }

  private CommandException wrong(String problem) {
    return new CommandException(
        "configuration " + file + ": " + problem.strip().replaceAll("\\s*\\R\\s*", " "));
  }
}

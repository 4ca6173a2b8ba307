package io.pie4j.model;

import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A setting that some modules have otherwise: PEFT's {@code rank_pattern} and {@code
 * alpha_pattern}. Its keys are regular expressions there; here they are ends of module paths, which
 * is what they are in practice, or after {@code ^} whole paths. The first that fits counts.
 */
record PeftPattern(JsonSettings all, JsonSettings exceptions) {
  private static final int KEYS_MAX = 1 << 13;
  private static final Pattern KEY = Pattern.compile("\\^?\\w+(\\.\\w+)*");

  static PeftPattern of(JsonSettings json, String name) {
    JsonSettings exceptions =
        json.object(name)
            .orElseGet(() -> new JsonSettings(json.file(), JsonSettings.emptyNode(), ""));
    if (exceptions.node().size() > KEYS_MAX) {
      throw json.malformed(
          name, "at most " + KEYS_MAX + " entries", String.valueOf(exceptions.node().size()));
    }
    for (Map.Entry<String, JsonNode> entry : exceptions.node().properties()) {
      if (!KEY.matcher(entry.getKey()).matches()) {
        throw json.unsupported(
            "expression in " + name, entry.getKey(), "ends of module paths such as q_proj");
      }
    }
    return new PeftPattern(json, exceptions);
  }

  int integer(String module, String name, int max) {
    for (Map.Entry<String, JsonNode> entry : exceptions.node().properties()) {
      if (fits(entry.getKey(), module)) {
        return exceptions.integer(entry.getKey(), max);
      }
    }
    return all.integer(name, max);
  }

  float real(String module, String name) {
    for (Map.Entry<String, JsonNode> entry : exceptions.node().properties()) {
      if (fits(entry.getKey(), module)) {
        return exceptions.real(entry.getKey());
      }
    }
    return all.real(name);
  }

  private static boolean fits(String key, String module) {
    return key.startsWith("^")
        ? module.equals(key.substring(1))
        : module.equals(key) || module.endsWith("." + key);
  }
}

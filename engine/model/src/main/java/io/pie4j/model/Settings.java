package io.pie4j.model;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** Named values of a file, each checked for type and bounds when it is asked for. */
interface Settings {
  /** The file that errors name. */
  Path file();

  /** The number under {@code key}, a {@link Long} where it is an integer in the file. */
  Optional<Number> number(String key);

  Optional<String> text(String key);

  Optional<Boolean> flag(String key);

  default OptionalInt optionalInteger(String key, int min, int max) {
    Optional<Number> found = number(key);
    if (found.isEmpty()) {
      return OptionalInt.empty();
    }
    Number number = found.get();
    if (!(number instanceof Long value) || value < min || value > max) {
      throw malformed(key, "an integer in %d..%d".formatted(min, max), number.toString());
    }
    return OptionalInt.of(value.intValue());
  }

  default int integer(String key, int max) {
    return optionalInteger(key, 1, max).orElseThrow(() -> missing(key));
  }

  default Optional<Float> optionalReal(String key) {
    return number(key)
        .map(n -> {
          float value = n.floatValue();
          if (!Float.isFinite(value)) {
            throw malformed(key, "a finite number", n.toString());
          }
          return value;
        });
  }

  default float real(String key) {
    return optionalReal(key).orElseThrow(() -> missing(key));
  }

  default ModelFileException missing(String key) {
    return new ModelFileException.Malformed(file(), "%s is missing".formatted(key));
  }

  default ModelFileException malformed(String key, String expected, String found) {
    return new ModelFileException.Malformed(
        file(), "%s: expected %s, found %s".formatted(key, expected, found));
  }

  default ModelFileException unsupported(String what, String found, String supported) {
    return new ModelFileException.Unsupported(
        file(), "unsupported %s %s; supported: %s".formatted(what, found, supported));
  }
}

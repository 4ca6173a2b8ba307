package io.pie4j.application;

import java.util.Optional;

/** Names of files as they travel: one part of a path, good in any folder. */
final class FileNames {
  private static final int BYTES_MAX = 255;

  private FileNames() {}

  /** What is wrong with a name, if something is. */
  static Optional<String> problem(String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      return Optional.of("name must be a file's, is '" + name + "'");
    }
    if (HostSide.byteCountExceeds(name, BYTES_MAX)) {
      return Optional.of(
          "name must have at most %d bytes, has %d characters".formatted(BYTES_MAX, name.length()));
    }
    boolean plain =
        name.codePoints()
            .noneMatch(c ->
                c == '/'
                    || c == '\\'
                    || Character.isISOControl(c)
                    || Character.getType(c) == Character.SURROGATE);
    return plain
        ? Optional.empty()
        : Optional.of(
            "name must have no folders ('/', '\\') and no control characters, is '%s'"
                .formatted(Namespace.visible(name)));
  }
}

package io.pie4j.model.registry;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file of a repository.
 *
 * @param name its path in the repository, with slashes
 * @param bytes its size, where the hub says it
 * @param sha256 the digest of its content in lower-case hex, where the hub says it: large files
 *     only
 */
record HubFile(String name, OptionalLong bytes, Optional<String> sha256) {
  private static final int MAX_NAME_CHARS = 512;

  /** True for a path that stays below the folder it is resolved against. */
  static boolean isPlain(String path) {
    if (path.isEmpty()
        || path.length() > MAX_NAME_CHARS
        || path.matches("(?s).*[\\\\:\\p{Cntrl}].*")) {
      return false;
    }
    for (String segment : path.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        return false;
      }
    }
    return true;
  }

  static String lastSegment(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}

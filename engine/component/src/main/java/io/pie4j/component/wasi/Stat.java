package io.pie4j.component.wasi;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/** What is known of a file without reading it. */
record Stat(
    Kind kind,
    long links,
    long sizeBytes,
    Instant accessed,
    Instant modified,
    Instant changed,
    Object key) {
  /** Kinds of files, in the order of {@code descriptor-type}. */
  enum Kind {
    UNKNOWN,
    BLOCK_DEVICE,
    CHARACTER_DEVICE,
    DIRECTORY,
    FIFO,
    SYMBOLIC_LINK,
    REGULAR_FILE,
    SOCKET;

    /** Its number in WASI 0.2, whose order this is. */
    @SuppressWarnings("EnumOrdinal")
    int code() {
      return ordinal();
    }

    static Kind of(BasicFileAttributes attributes) {
      if (attributes.isRegularFile()) {
        return REGULAR_FILE;
      }
      if (attributes.isDirectory()) {
        return DIRECTORY;
      }
      return attributes.isSymbolicLink() ? SYMBOLIC_LINK : UNKNOWN;
    }
  }

  static Stat of(Path path) throws IOException {
    BasicFileAttributes attributes = Tree.attributes(path);
    return new Stat(
        Kind.of(attributes),
        Tree.links(path),
        attributes.size(),
        attributes.lastAccessTime().toInstant(),
        attributes.lastModifiedTime().toInstant(),
        attributes.lastModifiedTime().toInstant(),
        Descriptor.key(path, attributes));
  }
}

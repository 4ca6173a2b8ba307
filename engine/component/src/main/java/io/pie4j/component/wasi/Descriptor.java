package io.pie4j.component.wasi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/** An open file or directory of a program. */
sealed interface Descriptor extends AutoCloseable permits FileDescriptor, DirectoryDescriptor {
  /** Bits of {@code descriptor-flags}. */
  int READ = 1;

  int WRITE = 2;
  int MUTATE_DIRECTORY = 32;

  Tree tree();

  Path path();

  int flags();

  /** Who it is, whatever it is called. */
  Object key();

  default Stat stat() throws IOException {
    return Stat.of(path());
  }

  /** Empty times stay. */
  default void setTimes(Optional<FileTime> accessed, Optional<FileTime> modified)
      throws IOException {
    requireWritable();
    setTimes(path(), accessed, modified);
  }

  static void setTimes(Path path, Optional<FileTime> accessed, Optional<FileTime> modified)
      throws IOException {
    Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(modified.orElse(null), accessed.orElse(null), null);
  }

  default void requireWritable() throws FileProblem {
    if (tree().isReadOnly()) {
      throw FileError.READ_ONLY.problem();
    }
  }

  static Object key(Path path, BasicFileAttributes attributes) {
    Object key = attributes.fileKey();
    return key == null ? path : key;
  }

  @Override
  void close();
}

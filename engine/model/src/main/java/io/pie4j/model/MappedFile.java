package io.pie4j.model;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A whole file in memory, read only, for as long as its arena lives. */
record MappedFile(Path path, MemorySegment bytes) {

  static MappedFile open(Path path, Arena arena) {
    if (!Files.isRegularFile(path)) {
      throw new ModelFileException.Unreadable(
          path, Files.exists(path) ? "not a regular file" : "no such file");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      // The size is asked of the open channel: a page beyond the end of the file would be a SIGBUS.
      long size = channel.size();
      return new MappedFile(path, channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena));
    } catch (IOException e) {
      throw new ModelFileException.Unreadable(path, "cannot be read: " + e.getMessage(), e);
    }
  }

  long size() {
    return bytes.byteSize();
  }
}

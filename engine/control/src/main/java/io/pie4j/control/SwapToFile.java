package io.pie4j.control;

import io.pie4j.control.ContentionPolicy.SwapFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Pages in a file of our own that nobody else sees. It is mapped, so the driver copies to and from
 * it as if it were memory; each block is written before it is mapped, since a full disk must be an
 * error here and not a fault there.
 */
final class SwapToFile extends SwapTier {
  private static final int ZEROS = 1 << 16;

  private final Arena arena = Arena.ofShared();
  private final FileChannel file;
  private long length;

  SwapToFile(long pageBytes, SwapFile settings) {
    super(pageBytes, settings.bytes());
    try {
      Path path = Files.createTempFile(settings.folder(), "pie-pages-", ".swap");
      file =
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the swap file cannot be made in " + settings.folder() + ": " + e.getMessage(), e);
    }
  }

  @Override
  Optional<MemorySegment> block(long bytes) {
    try {
      ByteBuffer zeros = ByteBuffer.allocate(ZEROS);
      for (long at = length; at < length + bytes; ) {
        zeros.clear().limit((int) Math.min(ZEROS, length + bytes - at));
        at += file.write(zeros, at);
      }
      MemorySegment block = file.map(FileChannel.MapMode.READ_WRITE, length, bytes, arena);
      length += bytes;
      return Optional.of(block);
    } catch (IOException e) {
      return Optional.empty(); // the disk is full
    }
  }

  @Override
  public void close() {
    arena.close();
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.pie4j.component.wasi;

import java.nio.file.Path;

/**
 * A directory of the host that a program is granted.
 *
 * @param host where it is; it must be there
 * @param guest under which path the program sees it, as {@code /} or {@code data}
 * @param isReadOnly whether nothing in it may be changed
 * @param bytesMax what may lie in it, each file, directory and link counted with {@value
 *     #ENTRY_BYTES} bytes besides what it holds
 * @param isTemporary whether it goes, with all that is in it, when the program's {@link Wasi} is
 *     closed
 */
public record Directory(
    Path host, String guest, boolean isReadOnly, long bytesMax, boolean isTemporary) {
  /** What an entry counts by itself. */
  public static final int ENTRY_BYTES = 512;

  /** Bytes that a directory may take if nothing else is said. */
  public static final long BYTES_MAX_STANDARD = 64L << 20;

  /** To read and write, up to {@link #BYTES_MAX_STANDARD}. */
  public static Directory writable(Path host, String guest) {
    return new Directory(host, guest, false, BYTES_MAX_STANDARD, false);
  }

  /** Only to read. */
  public static Directory readOnly(Path host, String guest) {
    return new Directory(host, guest, true, 0, false);
  }

  public Directory withBytesMax(long bytes) {
    return new Directory(host, guest, isReadOnly, bytes, isTemporary);
  }

  /** The program's alone: removed when it is over. */
  public Directory temporary() {
    return new Directory(host, guest, isReadOnly, bytesMax, true);
  }
}

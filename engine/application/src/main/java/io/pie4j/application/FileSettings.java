package io.pie4j.application;

/**
 * Bounds of files between a program and its client, and of those that a program has for itself.
 *
 * @param fileBytesMax bytes of a file
 * @param inboxFilesMax files from its client that an instance has not received yet
 * @param inboxBytesMax bytes of those together
 * @param directoryBytesMax bytes of an instance's own directory
 */
public record FileSettings(
    int fileBytesMax, int inboxFilesMax, long inboxBytesMax, long directoryBytesMax) {

  public FileSettings {
    if (fileBytesMax < 1 || inboxFilesMax < 1 || inboxBytesMax < 1 || directoryBytesMax < 1) {
      throw new IllegalArgumentException(
          "fileBytesMax, inboxFilesMax, inboxBytesMax and directoryBytesMax must be positive, are %d, %d, %d and %d"
              .formatted(fileBytesMax, inboxFilesMax, inboxBytesMax, directoryBytesMax));
    }
  }

  /** Files of 16 MiB; 64 of them and 64 MiB wait; a directory of 64 MiB. */
  public static FileSettings standard() {
    return new FileSettings(16 << 20, 64, 64L << 20, 64L << 20);
  }
}

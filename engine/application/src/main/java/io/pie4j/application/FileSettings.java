package io.pie4j.application;

/**
 * Bounds of files between a program and its client.
 *
 * @param fileBytesMax bytes of a file
 * @param inboxFilesMax files from its client that an instance has not received yet
 * @param inboxBytesMax bytes of those together
 */
public record FileSettings(int fileBytesMax, int inboxFilesMax, long inboxBytesMax) {

  public FileSettings {
    if (fileBytesMax < 1 || inboxFilesMax < 1 || inboxBytesMax < 1) {
      throw new IllegalArgumentException(
          "fileBytesMax, inboxFilesMax and inboxBytesMax must be positive, are %d, %d and %d"
              .formatted(fileBytesMax, inboxFilesMax, inboxBytesMax));
    }
  }

  /** Files of 16 MiB; 64 of them and 64 MiB wait. */
  public static FileSettings standard() {
    return new FileSettings(16 << 20, 64, 64L << 20);
  }
}

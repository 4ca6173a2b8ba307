package io.pie4j.application;

/**
 * Bounds of programs that launch programs.
 *
 * @param depthMax how many instances may be below one that a client launched, each launched by the
 *     one before
 * @param bytesMax memory of all that the children of an instance have printed and sent and it has
 *     not taken; what an instance printed is taken when its handle is dropped
 */
public record ChildSettings(int depthMax, long bytesMax) {

  public ChildSettings {
    if (depthMax < 0) {
      throw new IllegalArgumentException("depthMax must not be negative, is " + depthMax);
    }
    if (bytesMax < 1) {
      throw new IllegalArgumentException("bytesMax must be positive, is " + bytesMax);
    }
  }

  /** 8 deep, 16 MiB. */
  public static ChildSettings standard() {
    return new ChildSettings(8, 16L << 20);
  }
}

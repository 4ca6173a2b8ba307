package io.pie4j.component;

/** The bytes are no component that this engine runs. The message names the file and the place. */
public final class InvalidComponent extends WasmException {
  private static final long serialVersionUID = 1;

  private final int position;

  /** {@code position} in bytes from the start of {@code source}. */
  public InvalidComponent(String source, int position, String problem) {
    super(source + ": " + problem + " (at byte " + position + ")");
    this.position = position;
  }

  /** Where the problem was found, in bytes from the start. */
  public int position() {
    return position;
  }
}

package io.pie4j.component;

/** The bytes are no core module that this engine runs. The message names the file and the place. */
public final class InvalidModule extends WasmException {
  private static final long serialVersionUID = 1;

  InvalidModule(String source, String problem) {
    super(source + ": " + problem);
  }

  InvalidModule(String source, String problem, Throwable cause) {
    super(source + ": " + problem, cause);
  }
}

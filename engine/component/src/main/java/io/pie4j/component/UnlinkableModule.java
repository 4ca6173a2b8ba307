package io.pie4j.component;

/**
 * The module asks for imports that the host does not have, or has with another type. The message
 * lists all of them.
 */
public final class UnlinkableModule extends WasmException {
  private static final long serialVersionUID = 1;

  UnlinkableModule(String source, String problem) {
    super(source + ": " + problem);
  }
}

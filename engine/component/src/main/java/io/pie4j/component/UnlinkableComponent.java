package io.pie4j.component;

/**
 * The component asks for imports that its host does not offer, or a caller for exports that it has
 * not. The message lists all of them.
 */
public final class UnlinkableComponent extends WasmException {
  private static final long serialVersionUID = 1;

  public UnlinkableComponent(String source, String problem) {
    super(source + ": " + problem);
  }
}

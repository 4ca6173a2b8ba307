package io.pie4j.component;

/**
 * What goes wrong with WebAssembly: a bad module, imports that do not fit, a program that ended.
 * One-line messages.
 */
public abstract sealed class WasmException extends RuntimeException
    permits InvalidModule, UnlinkableModule, InvalidComponent, UnlinkableComponent, InstanceEnded {
  private static final long serialVersionUID = 1;

  WasmException(String message) {
    super(message);
  }

  WasmException(String message, Throwable cause) {
    super(message, cause);
  }
}

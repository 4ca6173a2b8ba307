package io.pie4j.component;

/** Is told how far the making of a module's code is. */
@FunctionalInterface
public interface CompileListener {
  /**
   * So many functions of all have code: none at the beginning, all at the end. Called on threads
   * that compile, now and then; it must not wait. Functions that were found too large begin anew.
   */
  void compiled(String source, int functions, int of);

  /** Tells nobody. */
  static CompileListener silent() {
    return (_, _, _) -> {};
  }
}

package io.pie4j.application;

/**
 * Who launched an instance and hears from it. Calls come on the instance's thread, one at a time
 * and in order; a slow audience slows its program, nobody else.
 */
public interface Audience {

  /** The program printed text to its standard output. */
  void printed(Instance instance, String text);

  /** The program sent a message. */
  void message(Instance instance, String message);

  /**
   * The program sent a file.
   *
   * @param name without folders
   */
  default void file(Instance instance, String name, byte[] content) {}

  /** The last call for this instance. */
  void ended(Instance instance, Outcome outcome);

  /** Hears nothing. */
  static Audience none() {
    return new Audience() {
      @Override
      public void printed(Instance instance, String text) {}

      @Override
      public void message(Instance instance, String message) {}

      @Override
      public void ended(Instance instance, Outcome outcome) {}
    };
  }
}

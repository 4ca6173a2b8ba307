package io.pie4j.inferlet.guest;

import org.jspecify.annotations.Nullable;
import org.teavm.runtime.Fiber;

/** Where the host's call enters the guest. */
public final class Entry {
  private Entry() {}

  /** What an export does. */
  public interface Body {
    void run() throws Exception;
  }

  /**
   * Runs the program's {@code main}, which says what the program is, and then {@code body}. Gives
   * the message of the exception that ended it, if one did.
   */
  public static @Nullable String call(Body body) {
    try {
      Fiber.runMain(new String[0]);
      body.run();
      return null;
    } catch (Throwable thrown) {
      String message = thrown.getMessage();
      String name = thrown.getClass().getSimpleName();
      return message == null ? name : message;
    }
  }
}

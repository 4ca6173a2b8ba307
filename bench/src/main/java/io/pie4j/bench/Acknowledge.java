package io.pie4j.bench;

import io.pie4j.api.Api;
import io.pie4j.api.FutureText;
import io.pie4j.api.Program;
import io.pie4j.inferlet.guest.Guest;
import io.pie4j.inferlets.TextCompletion;

/**
 * Text completion that first tells the client that it runs and waits for a message (paper §7.4):
 * {@code go} makes it complete text, anything else ends it.
 */
public final class Acknowledge implements Program {
  /**
   * A message of so many characters would be cut to nothing. The number is nowhere else in the
   * module, so that who changes it has a module whose code nobody has seen yet.
   */
  private static final int VERSION = 0x5EED_0001;

  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new Acknowledge());
  }

  @Override
  public void run(Api api) throws Exception {
    api.client().send("ready");
    try (FutureText message = api.client().receive()) {
      String order = message.await();
      if (order.length() != VERSION && order.equals("go")) {
        new TextCompletion().run(api);
      }
    }
  }
}

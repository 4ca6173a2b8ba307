package io.pie4j.inferlets.testing;

import io.pie4j.api.Api;
import io.pie4j.api.FutureText;
import io.pie4j.api.Program;
import io.pie4j.inferlet.guest.Guest;

/**
 * Tells the client that it runs, and ends; with the argument {@code wait} it first waits for a
 * message and sends it back.
 */
public final class Hello implements Program {
  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new Hello());
  }

  @Override
  public void run(Api api) {
    api.client().send("hello");
    if (api.runtime().arguments().contains("wait")) {
      try (FutureText message = api.client().receive()) {
        api.client().send(message.await());
      }
    }
  }
}

package io.pie4j.inferlets.contract;

import io.pie4j.api.Api;
import io.pie4j.api.FutureText;
import io.pie4j.api.FutureUnit;
import io.pie4j.api.Subscription;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** What another program does for a check. */
enum Role {
  /** Tells its id, sends back what it gets until that is {@code end}, prints its arguments. */
  ECHO {
    @Override
    void play(Api api, List<String> arguments) {
      api.client().send(api.runtime().instanceId());
      while (true) {
        try (FutureText next = api.client().receive()) {
          String message = next.await();
          if (message.equals("end")) {
            api.runtime().print(String.join(",", arguments));
            return;
          }
          api.client().send("echo " + message);
        }
      }
    }
  },

  /** Fails with its argument as the message. */
  FAIL {
    @Override
    void play(Api api, List<String> arguments) {
      throw new IllegalStateException(arguments.getFirst());
    }
  },

  /** Waits for an hour. */
  WAIT {
    @Override
    void play(Api api, List<String> arguments) {
      try (FutureUnit hour = api.runtime().sleep(3_600_000)) {
        hour.await();
      }
    }
  },

  /** Waits for one of no things, which a call without errors can't refuse. */
  POLL_NOTHING {
    @Override
    void play(Api api, List<String> arguments) {
      api.runtime().print("waited for " + api.types().poll(List.of()).length);
    }
  },

  /** Prints a key's value. */
  READ_STORE {
    @Override
    void play(Api api, List<String> arguments) {
      api.runtime()
          .print(
              api.store()
                  .get(arguments.getFirst())
                  .map(value -> new String(value, StandardCharsets.UTF_8))
                  .orElse("nothing"));
    }
  },

  /** Broadcasts to a topic and prints to how many it went. */
  BROADCAST {
    @Override
    void play(Api api, List<String> arguments) {
      api.runtime()
          .print("" + api.messaging().broadcast(arguments.getFirst(), arguments.getLast()));
    }
  },

  /** Listens to a topic, says so, and sends what comes to its client. */
  LISTEN {
    @Override
    void play(Api api, List<String> arguments) {
      try (Subscription subscription = api.messaging().subscribe(arguments.getFirst())) {
        api.client().send("listening");
        try (FutureText next = subscription.receive()) {
          api.client().send("heard " + next.await());
        }
      }
    }
  },

  /** Imports pages by name and prints how many, or why not. */
  IMPORT {
    @Override
    void play(Api api, List<String> arguments) {
      Stage stage = new Stage(api);
      try {
        api.runtime()
            .print("" + api.allocate().importKvpage(stage.queue(), arguments.getFirst()).length);
      } catch (io.pie4j.api.ApiException refusal) {
        api.runtime().print("" + refusal.code());
      }
    }
  };

  abstract void play(Api api, List<String> arguments);

  /** What the first argument says for it. */
  String argument() {
    return "as-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

package io.pie4j.inferlets.contract;

import io.pie4j.api.FutureText;
import io.pie4j.api.FutureUnit;
import io.pie4j.api.Pollable;
import java.util.List;

/** Waiting. The futures of other interfaces are checked with them. */
final class TypesChecks {
  private TypesChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of(
            "poll-tells-which-are-ready", TypesChecks::poll, "types.poll", "types.pollable.ready"),
        Check.of("block-parks-until-ready", TypesChecks::block, "types.pollable.block"),
        Check.of(
            "future-unit",
            TypesChecks::futureUnit,
            "types.future-unit.subscribe",
            "types.future-unit.get",
            "types.future-unit.await"),
        Check.of(
            "future-text",
            TypesChecks::futureText,
            "types.future-text.subscribe",
            "types.future-text.get",
            "types.future-text.await"));
  }

  private static void poll(Stage stage) {
    var types = stage.api().types();
    try (FutureUnit hour = stage.api().runtime().sleep(3_600_000);
        FutureUnit soon = stage.api().runtime().sleep(20);
        Pollable never = hour.subscribe();
        Pollable early = soon.subscribe()) {
      Expect.equal(
          types.poll(List.of(never, early, never, early)), new int[] {1, 3}, "what is ready");
      Expect.that(early.ready(), "what poll named is not ready");
      Expect.that(!never.ready(), "an hour has passed");
      Expect.equal(types.poll(List.of(early)), new int[] {0}, "what is ready at once");
    }
  }

  private static void block(Stage stage) {
    try (FutureUnit soon = stage.api().runtime().sleep(50);
        Pollable ready = soon.subscribe()) {
      Expect.that(!ready.ready(), "50 ms have passed");
      ready.block();
      Expect.that(ready.ready(), "blocked until ready, and is not");
      ready.block(); // at once
    }
  }

  private static void futureUnit(Stage stage) {
    try (FutureUnit soon = stage.api().runtime().sleep(50);
        Pollable ready = soon.subscribe()) {
      Expect.that(!soon.get(), "50 ms have passed");
      long start = stage.api().runtime().now();
      soon.await();
      long waitedMicros = (stage.api().runtime().now() - start) / 1000;
      Expect.that(waitedMicros > 5_000, "awaited for " + waitedMicros + " µs");
      Expect.that(soon.get(), "awaited, and is not there");
      Expect.that(ready.ready(), "what was subscribed to is not ready");
    }
  }

  private static void futureText(Stage stage) {
    try (FutureText answer = stage.api().client().receive();
        Pollable ready = answer.subscribe()) {
      Expect.that(answer.get().isEmpty(), "an answer before the question");
      Expect.that(!ready.ready(), "ready before the question");
      stage.api().client().send("echo Grüße, 世界 🌍");
      Expect.that(stage.comes(ready), "the answer does not come");
      Expect.equal(answer.get().orElse(""), "Grüße, 世界 🌍", "what is there");
    }
    stage.api().client().send("echo again");
    try (FutureText answer = stage.api().client().receive()) {
      Expect.equal(answer.await(), "again", "what was awaited");
    }
  }
}

package io.pie4j.inferlets.contract;

import io.pie4j.api.ErrorCode;
import io.pie4j.api.FutureUnit;
import io.pie4j.api.LogLevel;
import io.pie4j.api.Runtime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The program's own surroundings. */
final class RuntimeChecks {
  private RuntimeChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of(
            "version",
            stage -> Expect.equal(runtime(stage).version(), stage.told("version"), "the version"),
            "runtime.version"),
        Check.of(
            "instance-id",
            stage -> stage.confirm("my id is " + runtime(stage).instanceId()),
            "runtime.instance-id"),
        Check.of(
            "user",
            stage -> Expect.equal(runtime(stage).user(), stage.told("user"), "the user"),
            "runtime.user"),
        Check.of("arguments", RuntimeChecks::arguments, "runtime.arguments"),
        Check.of("now", RuntimeChecks::now, "runtime.now"),
        Check.of("random", RuntimeChecks::random, "runtime.random"),
        Check.of("sleep", RuntimeChecks::sleep, "runtime.sleep"),
        Check.of("print", RuntimeChecks::print, "runtime.print"),
        Check.of("log", RuntimeChecks::log, "runtime.log"));
  }

  private static Runtime runtime(Stage stage) {
    return stage.api().runtime();
  }

  /** Each as it was given, the last two being the whole of Unicode and nothing at all. */
  private static void arguments(Stage stage) {
    List<String> arguments = runtime(stage).arguments();
    Expect.equal(arguments.getFirst(), "arguments", "the first");
    Expect.equal(arguments.get(arguments.size() - 2), "Grüße, 世界 🌍\n\u0000", "the last but one");
    Expect.equal(arguments.getLast(), "", "the last");
  }

  private static void now(Stage stage) {
    long start = runtime(stage).now();
    try (FutureUnit soon = runtime(stage).sleep(30)) {
      soon.await();
    }
    long nanos = runtime(stage).now() - start;
    Expect.that(
        nanos >= 29_000_000L && nanos < 60_000_000_000L, "30 ms are " + nanos + " nanoseconds");
  }

  private static void random(Stage stage) {
    Set<Long> seen = new HashSet<>();
    int ones = 0;
    for (int i = 0; i < 64; i++) {
      long bits = runtime(stage).random();
      seen.add(bits);
      ones += Long.bitCount(bits);
    }
    Expect.equal(seen.size(), 64, "different ones of 64");
    // 2,048 are expected; ten standard deviations either way.
    Expect.near(ones, 2048, 320, "ones in 4,096 bits");
  }

  private static void sleep(Stage stage) {
    try (FutureUnit none = runtime(stage).sleep(0);
        FutureUnit hour = runtime(stage).sleep(3_600_000)) {
      stage.done(none, "no time");
      Expect.that(!hour.get(), "an hour has passed");
    }
    long start = runtime(stage).now();
    try (FutureUnit soon = runtime(stage).sleep(30)) {
      soon.await();
    }
    Expect.that(runtime(stage).now() - start >= 29_000_000L, "slept less than 30 ms");
    Expect.refused(
        ErrorCode.INVALID_ARGUMENT, () -> runtime(stage).sleep(-1), "sleep", "milliseconds");
  }

  private static void print(Stage stage) {
    runtime(stage).print("one ");
    runtime(stage).print("Grüße, 世界 🌍\n");
    stage.confirm("printed one Grüße, 世界 🌍\n");
  }

  private static void log(Stage stage) {
    for (LogLevel level : LogLevel.values()) {
      runtime(stage).log(level, "a line of level " + level + " about " + stage.told("marker"));
      stage.confirm("logged " + level + " about " + stage.told("marker"));
    }
  }
}

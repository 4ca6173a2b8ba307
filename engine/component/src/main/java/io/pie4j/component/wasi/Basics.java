package io.pie4j.component.wasi;

import io.pie4j.component.abi.GuestExit;
import io.pie4j.component.abi.GuestTrap;
import io.pie4j.component.model.Linker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code wasi:clocks}, {@code wasi:random} and {@code wasi:cli}. */
final class Basics {
  /** Random bytes that a program gets at once. */
  static final int RANDOM_BYTES_MAX = 1 << 20;

  private Basics() {}

  static void offer(Linker linker) {
    clocks(linker);
    random(linker);
    cli(linker);
  }

  private static void clocks(Linker linker) {
    Interface.of(linker, "clocks/wall-clock")
        .function("now", call -> datetime(call.wasi().wallClock().instant()))
        .function("resolution", call -> List.of(0L, 1_000L));
    Interface.of(linker, "clocks/monotonic-clock")
        .function("now", call -> call.wasi().monotonicNanos())
        .function("resolution", call -> 1L)
        .function("subscribe-duration", call -> Pollable.at(Deadline.in(call.number(0))))
        .function("subscribe-instant", call -> Pollable.at(call.wasi().deadline(call.number(0))));
  }

  /** The record {@code datetime}; before 1970 is 1970. */
  static List<Object> datetime(Instant time) {
    return time.getEpochSecond() < 0
        ? List.of(0L, 0L)
        : List.of(time.getEpochSecond(), (long) time.getNano());
  }

  private static void random(Linker linker) {
    Interface.of(linker, "random/random")
        .function("get-random-bytes", Basics::randomBytes)
        .function("get-random-u64", call -> call.wasi().random().nextLong());
    Interface.of(linker, "random/insecure")
        .function("get-insecure-random-bytes", Basics::randomBytes)
        .function("get-insecure-random-u64", call -> call.wasi().random().nextLong());
    Interface.of(linker, "random/insecure-seed")
        .function(
            "insecure-seed",
            call -> List.of(call.wasi().random().nextLong(), call.wasi().random().nextLong()))
        .function(
            "get-insecure-seed",
            call -> List.of(call.wasi().random().nextLong(), call.wasi().random().nextLong()));
  }

  private static Object randomBytes(Call call) {
    long count = call.number(0);
    if (count < 0 || count > RANDOM_BYTES_MAX) {
      throw new GuestTrap(
          "random bytes: "
              + Long.toUnsignedString(count)
              + " are asked for; the limit at once is "
              + RANDOM_BYTES_MAX);
    }
    byte[] bytes = new byte[(int) count];
    call.wasi().random().nextBytes(bytes);
    return bytes;
  }

  private static void cli(Linker linker) {
    Interface.of(linker, "cli/environment")
        .function("get-environment", call -> environment(call.wasi()))
        .function("get-arguments", call -> call.wasi().arguments())
        .function("initial-cwd", call -> Optional.empty());
    Interface.of(linker, "cli/exit")
        .function("exit", call -> exit(call.variant(0).index()))
        .function("exit-with-code", call -> exit((int) call.number(0)));
    Interface.of(linker, "cli/stdin").function("get-stdin", call -> call.wasi().stdin());
    Interface.of(linker, "cli/stdout").function("get-stdout", call -> call.wasi().stdout());
    Interface.of(linker, "cli/stderr").function("get-stderr", call -> call.wasi().stderr());
    Interface.of(linker, "cli/terminal-input").resource("terminal-input");
    Interface.of(linker, "cli/terminal-output").resource("terminal-output");
    for (String stream : List.of("stdin", "stdout", "stderr")) {
      Interface.of(linker, "cli/terminal-" + stream)
          .function("get-terminal-" + stream, call -> Optional.empty());
    }
  }

  private static List<Object> environment(Wasi wasi) {
    List<Object> all = new ArrayList<>();
    wasi.environment().forEach((name, value) -> all.add(List.of(name, value)));
    return all;
  }

  private static Object exit(int code) {
    throw new GuestExit(code);
  }
}

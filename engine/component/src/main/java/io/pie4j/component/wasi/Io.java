package io.pie4j.component.wasi;

import io.pie4j.component.abi.GuestTrap;
import io.pie4j.component.model.Case;
import io.pie4j.component.model.Linker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code wasi:io}: errors, waiting, and streams of bytes. */
final class Io {
  /** What one wait may wait for. */
  private static final int POLLABLES_MAX = 4_096;

  private static final Case CLOSED = Case.error(new Case(1, null));

  private Io() {}

  static void offer(Linker linker) {
    Interface.of(linker, "io/error")
        .resource("error")
        .method("error", "to-debug-string", call -> call.get(0, IoError.class).text());
    Interface.of(linker, "io/poll")
        .resource("pollable")
        .method("pollable", "ready", call -> call.get(0, Pollable.class).isReady())
        .method("pollable", "block", Io::block)
        .function("poll", Io::poll);
    Interface streams = Interface.of(linker, "io/streams");
    input(streams);
    output(streams);
  }

  private static @Nullable Object block(Call call) throws InterruptedException {
    Pollable pollable = call.get(0, Pollable.class);
    call.wasi().events().await(call.guest(), pollable::isReady, pollable.deadline());
    return null;
  }

  private static Object poll(Call call) throws InterruptedException {
    List<Pollable> all = new ArrayList<>();
    Deadline earliest = Deadline.NEVER;
    List<?> given = call.list(0);
    if (given.isEmpty() || given.size() > POLLABLES_MAX) {
      throw new GuestTrap("poll of " + given.size() + " pollables; it takes 1 to " + POLLABLES_MAX);
    }
    for (Object one : given) {
      Pollable pollable = call.of(one, Pollable.class);
      all.add(pollable);
      earliest = earliest.earlier(pollable.deadline());
    }
    call.wasi()
        .events()
        .await(call.guest(), () -> all.stream().anyMatch(Pollable::isReady), earliest);
    int[] ready = new int[all.size()];
    int count = 0;
    for (int i = 0; i < ready.length; i++) {
      if (all.get(i).isReady()) {
        ready[count++] = i;
      }
    }
    return java.util.Arrays.copyOf(ready, count);
  }

  // ---- streams

  /** What a stream does; its failures become the program's. */
  @FunctionalInterface
  interface Action {
    @Nullable Object run() throws IOException, InterruptedException;
  }

  /** A stream that was closed. */
  private static final class Closed extends IOException {
    private static final long serialVersionUID = 1;
  }

  private static Case result(Action action) throws InterruptedException {
    try {
      return Case.ok(action.run());
    } catch (Closed closed) {
      return CLOSED;
    } catch (IOException failure) {
      return Case.error(new Case(0, new IoError(failure)));
    }
  }

  private static void input(Interface streams) {
    String type = "input-stream";
    streams
        .resource(type, Input.class, Input::close)
        .method(type, "read", call -> result(() -> read(call, false)))
        .method(type, "blocking-read", call -> result(() -> read(call, true)))
        .method(type, "skip", call -> result(() -> (long) read(call, false).length))
        .method(type, "blocking-skip", call -> result(() -> (long) read(call, true).length))
        .method(type, "subscribe", call -> call.get(0, Input.class));
  }

  private static byte[] read(Call call, boolean blocking) throws IOException, InterruptedException {
    return read(call, call.get(0, Input.class), call.length(1, Output.PERMIT_BYTES), blocking);
  }

  private static byte[] read(Call call, Input input, int most, boolean blocking)
      throws IOException, InterruptedException {
    if (blocking && most > 0) {
      call.wasi().events().await(call.guest(), input::isReady, Deadline.NEVER);
    }
    return input.read(most).orElseThrow(Closed::new);
  }

  private static void output(Interface streams) {
    String type = "output-stream";
    streams
        .resource(type, Output.class, Output::close)
        .method(type, "check-write", call -> result(() -> (long) open(call).permitBytes()))
        .method(type, "write", call -> result(() -> write(call, call.bytes(1), false)))
        .method(
            type,
            "blocking-write-and-flush",
            call -> result(() -> write(call, call.bytes(1), true)))
        .method(type, "flush", call -> result(() -> flush(call)))
        .method(type, "blocking-flush", call -> result(() -> flush(call)))
        .method(type, "write-zeroes", call -> result(() -> write(call, zeroes(call), false)))
        .method(
            type,
            "blocking-write-zeroes-and-flush",
            call -> result(() -> write(call, zeroes(call), true)))
        .method(type, "splice", call -> result(() -> splice(call, false)))
        .method(type, "blocking-splice", call -> result(() -> splice(call, true)))
        .method(type, "subscribe", call -> call.get(0, Output.class));
  }

  private static Output open(Call call) throws IOException {
    Output output = call.get(0, Output.class);
    if (output.isClosed()) {
      throw new Closed();
    }
    return output;
  }

  private static byte[] zeroes(Call call) {
    long count = call.number(1);
    if (count < 0 || count > Output.PERMIT_BYTES) {
      throw tooMany(count);
    }
    return new byte[(int) count];
  }

  private static GuestTrap tooMany(long count) {
    return new GuestTrap(
        "write of "
            + Long.toUnsignedString(count)
            + " bytes; check-write permitted "
            + Output.PERMIT_BYTES
            + " at most");
  }

  private static @Nullable Object write(Call call, byte[] bytes, boolean flush)
      throws IOException, InterruptedException {
    if (bytes.length > Output.PERMIT_BYTES) {
      throw tooMany(bytes.length);
    }
    Output output = open(call);
    output.write(call.guest(), bytes);
    if (flush) {
      output.flush(call.guest());
    }
    return null;
  }

  private static @Nullable Object flush(Call call) throws IOException, InterruptedException {
    open(call).flush(call.guest());
    return null;
  }

  private static Object splice(Call call, boolean blocking)
      throws IOException, InterruptedException {
    Output output = open(call);
    byte[] bytes =
        read(call, call.get(1, Input.class), call.length(2, Output.PERMIT_BYTES), blocking);
    output.write(call.guest(), bytes);
    return (long) bytes.length;
  }

  /** For {@code option<error-code>} functions of other interfaces. */
  static Optional<IOException> cause(Call call) {
    return Optional.of(call.get(0, IoError.class).cause());
  }
}

package io.pie4j.component.wasi;

/** What a program can wait for. It tells {@link Events} when it becomes ready by itself. */
@FunctionalInterface
interface Pollable {
  Pollable ALWAYS = () -> true;

  boolean isReady();

  /** When it becomes ready by time alone. */
  default Deadline deadline() {
    return Deadline.NEVER;
  }

  static Pollable at(Deadline deadline) {
    return new Pollable() {
      @Override
      public boolean isReady() {
        return deadline.nanosLeft() <= 0;
      }

      @Override
      public Deadline deadline() {
        return deadline;
      }
    };
  }
}

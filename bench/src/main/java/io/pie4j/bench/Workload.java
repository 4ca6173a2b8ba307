package io.pie4j.bench;

import java.util.Locale;

/** What an engine is asked to do, and how much of it counts. */
sealed interface Workload {

  /** One prompt into an empty cache. */
  record Prefill(int tokens) implements Workload {}

  /**
   * Steps of one token of each sequence behind a context.
   *
   * @param shared whether the context is the same cells of all sequences, or each has its own copy
   */
  record Decode(int sequences, int context, boolean shared, int steps) implements Workload {}

  /**
   * From a prompt to the last token of all sequences.
   *
   * @param forked whether the sequences go on from one prompt, or each computes its own
   */
  record Finish(int sequences, int prompt, int tokens, boolean forked) implements Workload {}

  /** Tokens whose rate is told: of the prompt, or those that are generated. */
  default int counted() {
    return switch (this) {
      case Prefill prefill -> prefill.tokens();
      case Decode decode -> decode.sequences() * decode.steps();
      case Finish finish -> finish.sequences() * finish.tokens();
    };
  }

  default int sequences() {
    return switch (this) {
      case Prefill _ -> 1;
      case Decode decode -> decode.sequences();
      case Finish finish -> finish.sequences();
    };
  }

  /** Tokens before the first that is generated, or none. */
  default int context() {
    return switch (this) {
      case Prefill _ -> 0;
      case Decode decode -> decode.context();
      case Finish finish -> finish.prompt();
    };
  }

  /** Whether sequences read the same cells. */
  default boolean shared() {
    return switch (this) {
      case Prefill _ -> false;
      case Decode decode -> decode.shared();
      case Finish finish -> finish.forked();
    };
  }

  /** Slots of keys and values that all sequences need together. */
  default long slots() {
    return switch (this) {
      case Prefill prefill -> prefill.tokens();
      case Decode decode ->
          (long) decode.context() * (decode.shared() ? 1 : decode.sequences())
              + (long) decode.sequences() * decode.steps();
      case Finish finish ->
          (long) finish.prompt() * (finish.forked() ? 1 : finish.sequences())
              + (long) finish.sequences() * finish.tokens();
    };
  }

  default String name() {
    return switch (this) {
      case Prefill prefill -> "prefill %d".formatted(prefill.tokens());
      case Decode decode ->
          String.format(
              Locale.ROOT,
              "decode, %d %s, context %,d%s",
              decode.sequences(),
              decode.sequences() == 1 ? "sequence" : "sequences",
              decode.context(),
              decode.shared() ? " shared" : "");
      case Finish finish ->
          String.format(
              Locale.ROOT,
              "%d × %d tokens after %s of %,d",
              finish.sequences(),
              finish.tokens(),
              finish.forked() ? "one prompt" : "prompts of their own",
              finish.prompt());
    };
  }
}

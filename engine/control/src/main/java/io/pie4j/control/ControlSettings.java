package io.pie4j.control;

/**
 * How a controller behaves.
 *
 * @param quotas of a program for which nothing else is said
 * @param prefillChunkTokens longer prefills are cut into chunks of so many tokens (at most half of
 *     what a pass takes), so that other programs' decode steps ride along
 * @param priorityHeadStartMillis a queue goes into a pass as if it had waited so much longer for
 *     each step of priority; so a low queue waits at most twice this time behind newer high ones
 * @param spinMicros how long the idle loop looks for work before it parks
 * @param dispatch when a pass is formed
 */
public record ControlSettings(
    Quotas quotas,
    int prefillChunkTokens,
    long priorityHeadStartMillis,
    long spinMicros,
    DispatchPolicy dispatch) {

  public ControlSettings {
    if (prefillChunkTokens < 1) {
      throw new IllegalArgumentException(
          "prefill chunk must be at least 1 token, is " + prefillChunkTokens);
    }
    requireRange("priority head start (ms)", priorityHeadStartMillis, 3_600_000);
    requireRange("spin (µs)", spinMicros, 1_000_000);
  }

  public static ControlSettings defaults() {
    return new ControlSettings(Quotas.defaults(), 256, 500, 50, DispatchPolicy.adaptive());
  }

  public ControlSettings withQuotas(Quotas value) {
    return new ControlSettings(
        value, prefillChunkTokens, priorityHeadStartMillis, spinMicros, dispatch);
  }

  public ControlSettings withPrefillChunkTokens(int value) {
    return new ControlSettings(quotas, value, priorityHeadStartMillis, spinMicros, dispatch);
  }

  public ControlSettings withPriorityHeadStartMillis(long value) {
    return new ControlSettings(quotas, prefillChunkTokens, value, spinMicros, dispatch);
  }

  public ControlSettings withSpinMicros(long value) {
    return new ControlSettings(
        quotas, prefillChunkTokens, priorityHeadStartMillis, value, dispatch);
  }

  public ControlSettings withDispatch(DispatchPolicy value) {
    return new ControlSettings(
        quotas, prefillChunkTokens, priorityHeadStartMillis, spinMicros, value);
  }

  private static void requireRange(String what, long value, long most) {
    if (value < 0 || value > most) {
      throw new IllegalArgumentException(what + " must be 0 to " + most + ", is " + value);
    }
  }
}

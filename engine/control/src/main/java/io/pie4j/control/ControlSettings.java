package io.pie4j.control;

/**
 * How a controller behaves.
 *
 * @param quotas of a program for which nothing else is said
 * @param userQuotas of a user's programs together, for whom nothing else is said
 * @param prefillChunkTokens longer prefills are cut into chunks of so many tokens (at most half of
 *     what a pass takes), so that other programs' decode steps ride along
 * @param priorityHeadStartMillis a queue goes into a pass as if it had waited so much longer for
 *     each step of priority; so a low queue waits at most twice this time behind newer high ones
 * @param spinMicros how long the idle loop looks for work before it parks
 * @param dispatch when a pass is formed
 * @param form what a pass may carry
 * @param contention who gives way when pages or embeds are short
 * @param readoutValuesMax numbers that the readouts of one pass give together (a readout alone may
 *     give more), which bounds the memory of a pass's answers: 4 bytes each
 * @param adaptersPerProgramMax adapters that one program uses at a time
 * @param tracePasses how many passes the trace remembers; 0 keeps none
 */
public record ControlSettings(
    Quotas quotas,
    UserQuotas userQuotas,
    int prefillChunkTokens,
    long priorityHeadStartMillis,
    long spinMicros,
    DispatchPolicy dispatch,
    DispatchForm form,
    ContentionPolicy contention,
    int readoutValuesMax,
    int adaptersPerProgramMax,
    int tracePasses) {

  public ControlSettings {
    if (prefillChunkTokens < 1) {
      throw new IllegalArgumentException(
          "prefill chunk must be at least 1 token, is " + prefillChunkTokens);
    }
    requireRange("priority head start (ms)", priorityHeadStartMillis, 3_600_000);
    requireRange("spin (µs)", spinMicros, 1_000_000);
    requireRange("readout values", readoutValuesMax, Integer.MAX_VALUE);
    requireRange("adapters of a program", adaptersPerProgramMax, 1 << 20);
    requireRange("traced passes", tracePasses, 1 << 20);
  }

  public static ControlSettings defaults() {
    return new ControlSettings(
        Quotas.defaults(),
        UserQuotas.defaults(),
        256,
        500,
        50,
        DispatchPolicy.adaptive(),
        DispatchForm.PASSES,
        ContentionPolicy.suspendAndRestore(),
        1 << 24,
        16,
        4_096);
  }

  public ControlSettings withQuotas(Quotas value) {
    Draft draft = new Draft(this);
    draft.quotas = value;
    return draft.settings();
  }

  public ControlSettings withUserQuotas(UserQuotas value) {
    Draft draft = new Draft(this);
    draft.userQuotas = value;
    return draft.settings();
  }

  public ControlSettings withPrefillChunkTokens(int value) {
    Draft draft = new Draft(this);
    draft.prefillChunkTokens = value;
    return draft.settings();
  }

  public ControlSettings withPriorityHeadStartMillis(long value) {
    Draft draft = new Draft(this);
    draft.priorityHeadStartMillis = value;
    return draft.settings();
  }

  public ControlSettings withSpinMicros(long value) {
    Draft draft = new Draft(this);
    draft.spinMicros = value;
    return draft.settings();
  }

  public ControlSettings withDispatch(DispatchPolicy value) {
    Draft draft = new Draft(this);
    draft.dispatch = value;
    return draft.settings();
  }

  public ControlSettings withForm(DispatchForm value) {
    Draft draft = new Draft(this);
    draft.form = value;
    return draft.settings();
  }

  public ControlSettings withContention(ContentionPolicy value) {
    Draft draft = new Draft(this);
    draft.contention = value;
    return draft.settings();
  }

  public ControlSettings withReadoutValuesMax(int value) {
    Draft draft = new Draft(this);
    draft.readoutValuesMax = value;
    return draft.settings();
  }

  public ControlSettings withAdaptersPerProgramMax(int value) {
    Draft draft = new Draft(this);
    draft.adaptersPerProgramMax = value;
    return draft.settings();
  }

  public ControlSettings withTracePasses(int value) {
    Draft draft = new Draft(this);
    draft.tracePasses = value;
    return draft.settings();
  }

  private static void requireRange(String what, long value, long most) {
    if (value < 0 || value > most) {
      throw new IllegalArgumentException(what + " must be 0 to " + most + ", is " + value);
    }
  }

  /** Settings of which one changes. */
  private static final class Draft {
    Quotas quotas;
    UserQuotas userQuotas;
    int prefillChunkTokens;
    long priorityHeadStartMillis;
    long spinMicros;
    DispatchPolicy dispatch;
    DispatchForm form;
    ContentionPolicy contention;
    int readoutValuesMax;
    int adaptersPerProgramMax;
    int tracePasses;

    Draft(ControlSettings from) {
      quotas = from.quotas;
      userQuotas = from.userQuotas;
      prefillChunkTokens = from.prefillChunkTokens;
      priorityHeadStartMillis = from.priorityHeadStartMillis;
      spinMicros = from.spinMicros;
      dispatch = from.dispatch;
      form = from.form;
      contention = from.contention;
      readoutValuesMax = from.readoutValuesMax;
      adaptersPerProgramMax = from.adaptersPerProgramMax;
      tracePasses = from.tracePasses;
    }

    ControlSettings settings() {
      return new ControlSettings(
          quotas,
          userQuotas,
          prefillChunkTokens,
          priorityHeadStartMillis,
          spinMicros,
          dispatch,
          form,
          contention,
          readoutValuesMax,
          adaptersPerProgramMax,
          tracePasses);
    }
  }
}

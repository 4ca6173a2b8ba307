package io.pie4j.cli;

import io.pie4j.control.ContentionPolicy;
import io.pie4j.control.ControlSettings;
import io.pie4j.control.DispatchForm;
import io.pie4j.control.DispatchPolicy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The {@code [control]} table of the configuration: how programs' commands reach the driver, and
 * who gives way when pages are short.
 *
 * @param dispatch when a pass is formed: adaptive, or one of the paper's baselines
 * @param kQueues of k-only: ready queues that make a pass
 * @param kMillisMax of k-only: the longest wait for so many
 * @param tMillis of t-only: the time from the first command to the pass
 * @param form what a pass may carry: passes, or one-type as in the paper
 * @param prefillChunkTokens longer prefills are cut into such chunks
 * @param priorityHeadStartMillis a step of priority counts as so much waiting
 * @param contention who gives way
 * @param swapMemoryMebibytes memory for pages of programs that gave way
 * @param swapFileMebibytes a file for them when that is full; 0 is none
 * @param swapFolder where that file is made; empty is the home's cache
 * @param tracePasses passes that the trace remembers; 0 keeps none
 */
record ControlTable(
    String dispatch,
    int kQueues,
    long kMillisMax,
    long tMillis,
    String form,
    int prefillChunkTokens,
    long priorityHeadStartMillis,
    String contention,
    long swapMemoryMebibytes,
    long swapFileMebibytes,
    String swapFolder,
    int tracePasses) {
  private static final long MEBIBYTES_MAX = 1L << 30;

  ControlTable {
    requireOneOf("dispatch", dispatch, DispatchPolicy.all().stream().map(DispatchPolicy::name));
    Settings.requireRange("k-queues", kQueues, 1, 1_000_000);
    Settings.requireRange("k-millis-max", kMillisMax, 0, 60_000);
    Settings.requireRange("t-millis", tMillis, 0, 60_000);
    requireOneOf("form", form, Arrays.stream(DispatchForm.values()).map(DispatchForm::toString));
    Settings.requireRange("prefill-chunk-tokens", prefillChunkTokens, 1, 1 << 20);
    Settings.requireRange("priority-head-start-millis", priorityHeadStartMillis, 0, 3_600_000);
    requireOneOf("contention", contention, contentions().map(ContentionPolicy::label));
    Settings.requireRange("swap-memory-mebibytes", swapMemoryMebibytes, 0, MEBIBYTES_MAX);
    Settings.requireRange("swap-file-mebibytes", swapFileMebibytes, 0, MEBIBYTES_MAX);
    Settings.requireRange("trace-passes", tracePasses, 0, 1 << 20);
  }

  static ControlTable of(ControlSettings settings) {
    DispatchPolicy.KOnly k = (DispatchPolicy.KOnly) DispatchPolicy.named("k-only");
    DispatchPolicy.TOnly t = (DispatchPolicy.TOnly) DispatchPolicy.named("t-only");
    return new ControlTable(
        settings.dispatch().name(),
        k.count(),
        k.longestNanos() / 1_000_000,
        t.nanos() / 1_000_000,
        settings.form().toString(),
        settings.prefillChunkTokens(),
        settings.priorityHeadStartMillis(),
        settings.contention().label(),
        ContentionPolicy.suspendAndRestore().memoryBytes() >> 20,
        0,
        "",
        settings.tracePasses());
  }

  /**
   * As the control layer takes them.
   *
   * @param cache the home's folder for the swap file, if no other is given
   */
  ControlSettings settings(Path cache) {
    return ControlSettings.defaults()
        .withDispatch(dispatchPolicy())
        .withForm(DispatchForm.named(form))
        .withContention(contentionPolicy(swapFolder.isEmpty() ? cache : Path.of(swapFolder)))
        .withPrefillChunkTokens(prefillChunkTokens)
        .withPriorityHeadStartMillis(priorityHeadStartMillis)
        .withTracePasses(tracePasses);
  }

  private DispatchPolicy dispatchPolicy() {
    return switch (DispatchPolicy.named(dispatch)) {
      case DispatchPolicy.KOnly _ -> new DispatchPolicy.KOnly(kQueues, kMillisMax * 1_000_000);
      case DispatchPolicy.TOnly _ -> new DispatchPolicy.TOnly(tMillis * 1_000_000);
      case DispatchPolicy.Eager eager -> eager;
      case DispatchPolicy.Adaptive adaptive -> adaptive;
    };
  }

  private ContentionPolicy contentionPolicy(Path folder) {
    ContentionPolicy named =
        contentions().filter(policy -> policy.label().equals(contention)).findFirst().orElseThrow();
    if (!(named instanceof ContentionPolicy.SuspendAndRestore suspend)) {
      return named;
    }
    ContentionPolicy.SuspendAndRestore inMemory =
        suspend.withMemoryBytes(swapMemoryMebibytes << 20);
    return swapFileMebibytes == 0
        ? inMemory
        : inMemory.withFile(PieHome.create(folder), swapFileMebibytes << 20);
  }

  private static Stream<ContentionPolicy> contentions() {
    return Stream.of(
        ContentionPolicy.suspendAndRestore(),
        ContentionPolicy.terminateNewest(),
        ContentionPolicy.refuse());
  }

  private static void requireOneOf(String key, String value, Stream<String> names) {
    List<String> all = names.toList();
    if (!all.contains(value)) {
      throw new IllegalArgumentException(
          "%s must be one of %s, is \"%s\"".formatted(key, String.join(", ", all), value));
    }
  }
}

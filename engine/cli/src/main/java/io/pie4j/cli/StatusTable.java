package io.pie4j.cli;

import io.pie4j.control.ControllerMetrics;
import io.pie4j.control.ControllerStatus;
import io.pie4j.control.Quantiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;

/** An engine's status as people read it. */
final class StatusTable {
  /** What is listed one by one; the rest is in the JSON. */
  private static final int ROWS_MAX = 20;

  private final List<String> lines = new ArrayList<>();

  private StatusTable() {}

  static List<String> of(EngineStatus status) {
    StatusTable table = new StatusTable();
    table.engine(status);
    status.models().forEach(table::model);
    table.instances(status);
    table.hostCalls(status.hostCalls());
    return table.lines;
  }

  private void engine(EngineStatus status) {
    lines.add(
        String.format(
            Locale.ROOT,
            "engine %d   pie4j %s   up %s",
            status.pid(),
            status.version(),
            Amounts.time(status.uptimeMillis() * 1_000_000)));
    row(
        "instances",
        String.format(
            Locale.ROOT,
            "%,d running, %,d launched",
            status.instancesRunning(),
            status.instancesLaunched()));
  }

  private void model(EngineStatus.Model model) {
    ControllerStatus now = model.control().status();
    row("model", model.name() + ": " + model.description());
    row(
        "  pages",
        String.format(
            Locale.ROOT,
            "%,d used, %,d exported, %,d free",
            now.pagesUsed(),
            now.pagesExported(),
            now.pagesFree()));
    if (now.programsSuspended() + now.suspensions() + now.terminations() > 0) {
      row(
          "  gave way",
          String.format(
              Locale.ROOT,
              "%,d programs suspended, %,d pages in memory, %,d in the swap file; %,d suspensions, %,d restores, %,d terminations",
              now.programsSuspended(),
              now.pagesInMemory(),
              now.pagesInFile(),
              now.suspensions(),
              now.restores(),
              now.terminations()));
    }
    row(
        "  embeds",
        String.format(Locale.ROOT, "%,d used, %,d free", now.embedsUsed(), now.embedsFree()));
    row(
        "  commands",
        String.format(
            Locale.ROOT,
            "%,d waiting in %,d queues of %,d programs, %,d done",
            now.commandsWaiting(),
            now.queues(),
            now.programs(),
            now.commandsDone()));
    row(
        "  passes",
        String.format(
            Locale.ROOT,
            "%,d, %,d failed; %,d tokens",
            now.passes(),
            now.passesFailed(),
            now.tokens()));
    distributions(model.control());
  }

  private void distributions(ControllerMetrics metrics) {
    lines.add("");
    lines.add(
        String.format(
            "%-24s%12s%11s%11s%11s%11s%11s", "", "COUNT", "MEAN", "P50", "P90", "P99", "MAX"));
    times("wait of a queue", metrics.queueWaitNanos());
    times("time of a pass", metrics.passNanos());
    times("  of that, the driver", metrics.driverNanos());
    counts("queues in a pass", metrics.queuesPerPass());
    counts("tokens in a pass", metrics.tokensPerPass());
    counts("  embed commands", metrics.embedsPerPass());
    counts("  forwards", metrics.forwardsPerPass());
    counts("  readouts", metrics.readoutsPerPass());
    counts("  page copies", metrics.copiesPerPass());
  }

  private void times(String name, Quantiles of) {
    distribution(name, of, Amounts.time((long) of.mean()), Amounts::time);
  }

  private void counts(String name, Quantiles of) {
    distribution(
        name,
        of,
        String.format(Locale.ROOT, "%,.1f", of.mean()),
        value -> String.format(Locale.ROOT, "%,d", value));
  }

  private void distribution(String name, Quantiles of, String mean, LongFunction<String> show) {
    lines.add(
        String.format(
            Locale.ROOT,
            "%-24s%,12d%11s%11s%11s%11s%11s",
            name,
            of.count(),
            mean,
            show.apply(of.p50()),
            show.apply(of.p90()),
            show.apply(of.p99()),
            show.apply(of.max())));
  }

  private void instances(EngineStatus status) {
    if (status.instances().isEmpty()) {
      return;
    }
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "%-38s%-28s%-16s%12s%10s",
            "INSTANCE",
            "PROGRAM",
            "USER",
            "ELAPSED",
            "READOUTS"));
    status.instances().stream()
        .limit(ROWS_MAX)
        .forEach(instance ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "%-38s%-28s%-16s%12s%,10d",
                    instance.id(),
                    instance.program(),
                    instance.user(),
                    Amounts.time(instance.elapsedMillis() * 1_000_000),
                    instance.readouts())));
    more(status.instancesRunning());
  }

  private void hostCalls(Map<String, Long> calls) {
    if (calls.isEmpty()) {
      return;
    }
    lines.add("");
    lines.add(String.format(Locale.ROOT, "%-38s%12s", "HOST CALLS", "COUNT"));
    calls.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(ROWS_MAX)
        .forEach(call ->
            lines.add(String.format(Locale.ROOT, "%-38s%,12d", call.getKey(), call.getValue())));
    more(calls.size());
  }

  private void more(int count) {
    if (count > ROWS_MAX) {
      lines.add(
          String.format(
              Locale.ROOT, "and %,d more; pie status --json lists them", count - ROWS_MAX));
    }
  }

  private void row(String name, String value) {
    lines.add(String.format(Locale.ROOT, "%-14s%s", name, value));
  }
}

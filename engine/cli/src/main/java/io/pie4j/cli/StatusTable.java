package io.pie4j.cli;

import io.pie4j.control.ControllerStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
    ControllerStatus now = model.control();
    row("model", model.name() + ": " + model.description());
    row(
        "  pages",
        String.format(Locale.ROOT, "%,d used, %,d free", now.pagesUsed(), now.pagesFree()));
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
            "%,d, %,d failed; %,d tokens; a pass has %s tokens of %s queues, takes %s",
            now.passes(),
            now.passesFailed(),
            now.tokens(),
            mean(now.tokens(), now.passes()),
            mean(now.queuesServed(), now.passes()),
            Amounts.time(now.passes() == 0 ? 0 : now.driverNanos() / now.passes())));
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

  private static String mean(long sum, long count) {
    return count == 0 ? "0" : String.format(Locale.ROOT, "%.1f", (double) sum / count);
  }
}

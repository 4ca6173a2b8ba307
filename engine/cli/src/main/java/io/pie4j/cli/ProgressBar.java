package io.pie4j.cli;

import io.pie4j.model.registry.TransferProgress;
import java.io.PrintWriter;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** One line of a terminal that says how far a transfer is; it is gone when the transfer is. */
final class ProgressBar implements TransferProgress, AutoCloseable {
  /** The pie script, which can tell, says whether standard error is a terminal. */
  static final String TERMINAL = "pie4j.terminal";

  private static final long REDRAW_NANOS = 100_000_000;
  private static final int BAR_CHARS = 20;
  private static final int NAME_CHARS = 32;
  private static final String ERASE = "\r\033[K";

  private final PrintWriter terminal;
  private final LongSupplier nanoTime;
  private String file = "";
  private long startNanos;
  private long startBytes;
  private long drawnNanos;

  ProgressBar(PrintWriter terminal, LongSupplier nanoTime) {
    this.terminal = terminal;
    this.nanoTime = nanoTime;
  }

  /** What happens with the progress when {@code work} has it. */
  interface Work<T> {
    T with(TransferProgress progress);
  }

  /** Does work that shows its progress, where there is a terminal to show it on. */
  static <T> T during(PrintWriter err, Work<T> work) {
    if (!Boolean.getBoolean(TERMINAL)) {
      return work.with(TransferProgress.silent());
    }
    try (ProgressBar bar = new ProgressBar(err, System::nanoTime)) {
      return work.with(bar);
    }
  }

  @Override
  public void at(String name, long bytes, OptionalLong total) {
    long now = nanoTime.getAsLong();
    if (!name.equals(file)) {
      file = name;
      startNanos = now;
      startBytes = bytes;
    } else if (now - drawnNanos < REDRAW_NANOS) {
      return;
    }
    drawnNanos = now;
    terminal.print(ERASE + line(bytes, total, (now - startNanos) / 1e9));
    terminal.flush();
  }

  @Override
  public void close() {
    terminal.print(ERASE);
    terminal.flush();
  }

  private String line(long bytes, OptionalLong total, double seconds) {
    String shown =
        file.length() <= NAME_CHARS ? file : "..." + file.substring(file.length() - NAME_CHARS + 3);
    StringBuilder line = new StringBuilder(shown).append("  ");
    if (total.isPresent()) {
      long all = Math.max(total.getAsLong(), 1);
      double share = Math.min(1, (double) bytes / all);
      int done = (int) (share * BAR_CHARS);
      line.append('[').repeat('#', done).repeat('.', BAR_CHARS - done).append("] ");
      line.append((int) (share * 100)).append("% of ").append(Amounts.bytes(total.getAsLong()));
    } else {
      line.append(Amounts.bytes(bytes));
    }
    double rate = (bytes - startBytes) / seconds;
    if (seconds > 0.5 && rate > 0) {
      line.append(", ").append(Amounts.bytes((long) rate)).append("/s");
    }
    return line.toString();
  }
}

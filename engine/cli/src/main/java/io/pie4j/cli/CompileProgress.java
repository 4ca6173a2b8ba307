package io.pie4j.cli;

import io.pie4j.component.CompileListener;
import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Says how far programs are compiled that take long for the first time: on one line of a terminal,
 * which is gone in the end, or in two lines of the log. Nothing of those that are done in a moment.
 */
final class CompileProgress implements CompileListener {
  private static final long MOMENT_NANOS = 500_000_000;
  private static final long REDRAW_NANOS = 100_000_000;
  private static final String ERASE = "\r\033[K";

  /** When it began, and when it was last told of. */
  private record State(long begun, long told) {}

  private final Map<String, State> running = new ConcurrentHashMap<>();
  private final Consumer<String> out;
  private final boolean redraws;
  private final LongSupplier nanoTime;

  private CompileProgress(Consumer<String> out, boolean redraws, LongSupplier nanoTime) {
    this.out = out;
    this.redraws = redraws;
    this.nanoTime = nanoTime;
  }

  /** In the log. */
  static CompileProgress inLog() {
    System.Logger log = System.getLogger("io.pie4j.engine");
    return inLog(line -> log.log(Level.INFO, "{0}", line), System::nanoTime);
  }

  static CompileProgress inLog(Consumer<String> log, LongSupplier nanoTime) {
    return new CompileProgress(log, false, nanoTime);
  }

  /** On the terminal that standard error is, if it is one. */
  static CompileListener onTerminal(PrintWriter err) {
    return Boolean.getBoolean(ProgressBar.TERMINAL)
        ? onTerminal(err, System::nanoTime)
        : CompileListener.silent();
  }

  static CompileProgress onTerminal(PrintWriter terminal, LongSupplier nanoTime) {
    return new CompileProgress(
        text -> {
          terminal.print(text);
          terminal.flush();
        },
        true,
        nanoTime);
  }

  @Override
  public void compiled(String source, int functions, int of) {
    long now = nanoTime.getAsLong();
    State state = running.computeIfAbsent(source, _ -> new State(now, now - REDRAW_NANOS));
    boolean told = state.told >= state.begun;
    if (functions == of) {
      running.remove(source);
      if (told) {
        double seconds = (now - state.begun) / 1e9;
        out.accept(
            redraws
                ? ERASE
                : String.format(
                    Locale.ROOT,
                    "compiled %s: %,d functions in %.1f s",
                    name(source),
                    of,
                    seconds));
      }
    } else if (now - state.begun >= MOMENT_NANOS
        && (redraws ? now - state.told >= REDRAW_NANOS : !told)) {
      running.put(source, new State(state.begun, now));
      int share = (int) (100L * functions / of);
      out.accept(
          (redraws ? ERASE : "")
              + String.format(
                  Locale.ROOT, "compiling %s: %d %% of %,d functions", name(source), share, of));
    }
  }

  private static String name(String source) {
    return source.substring(source.lastIndexOf('/') + 1);
  }
}

package io.pie4j.control;

import io.pie4j.inference.Pass;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.WriterReaderPhaser;

/**
 * Measures passes. The loop alone writes, into one of two sets of histograms, and never waits for a
 * reader: a reader makes the loop go over to the other set and adds what is in the first to its
 * totals. The phaser tells it when the loop has left the first; it is entered once a pass, since
 * that costs more than a value.
 */
final class PassMeters {
  private static final int DIGITS = 2;
  private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final long NANOS_TOLD_APART = 64;
  private static final int MOST_COUNTED = 1 << 20;
  private static final long READER_YIELD_NANOS = 50_000;

  private static final class Recorded {
    final Histogram queueWait = times();
    final Histogram queues = counts();
    final Histogram copies = counts();
    final Histogram embeds = counts();
    final Histogram forwards = counts();
    final Histogram readouts = counts();
    final Histogram tokens = counts();
    final Histogram pass = times();
    final Histogram driver = times();
    private final List<Histogram> all =
        List.of(queueWait, queues, copies, embeds, forwards, readouts, tokens, pass, driver);

    private static Histogram times() {
      return new Histogram(NANOS_TOLD_APART, LONGEST_NANOS, DIGITS);
    }

    private static Histogram counts() {
      return new Histogram(1, MOST_COUNTED, DIGITS);
    }

    void moveTo(Recorded totals) {
      for (int i = 0; i < all.size(); i++) {
        totals.all.get(i).add(all.get(i));
        all.get(i).reset();
      }
    }
  }

  private final WriterReaderPhaser phaser = new WriterReaderPhaser();
  private volatile Recorded active = new Recorded();

  // Guarded by this object's lock, which the loop never takes.
  private Recorded inactive = new Recorded();
  private final Recorded totals = new Recorded();

  /** A pass is formed of these queues' commands. */
  void formed(Pass pass, List<QueueState> served, long now) {
    long phase = phaser.writerCriticalSectionEnter();
    try {
      Recorded to = active;
      for (QueueState queue : served) {
        time(to.queueWait, now - queue.frontSince());
      }
      count(to.queues, served.size());
      count(to.copies, pass.copies().size());
      count(to.embeds, pass.embeds().size());
      count(to.forwards, pass.forwards().size());
      count(to.readouts, pass.readouts().size());
      count(to.tokens, pass.tokens());
    } finally {
      phaser.writerCriticalSectionExit(phase);
    }
  }

  void finished(long passNanos, long driverNanos) {
    long phase = phaser.writerCriticalSectionEnter();
    try {
      Recorded to = active;
      time(to.pass, passNanos);
      time(to.driver, driverNanos);
    } finally {
      phaser.writerCriticalSectionExit(phase);
    }
  }

  void failed(long passNanos) {
    long phase = phaser.writerCriticalSectionEnter();
    try {
      time(active.pass, passNanos);
    } finally {
      phaser.writerCriticalSectionExit(phase);
    }
  }

  private static void time(Histogram histogram, long nanos) {
    histogram.recordValue(Math.clamp(nanos, 0, LONGEST_NANOS));
  }

  private static void count(Histogram histogram, int value) {
    if (value > 0) {
      histogram.recordValue(Math.min(value, MOST_COUNTED));
    }
  }

  /** Called by any thread but the loop. */
  synchronized ControllerMetrics read(ControllerStatus status) {
    phaser.readerLock();
    try {
      Recorded full = active;
      active = inactive;
      inactive = full;
      phaser.flipPhase(READER_YIELD_NANOS);
      full.moveTo(totals);
    } finally {
      phaser.readerUnlock();
    }
    return new ControllerMetrics(
        status,
        Quantiles.of(totals.queueWait),
        Quantiles.of(totals.queues),
        Quantiles.of(totals.copies),
        Quantiles.of(totals.embeds),
        Quantiles.of(totals.forwards),
        Quantiles.of(totals.readouts),
        Quantiles.of(totals.tokens),
        Quantiles.of(totals.pass),
        Quantiles.of(totals.driver));
  }
}

package io.pie4j.control;

import io.pie4j.inference.Pass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Remembers the last passes. The loop alone writes; readers see each pass whole or not at all. */
final class PassTracer {

  private record Formed(
      Pass pass, int queues, int programs, int commandsWaiting, int pagesFree, long nanos) {}

  private final AtomicReferenceArray<TracedPass> ring;
  private long passes;
  private Optional<Formed> underWay = Optional.empty();
  private long startedNanos;

  PassTracer(int capacity) {
    ring = new AtomicReferenceArray<>(capacity);
  }

  boolean isOn() {
    return ring.length() > 0;
  }

  void formed(Pass pass, List<QueueState> served, int commandsWaiting, int pagesFree, long now) {
    passes++;
    if (isOn()) {
      int programs = programs(served);
      underWay =
          Optional.of(new Formed(pass, served.size(), programs, commandsWaiting, pagesFree, now));
      startedNanos = now;
    }
  }

  private int programs(List<QueueState> served) {
    int programs = 0;
    for (QueueState queue : served) {
      if (queue.space.tracedIn != passes) {
        queue.space.tracedIn = passes;
        programs++;
      }
    }
    return programs;
  }

  /** The driver has the pass. */
  void started(long now) {
    startedNanos = now;
  }

  void ended(long driverNanos, boolean failed, long now) {
    if (underWay.isPresent()) {
      Formed formed = underWay.get();
      Pass pass = formed.pass();
      underWay = Optional.empty();
      ring.setRelease(
          (int) (passes % ring.length()),
          new TracedPass(
              passes,
              formed.nanos(),
              startedNanos,
              now,
              driverNanos,
              failed,
              formed.queues(),
              formed.programs(),
              pass.copies().size(),
              pass.embeds().size(),
              pass.forwards().size(),
              pass.readouts().size(),
              pass.tokens(),
              pass.saves().size(),
              pass.loads().size(),
              formed.commandsWaiting(),
              formed.pagesFree()));
    }
  }

  /** Those that are remembered, oldest first. Called by any thread. */
  List<TracedPass> passes() {
    List<TracedPass> found = new ArrayList<>();
    for (int i = 0; i < ring.length(); i++) {
      TracedPass pass = ring.getAcquire(i);
      if (pass != null) {
        found.add(pass);
      }
    }
    found.sort(Comparator.comparingLong(TracedPass::number));
    return List.copyOf(found);
  }
}

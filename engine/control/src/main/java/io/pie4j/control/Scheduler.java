package io.pie4j.control;

import io.pie4j.control.Command.Answered;
import io.pie4j.control.Command.Stage;
import io.pie4j.control.ControlException.Code;
import io.pie4j.control.Message.Queued;
import io.pie4j.inference.DriverInfo;
import io.pie4j.inference.Pass;
import io.pie4j.inference.PassResult;
import java.util.List;
import java.util.Optional;

/**
 * Runs commands in the order of their queues and forms passes (paper §5.2). Belongs to the
 * controller's loop; knows neither threads nor the driver.
 *
 * <p><b>A queue's share of a pass.</b> From each queue the longest prefix of commands is taken that
 * fits one pass: stages may stay or rise (copy, embed, forward, readout), slots and embeds must not
 * conflict with what is in the pass already, and there must be room. So one step of a program
 * (embed, forward, readout) is one pass, and the steps of all programs share it: the paper's
 * vertical and horizontal batching at once. The share ends at the first command that does not fit;
 * nothing overtakes within a queue. In the paper's own form ({@link DispatchForm#ONE_TYPE}) a share
 * is of one stage alone, and policies without batching limit how many shares there are.
 *
 * <p><b>Bookkeeping.</b> Allocation, deallocation, masks and truncation cost the driver nothing.
 * They run as soon as everything before them is in a pass: on arrival if nothing is, else while the
 * pass is formed. A synchronize behind a command in the pass completes with it.
 *
 * <p><b>Order among queues.</b> Each queue counts as waiting since its head arrived, minus a head
 * start for each step of priority. Priority decides among commands of about the same age, age wins
 * in the end: a command of a low queue stands behind newer ones of high queues for at most two head
 * starts, then nothing but the finitely many older ones is before it. The first command in this
 * order always fits an empty pass (a chunk is at most half of one), so every command runs. Long
 * prefills take at most half of a pass until all others were asked; what is then left is theirs
 * too.
 *
 * <p><b>Waiting for memory.</b> Who gives way when memory is short, {@link Contention} says: an
 * allocation, a copy on write or a command whose program's pages are elsewhere may have to wait. A
 * command that names pages whose allocation waits on another queue of its program waits too; that
 * cannot deadlock, since it waits for a command that was called earlier.
 *
 * <p><b>Errors.</b> A command that fails leaves its error on its queue; see {@link CommandQueue}.
 * It is judged only when nothing of its queue is in a pass, so that of two errors the first in
 * order is the one that is kept.
 */
final class Scheduler {

  private final PageTable pages;
  private final EmbedTable embeds;
  private final Bookkeeper bookkeeper;
  private final PageMoves moves;
  private final Contention contention;
  private final PassBuilder builder;
  private final Tally tally = new Tally();
  private final Answers answers = new Answers();
  private final QueueRunner runner;
  private final PassMeters meters = new PassMeters();
  private final PassTracer tracer;
  private final WaitingQueues waiting;
  private final WaitingTypes types = new WaitingTypes();
  private final ControlSettings settings;
  private final long headStartNanos;

  /** Formed and not over. */
  private boolean underWay;

  /** All that waits waits for an event; forming a pass again would change nothing. */
  private boolean stalled;

  private long idleSince;
  private long lastArrival;
  private long lastPassNanos;
  private long passStarted;

  Scheduler(DriverInfo info, ControlSettings settings, PageTable pages, Exports exports) {
    this.pages = pages;
    this.embeds = new EmbedTable(info.embedCount());
    List<SwapTier> tiers = PageMoves.tiers(settings.contention(), info.pageBytes());
    this.moves = new PageMoves(pages, tiers);
    this.contention = new Contention(pages, embeds, moves, settings.contention(), this::end);
    this.bookkeeper = new Bookkeeper(pages, embeds, exports, contention);
    this.builder = new PassBuilder(info, settings, pages, embeds, moves, contention);
    this.runner = new QueueRunner(bookkeeper, builder, tally, contention, settings);
    this.tracer = new PassTracer(settings.tracePasses());
    this.settings = settings;
    this.headStartNanos = settings.priorityHeadStartMillis() * 1_000_000;
    this.waiting = new WaitingQueues(headStartNanos);
  }

  // ---- events

  void opened(SpaceState space, long now) {
    tally.programs++;
    contention.opened(space, now);
  }

  void opened(QueueState queue) {
    if (queue.space.closed) {
      return;
    }
    tally.queues++;
    queue.space.queues.add(queue);
  }

  void closed(QueueState queue) {
    if (!queue.space.closed) {
      tally.queues--;
      queue.open = false;
      forgetIfDone(queue);
    }
  }

  void arrived(Queued queued, long now) {
    QueueState queue = queued.queue;
    queued.arrivedNanos = now;
    lastArrival = now;
    stalled = false;
    tally.arrived(queued);
    if (queue.space.closed) {
      refuse(queued, queue.space.ended.join());
      return;
    }
    queue.space.activeNanos = now;
    queue.waiting.add(queued);
    if (queued.command instanceof Answered) {
      answers.followedUp(queue.space);
    }
    if (queue.waiting.size() == 1 && !queue.served) {
      runner.advance(queue, false, false);
    }
    waiting.add(queue);
  }

  /** Everything that the program held is given back; what a pass still uses, after the pass. */
  void closed(SpaceState space, ControlException reason) {
    if (space.closed) {
      return; // ended by contention before
    }
    space.closed = true;
    for (QueueState queue : space.queues) {
      tally.queues -= queue.open ? 1 : 0;
      for (Queued queued : queue.inPass) {
        Answers.fail(queued, reason, queued.epoch);
      }
      for (Queued queued : queue.waiting) {
        if (queue.served && queue.tokensDone > 0 && queued == queue.waiting.peek()) {
          queue.inPass.add(queued); // a chunk of it is under way
        }
        refuse(queued, reason);
      }
      queue.waiting.clear();
    }
    while (!space.pages.isEmpty()) {
      bookkeeper.free(space, space.pages.getLast());
    }
    while (!space.embeds.isEmpty()) {
      bookkeeper.free(space, space.embeds.getLast());
    }
    answers.followedUp(space);
    space.queues.clear();
    contention.closed(space);
    tally.programs--;
    stalled = false;
  }

  /** The program has to go, and learns why by its next call. */
  private void end(SpaceState space, ControlException reason) {
    closed(space, reason);
    space.ended.complete(reason);
  }

  /** A command whose program has ended. */
  private void refuse(Queued queued, ControlException reason) {
    bookkeeper.refuse(queued.command);
    Answers.fail(queued, reason, queued.epoch);
    tally.left(queued);
    if (!queued.queue.inPass.contains(queued)) {
      Answers.over(queued);
    }
  }

  /** Nobody holds the export any more. */
  void dropped(Export export) {
    bookkeeper.drop(export);
    stalled = false;
  }

  /** A program does not need its pages for now. */
  void idle() {
    stalled = false;
  }

  // ---- passes

  /** Whether {@link #form} might have something to do. */
  boolean hasWork(long now) {
    return !underWay
        && tally.commandsWaiting > 0
        && (!stalled || now >= contention.lookAgainNanos());
  }

  /** Nanoseconds until there may be work although nothing has happened. */
  long nanosUntilWork(long now) {
    long then = contention.lookAgainNanos();
    boolean waits = !underWay && tally.commandsWaiting > 0 && stalled && then != Long.MAX_VALUE;
    return waits ? Math.max(0, then - now) : Long.MAX_VALUE;
  }

  /** What the policy says: nanoseconds until {@link #form} should be called, 0 for now. */
  long nanosToWait(long now) {
    return settings.form() == DispatchForm.PASSES
        ? settings
            .dispatch()
            .nanosToWait(backlog(tally.futuresWaiting, waiting.oldestArrival(now), now))
        : nanosUntilAnyType(now);
  }

  private long nanosUntilAnyType(long now) {
    lookAtTypes();
    long least = Long.MAX_VALUE;
    for (Stage stage : Stage.values()) {
      if (types.any(stage)) {
        Backlog backlog = backlog(types.ready(stage), types.oldestArrival(stage), now);
        long wait = settings.dispatch().nanosToWait(backlog);
        if (wait <= 0) {
          types.isDue(stage);
        }
        least = Math.min(least, wait);
      }
    }
    // Nothing but bookkeeping in front: what it waits for is found out by trying.
    return least == Long.MAX_VALUE ? 0 : least;
  }

  private Backlog backlog(int ready, long oldestArrival, long now) {
    return new Backlog(
        ready,
        tally.futuresWaiting,
        answers.programsExpected(),
        now - oldestArrival,
        now - Math.max(oldestArrival, idleSince),
        now - Math.max(lastArrival, idleSince),
        lastPassNanos);
  }

  /** Does the bookkeeping in front of the queues, and counts what is behind it. */
  private boolean lookAtTypes() {
    boolean moved = false;
    for (QueueState queue : waiting.all()) {
      moved |= runner.advance(queue, false, false);
    }
    types.look(waiting.all(), headStartNanos, settings.dispatch().most());
    return moved;
  }

  /** The next pass; empty if nothing can run until something arrives. */
  Optional<Pass> form(long now) {
    contention.beginForming(now);
    boolean moved;
    do {
      moved = contention.restore();
      moved |= settings.form() == DispatchForm.PASSES ? fill() : fillWithOneType();
    } while (builder.isEmpty() && (moved || contention.isAsked()));
    contention.endForming();
    waiting.tidy();
    if (builder.isEmpty()) {
      stalled = true;
      return Optional.empty();
    }
    underWay = true;
    passStarted = now;
    answers.nextPass();
    tally.formed(builder.tokens(), runner.served().size());
    Pass pass = builder.build();
    meters.formed(pass, runner.served(), now);
    tracer.formed(pass, runner.served(), tally.commandsWaiting, pages.free(), now);
    return Optional.of(pass);
  }

  private boolean fill() {
    List<QueueState> sorted = waiting.inOrder();
    boolean moved = false;
    boolean rationing = false;
    for (QueueState queue : sorted) {
      moved |= runner.advance(queue, true, true);
      rationing |= queue.chunked;
    }
    if (rationing) {
      for (QueueState queue : sorted) {
        if (queue.chunked) {
          moved |= runner.advance(queue, true, false);
        }
      }
    }
    return moved;
  }

  private boolean fillWithOneType() {
    boolean moved = false;
    for (Stage stage : types.inOrder()) {
      runner.takeOnly(stage);
      moved |= fill();
      if (!builder.isEmpty()) {
        return true;
      }
    }
    return lookAtTypes() || moved;
  }

  void finished(PassResult result, long now) {
    if (!builder.answeredBy(result)) {
      failed("its answers do not fit the readouts", now);
      return;
    }
    tally.finished(result);
    endPass(now);
    meters.finished(lastPassNanos, result.nanos());
    tracer.ended(result.nanos(), false, now);
    contention.passFinished();
    for (QueueState queue : runner.served()) {
      for (Queued queued : queue.inPass) {
        answers.answer(queued, result);
      }
    }
    release();
  }

  /** The driver could not run the pass: its commands fail, and the engine goes on. */
  void failed(String why, long now) {
    tally.failed();
    builder.undo();
    endPass(now);
    meters.failed(lastPassNanos);
    tracer.ended(0, true, now);
    contention.passFailed(why);
    for (QueueState queue : runner.served()) {
      Queued partly = queue.tokensDone > 0 ? queue.waiting.peek() : null;
      Queued first = queue.inPass.isEmpty() ? partly : queue.inPass.getFirst();
      if (first != null && !queue.space.closed) {
        String message = first.command.call() + ": the driver failed: " + why;
        queue.fail(new ControlException(Code.INTERNAL, message), first.epoch);
        ControlException error = queue.errorFor(first);
        for (Queued queued : queue.inPass) {
          if (error != null) {
            Answers.fail(queued, error, queue.errorEpoch);
          }
        }
        if (partly != null) {
          queue.waiting.remove();
          tally.left(partly);
          Answers.over(partly);
        }
      }
      queue.endForward();
    }
    release();
  }

  private void endPass(long now) {
    underWay = false;
    stalled = false;
    idleSince = now;
    lastPassNanos = now - passStarted;
    builder.clear();
    pages.endPass();
    embeds.endPass();
  }

  /** The loop ends by a defect: nobody waits any longer. */
  void abandon(ControlException reason) {
    for (QueueState queue : runner.served()) {
      queue.inPass.forEach(queued -> Answers.fail(queued, reason, queued.epoch));
    }
    for (QueueState queue : waiting.all()) {
      queue.waiting.forEach(queued -> Answers.fail(queued, reason, queued.epoch));
    }
  }

  private void release() {
    for (QueueState queue : runner.served()) {
      queue.inPass.forEach(Answers::over);
      queue.inPass.clear();
      queue.served = false;
      queue.lastServedNanos = idleSince;
      queue.space.activeNanos = idleSince;
      queue.stage = Command.Stage.COPY;
      waiting.add(queue);
      forgetIfDone(queue);
    }
    runner.endPass();
  }

  private void forgetIfDone(QueueState queue) {
    if (!queue.open && queue.waiting.isEmpty() && !queue.served) {
      queue.space.queues.remove(queue);
    }
  }

  /** Gives back what is outside the driver. */
  void close() {
    moves.close();
  }

  ControllerStatus status() {
    return tally.status(pages, embeds, bookkeeper, moves, contention);
  }

  /** For readers on other threads. */
  PassMeters meters() {
    return meters;
  }

  PassTracer tracer() {
    return tracer;
  }
}

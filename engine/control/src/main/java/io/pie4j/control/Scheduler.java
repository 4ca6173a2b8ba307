package io.pie4j.control;

import io.pie4j.control.Command.AllocateEmbeds;
import io.pie4j.control.Command.AllocatePages;
import io.pie4j.control.Command.Answered;
import io.pie4j.control.Command.Bookkeeping;
import io.pie4j.control.Command.CopyPage;
import io.pie4j.control.Command.EmbedTokens;
import io.pie4j.control.Command.ForwardTokens;
import io.pie4j.control.Command.FreeEmbeds;
import io.pie4j.control.Command.FreePages;
import io.pie4j.control.Command.MaskPage;
import io.pie4j.control.Command.NextDistribution;
import io.pie4j.control.Command.Sample;
import io.pie4j.control.Command.Staged;
import io.pie4j.control.Command.Synchronize;
import io.pie4j.control.Command.TruncatePage;
import io.pie4j.control.ControlException.Code;
import io.pie4j.control.Message.Queued;
import io.pie4j.inference.DriverInfo;
import io.pie4j.inference.Pass;
import io.pie4j.inference.PassResult;
import io.pie4j.inference.Readout;
import java.util.ArrayList;
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
 * nothing overtakes within a queue.
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
 * <p><b>Waiting for memory.</b> An allocation that finds too few free pages waits if the pass under
 * way will release enough; else it fails and the program decides. A command that names pages whose
 * allocation waits on another queue of its program waits too. Neither can deadlock: each waits for
 * a pass under way, or for a command that was called earlier.
 *
 * <p><b>Errors.</b> A command that fails leaves its error on its queue; see {@link CommandQueue}.
 * It is judged only when nothing of its queue is in a pass, so that of two errors the first in
 * order is the one that is kept.
 */
final class Scheduler {

  /** What became of the command at the head of a queue. */
  private enum Step {
    FINISHED,
    IN_PASS,
    PARTLY_IN_PASS,
    HAS_TO_WAIT
  }

  private final PageTable pages;
  private final EmbedTable embeds;
  private final Bookkeeper bookkeeper;
  private final PassBuilder builder;

  private final WaitingQueues waiting;
  private final List<QueueState> served = new ArrayList<>();

  /** Formed and not over. */
  private boolean underWay;

  /** All that waits waits for an event; forming a pass again would change nothing. */
  private boolean stalled;

  private long passNumber = 1;
  private int programsExpected;
  private long idleSince;
  private long lastArrival;
  private long lastPassNanos;
  private long passStarted;

  private int programs;
  private int queues;
  private int commandsWaiting;
  private int futuresWaiting;
  private long commandsDone;
  private long passes;
  private long passesFailed;
  private long tokens;
  private long queuesServed;
  private int lastPassTokens;
  private int lastPassQueues;
  private long driverNanos;

  Scheduler(DriverInfo info, ControlSettings settings, PageTable pages) {
    this.pages = pages;
    this.embeds = new EmbedTable(info.embedCount());
    this.bookkeeper = new Bookkeeper(pages, embeds);
    this.builder = new PassBuilder(info, settings.prefillChunkTokens(), pages, embeds);
    this.waiting = new WaitingQueues(settings.priorityHeadStartMillis() * 1_000_000);
  }

  // ---- events

  void opened(SpaceState space) {
    programs++;
  }

  void opened(QueueState queue) {
    queues++;
    queue.space.queues.add(queue);
  }

  void closed(QueueState queue) {
    if (!queue.space.closed) {
      queues--;
      queue.open = false;
      forgetIfDone(queue);
    }
  }

  void arrived(Queued queued, long now) {
    QueueState queue = queued.queue;
    queued.arrivedNanos = now;
    lastArrival = now;
    stalled = false;
    queue.waiting.add(queued);
    commandsWaiting++;
    if (queued.command instanceof Answered) {
      futuresWaiting++;
      followedUp(queue.space);
    }
    if (queue.waiting.size() == 1 && !queue.served) {
      advance(queue, false, false);
    }
    waiting.add(queue);
  }

  /** Everything that the program held is given back; what a pass still uses, after the pass. */
  void closed(Message.SpaceClosed event) {
    SpaceState space = event.space;
    space.closed = true;
    for (QueueState queue : space.queues) {
      queues -= queue.open ? 1 : 0;
      for (Queued queued : queue.inPass) {
        fail(queued, event.reason, queued.epoch);
      }
      for (Queued queued : queue.waiting) {
        switch (queued.command) {
          case FreePages c -> bookkeeper.free(space, c);
          case FreeEmbeds c -> bookkeeper.free(space, c);
          default -> fail(queued, event.reason, queued.epoch);
        }
        left(queue, queued);
      }
      queue.waiting.clear();
    }
    event.pages.forEach(page -> bookkeeper.free(space, page));
    event.embeds.forEach(embed -> bookkeeper.free(space, embed));
    followedUp(space);
    space.queues.clear();
    programs--;
    stalled = false;
  }

  // ---- passes

  /** Whether {@link #form} might have something to do. */
  boolean hasWork() {
    return !underWay && !stalled && commandsWaiting > 0;
  }

  Backlog backlog(long now) {
    long oldest = waiting.oldestArrival(now);
    return new Backlog(
        commandsWaiting,
        futuresWaiting,
        programsExpected,
        now - Math.max(oldest, idleSince),
        now - Math.max(lastArrival, idleSince),
        lastPassNanos);
  }

  /** The next pass; empty if nothing can run until something arrives. */
  Optional<Pass> form(long now) {
    boolean moved;
    do {
      List<QueueState> sorted = waiting.inOrder();
      moved = false;
      boolean rationing = false;
      for (QueueState queue : sorted) {
        moved |= advance(queue, true, true);
        rationing |= queue.chunked;
      }
      if (rationing) {
        for (QueueState queue : sorted) {
          if (queue.chunked) {
            moved |= advance(queue, true, false);
          }
        }
      }
    } while (builder.isEmpty() && moved);
    waiting.tidy();
    if (builder.isEmpty()) {
      stalled = true;
      return Optional.empty();
    }
    underWay = true;
    passStarted = now;
    passNumber++;
    programsExpected = 0;
    lastPassTokens = builder.tokens();
    lastPassQueues = served.size();
    return Optional.of(builder.build());
  }

  void finished(PassResult result, long now) {
    if (!builder.answeredBy(result)) {
      failed("its answers do not fit the readouts", now);
      return;
    }
    passes++;
    tokens += lastPassTokens;
    queuesServed += lastPassQueues;
    driverNanos += result.nanos();
    endPass(now);
    for (QueueState queue : served) {
      for (Queued queued : queue.inPass) {
        answer(queued, result);
      }
    }
    release();
  }

  /** The driver could not run the pass: its commands fail, and the engine goes on. */
  void failed(String why, long now) {
    passes++;
    passesFailed++;
    builder.undo();
    endPass(now);
    for (QueueState queue : served) {
      Queued partly = queue.tokensDone > 0 ? queue.waiting.peek() : null;
      Queued first = queue.inPass.isEmpty() ? partly : queue.inPass.getFirst();
      if (first != null && !queue.space.closed) {
        String message = first.command.call() + ": the driver failed: " + why;
        queue.fail(new ControlException(Code.INTERNAL, message), first.epoch);
        ControlException error = queue.errorFor(first);
        for (Queued queued : queue.inPass) {
          if (error != null) {
            fail(queued, error, queue.errorEpoch);
          }
        }
        if (partly != null) {
          queue.waiting.remove();
          left(queue, partly);
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
    for (QueueState queue : served) {
      queue.inPass.forEach(queued -> fail(queued, reason, queued.epoch));
    }
    for (QueueState queue : waiting.all()) {
      queue.waiting.forEach(queued -> fail(queued, reason, queued.epoch));
    }
  }

  private void release() {
    for (QueueState queue : served) {
      queue.inPass.clear();
      queue.served = false;
      queue.stage = Command.Stage.COPY;
      waiting.add(queue);
      forgetIfDone(queue);
    }
    served.clear();
  }

  private void forgetIfDone(QueueState queue) {
    if (!queue.open && queue.waiting.isEmpty() && !queue.served) {
      queue.space.queues.remove(queue);
    }
  }

  // ---- commands

  /**
   * Runs a queue's commands in order until one has to wait.
   *
   * @param forming whether commands may be admitted to the pass
   * @return whether anything ran
   */
  private boolean advance(QueueState queue, boolean forming, boolean rationed) {
    boolean moved = false;
    for (Queued queued = queue.waiting.peek(); queued != null; queued = queue.waiting.peek()) {
      Step step = step(queue, queued, forming, rationed);
      if (step == Step.HAS_TO_WAIT) {
        return moved;
      }
      moved = true;
      if (step == Step.PARTLY_IN_PASS) {
        return true;
      }
      queue.waiting.remove();
      queue.endForward();
      left(queue, queued);
      if (step == Step.IN_PASS) {
        queue.inPass.add(queued);
      }
    }
    return moved;
  }

  private Step step(QueueState queue, Queued queued, boolean forming, boolean rationed) {
    ControlException error = queue.errorFor(queued);
    try {
      return switch (queued.command) {
        case AllocatePages c -> finishedIf(bookkeeper.allocate(queue.space, c));
        case AllocateEmbeds c -> finishedIf(bookkeeper.allocate(queue.space, c));
        case FreePages c -> finishedIf(bookkeeper.free(queue.space, c));
        case FreeEmbeds c -> finishedIf(bookkeeper.free(queue.space, c));
        case Command c when error != null -> {
          fail(queued, error, queue.errorEpoch);
          yield Step.FINISHED;
        }
        case MaskPage c -> finishedIf(Bookkeeper.mask(c));
        case TruncatePage c -> finishedIf(Bookkeeper.truncate(c));
        case Synchronize c -> synchronize(queue, c);
        case Staged c -> forming ? admit(queue, queued, c, rationed) : Step.HAS_TO_WAIT;
      };
    } catch (ControlException e) {
      if (queue.served) {
        return Step.HAS_TO_WAIT;
      }
      queue.fail(e, queued.epoch);
      Bookkeeper.refuse(queued.command);
      fail(queued, e, queue.errorEpoch);
      return Step.FINISHED;
    }
  }

  private Step admit(QueueState queue, Queued queued, Staged command, boolean rationed) {
    if (command.stage().compareTo(queue.stage) < 0) {
      return Step.HAS_TO_WAIT;
    }
    boolean admitted =
        switch (command) {
          case CopyPage c -> builder.copy(c);
          case EmbedTokens c -> builder.embed(c);
          case ForwardTokens c -> builder.forward(queue, c, rationed);
          case NextDistribution c -> {
            boolean fits = builder.readout(c.call(), c.embed());
            if (fits) {
              Readout readout = new Readout.TopK(c.embed().physical, c.topK());
              queued.readout = builder.add(c.embed(), readout);
            }
            yield fits;
          }
          case Sample c -> {
            boolean fits = builder.readout(c.call(), c.embed());
            if (fits) {
              Sampling s = c.sampling();
              Readout readout =
                  new Readout.Draw(
                      c.embed().physical,
                      s.temperature(),
                      s.topK(),
                      s.topP(),
                      s.minP(),
                      s.seed(),
                      c.allowed());
              queued.readout = builder.add(c.embed(), readout);
            }
            yield fits;
          }
        };
    if (!admitted) {
      return Step.HAS_TO_WAIT;
    }
    queue.stage = command.stage();
    if (!queue.served) {
      queue.served = true;
      served.add(queue);
    }
    return command instanceof ForwardTokens c && queue.tokensDone < c.inputs().length
        ? Step.PARTLY_IN_PASS
        : Step.IN_PASS;
  }

  private static Step finishedIf(boolean done) {
    return done ? Step.FINISHED : Step.HAS_TO_WAIT;
  }

  private static Step synchronize(QueueState queue, Synchronize c) {
    if (queue.served) {
      return Step.IN_PASS;
    }
    c.answer().complete(Done.DONE);
    return Step.FINISHED;
  }

  private void answer(Queued queued, PassResult result) {
    boolean told =
        switch (queued.command) {
          case NextDistribution c ->
              c.answer()
                  .complete((Readout.Result.Distribution) result.readouts().get(queued.readout));
          case Sample c ->
              c.answer().complete((Readout.Result.Token) result.readouts().get(queued.readout));
          case Synchronize c -> c.answer().complete(Done.DONE);
          case Staged _, Bookkeeping _ -> false;
        };
    SpaceState space = queued.queue.space;
    if (told && space.answeredBy != passNumber) {
      space.answeredBy = passNumber;
      programsExpected++;
    }
  }

  private static void fail(Queued queued, ControlException exception, int epoch) {
    if (queued.command instanceof Answered a) {
      a.answer().fail(exception, epoch);
    }
  }

  private void followedUp(SpaceState space) {
    if (space.answeredBy == passNumber) {
      space.answeredBy = 0;
      programsExpected--;
    }
  }

  /** A command has left its queue for good. */
  private void left(QueueState queue, Queued queued) {
    queue.done.setRelease(queue.done.getPlain() + 1);
    commandsWaiting--;
    commandsDone++;
    futuresWaiting -= queued.command instanceof Answered ? 1 : 0;
  }

  ControllerStatus status() {
    return new ControllerStatus(
        pages.free(),
        pages.total() - pages.free(),
        embeds.free(),
        embeds.total() - embeds.free(),
        programs,
        queues,
        commandsWaiting,
        commandsDone,
        passes,
        passesFailed,
        tokens,
        queuesServed,
        lastPassTokens,
        lastPassQueues,
        driverNanos);
  }
}

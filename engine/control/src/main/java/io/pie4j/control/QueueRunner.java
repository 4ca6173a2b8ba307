package io.pie4j.control;

import io.pie4j.control.Command.AllocateEmbeds;
import io.pie4j.control.Command.AllocatePages;
import io.pie4j.control.Command.CopyPage;
import io.pie4j.control.Command.EmbedTokens;
import io.pie4j.control.Command.ExportPages;
import io.pie4j.control.Command.ForwardTokens;
import io.pie4j.control.Command.FreeEmbeds;
import io.pie4j.control.Command.FreePages;
import io.pie4j.control.Command.ImportPages;
import io.pie4j.control.Command.MaskPage;
import io.pie4j.control.Command.ReadsOut;
import io.pie4j.control.Command.Stage;
import io.pie4j.control.Command.Staged;
import io.pie4j.control.Command.Synchronize;
import io.pie4j.control.Command.TruncatePage;
import io.pie4j.control.Message.Queued;
import java.util.ArrayList;
import java.util.List;

/** Runs the commands of one queue as far as they go; what needs the driver goes into the pass. */
final class QueueRunner {

  /** What became of the command at the head of a queue. */
  private enum Step {
    FINISHED,
    IN_PASS,
    PARTLY_IN_PASS,
    HAS_TO_WAIT
  }

  private final Bookkeeper bookkeeper;
  private final PassBuilder builder;
  private final Tally tally;
  private final Contention contention;

  /** The queues that the pass uses. */
  private final List<QueueState> served = new ArrayList<>();

  private final boolean oneType;
  private final int most;

  /** The stage that the pass is of, if it is of one type. */
  private Stage only = Stage.COPY;

  /** How many queues, or commands if of one type, the pass still takes. */
  private int room;

  QueueRunner(
      Bookkeeper bookkeeper,
      PassBuilder builder,
      Tally tally,
      Contention contention,
      ControlSettings settings) {
    this.contention = contention;
    this.bookkeeper = bookkeeper;
    this.builder = builder;
    this.tally = tally;
    oneType = settings.form() == DispatchForm.ONE_TYPE;
    most = settings.dispatch().most();
    room = most;
  }

  /** In form {@link DispatchForm#ONE_TYPE}: commands of this stage, until said otherwise. */
  void takeOnly(Stage stage) {
    only = stage;
  }

  void endPass() {
    served.clear();
    room = most;
  }

  List<QueueState> served() {
    return served;
  }

  /**
   * Runs a queue's commands in order until one has to wait.
   *
   * @param forming whether commands may be admitted to the pass
   * @return whether anything ran
   */
  boolean advance(QueueState queue, boolean forming, boolean rationed) {
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
      tally.left(queued);
      if (step == Step.IN_PASS) {
        queue.inPass.add(queued);
      } else {
        Answers.over(queued);
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
        case ImportPages c -> finishedIf(bookkeeper.importPages(queue.space, c));
        case Command c when error != null -> {
          bookkeeper.refuse(c);
          Answers.fail(queued, error, queue.errorEpoch);
          yield Step.FINISHED;
        }
        case ExportPages c -> finishedIf(bookkeeper.exportPages(c));
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
      bookkeeper.refuse(queued.command);
      Answers.fail(queued, e, queue.errorEpoch);
      return Step.FINISHED;
    }
  }

  private Step admit(QueueState queue, Queued queued, Staged command, boolean rationed) {
    if (!contention.mayRun(queue.space, command)) {
      return Step.HAS_TO_WAIT;
    }
    int tokensBefore = queue.tokensDone;
    boolean mayJoin = oneType ? room > 0 && command.stage() == only : room > 0 || queue.served;
    if (!mayJoin || command.stage().compareTo(queue.stage) < 0) {
      return Step.HAS_TO_WAIT;
    }
    boolean admitted =
        switch (command) {
          case CopyPage c -> builder.copy(queue, c);
          case EmbedTokens c -> builder.embed(c);
          case ForwardTokens c -> builder.forward(queue, c, rationed);
          case ReadsOut c -> builder.readout(queued, c);
        };
    if (!admitted) {
      return Step.HAS_TO_WAIT;
    }
    queue.space.user.forwarded(queue.tokensDone - tokensBefore);
    queue.stage = command.stage();
    room -= oneType || !queue.served ? 1 : 0;
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
}

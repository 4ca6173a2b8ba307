package io.pie4j.control;

import io.pie4j.control.Command.Answered;
import io.pie4j.control.Command.Bookkeeping;
import io.pie4j.control.Command.ForwardTokens;
import io.pie4j.control.Command.ReadsOut;
import io.pie4j.control.Command.Staged;
import io.pie4j.control.Command.Synchronize;
import io.pie4j.control.Message.Queued;
import io.pie4j.inference.PassResult;

/**
 * Tells programs what became of their commands, and remembers which of those that the last pass
 * answered have not asked for the next thing since.
 */
final class Answers {
  private long passNumber = 1;
  private int programsExpected;

  /** Programs that the last pass answered and that have asked for nothing since. */
  int programsExpected() {
    return programsExpected;
  }

  /** A pass is formed: from now on nobody is expected any more. */
  void nextPass() {
    passNumber++;
    programsExpected = 0;
  }

  /** The pass that the command was in has given this result. */
  void answer(Queued queued, PassResult result) {
    boolean told =
        switch (queued.command) {
          case ReadsOut c -> c.complete(result.readouts().get(queued.readout));
          case Synchronize c -> c.answer().complete(Done.DONE);
          case Staged _, Bookkeeping _ -> false;
        };
    SpaceState space = queued.queue.space;
    if (told && space.answeredBy != passNumber) {
      space.answeredBy = passNumber;
      programsExpected++;
    }
  }

  /** The program has asked for something again, or is gone. */
  void followedUp(SpaceState space) {
    if (space.answeredBy == passNumber) {
      space.answeredBy = 0;
      programsExpected--;
    }
  }

  static void fail(Queued queued, ControlException exception, int epoch) {
    if (queued.command instanceof Answered a) {
      a.answer().fail(exception, epoch);
    }
  }

  /** Neither its queue nor a pass to come names the command any longer. */
  static void over(Queued queued) {
    if (queued.command instanceof ForwardTokens c && c.adapter().isPresent()) {
      c.adapter().get().release();
    }
  }
}

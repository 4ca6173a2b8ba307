package io.pie4j.control;

import io.pie4j.control.Command.Answered;
import io.pie4j.control.Message.Queued;
import io.pie4j.inference.PassResult;

/** What the scheduler counts. Belongs to the loop; others see it as {@link ControllerStatus}. */
final class Tally {
  int programs;
  int queues;
  int commandsWaiting;

  /** Those among the waiting commands that a program can wait for. */
  int futuresWaiting;

  private long commandsDone;
  private long passes;
  private long passesFailed;
  private long tokens;
  private long queuesServed;
  private int lastPassTokens;
  private int lastPassQueues;
  private long driverNanos;

  void arrived(Queued queued) {
    queued.queue.space.commandsWaiting++;
    commandsWaiting++;
    futuresWaiting += queued.command instanceof Answered ? 1 : 0;
  }

  /** A command has left its queue for good. */
  void left(Queued queued) {
    QueueState queue = queued.queue;
    queue.done.setRelease(queue.done.getPlain() + 1);
    queue.space.commandsWaiting--;
    commandsWaiting--;
    commandsDone++;
    futuresWaiting -= queued.command instanceof Answered ? 1 : 0;
  }

  void formed(int passTokens, int passQueues) {
    lastPassTokens = passTokens;
    lastPassQueues = passQueues;
  }

  void finished(PassResult result) {
    passes++;
    tokens += lastPassTokens;
    queuesServed += lastPassQueues;
    driverNanos += result.nanos();
  }

  void failed() {
    passes++;
    passesFailed++;
  }

  ControllerStatus status(
      PageTable pages,
      EmbedTable embeds,
      Bookkeeper bookkeeper,
      PageMoves moves,
      Contention contention) {
    return new ControllerStatus(
        pages.free(),
        pages.total() - pages.free(),
        bookkeeper.pagesExported(),
        moves.swapped(0),
        moves.swapped(1),
        contention.programsSuspended(),
        contention.suspensions(),
        contention.restores(),
        contention.terminations(),
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

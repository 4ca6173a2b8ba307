package io.pie4j.control;

import io.pie4j.control.Message.Queued;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A command queue as the loop sees it. Belongs to the loop, save for the last two fields. */
final class QueueState {
  private static final int[] NONE = {};

  final SpaceState space;

  /** In order; the head may be a forward of which some chunks are done. */
  final ArrayDeque<Queued> waiting = new ArrayDeque<>();

  /** Commands in the pass that is being formed or under way, and synchronizes behind them. */
  final List<Queued> inPass = new ArrayList<>();

  /** Whether the pass uses this queue, be it for a chunk alone. */
  boolean served;

  /** Stage of the queue's last command in the pass. */
  Command.Stage stage = Command.Stage.COPY;

  boolean open = true;

  /** Whether the scheduler's list has it. */
  boolean listed;

  /** Smaller goes first, in the pass that is being formed. */
  long order;

  /** Of the forward at the head. */
  int tokensDone;

  /** Whether the forward at the head goes chunk by chunk. */
  boolean chunked;

  /** Slots that the chunks before wrote, for each output page of the forward at the head. */
  int[] chunkSlots = NONE;

  /** When the last pass with a command of this queue ended. */
  long lastServedNanos;

  @Nullable ControlException error;
  int errorEpoch;

  volatile Priority priority = Priority.NORMAL;

  /** Commands that have left, for the bound on the queue's depth. */
  final AtomicLong done = new AtomicLong();

  QueueState(SpaceState space) {
    this.space = space;
  }

  /** The error that this command meets: one that its program had not seen when it enqueued it. */
  @Nullable ControlException errorFor(Queued queued) {
    return error != null && queued.epoch <= errorEpoch ? error : null;
  }

  /** Keeps the first error until a command comes whose program has seen it. */
  void fail(ControlException exception, int epoch) {
    if (error == null || epoch > errorEpoch) {
      error = exception;
      errorEpoch = epoch;
    }
  }

  /** Since when the first of its commands in the pass, or the one at its head, could have run. */
  long frontSince() {
    Queued first = inPass.isEmpty() ? waiting.peek() : inPass.getFirst();
    return first == null ? lastServedNanos : Math.max(first.arrivedNanos, lastServedNanos);
  }

  void endForward() {
    tokensDone = 0;
    chunked = false;
    chunkSlots = NONE;
  }
}

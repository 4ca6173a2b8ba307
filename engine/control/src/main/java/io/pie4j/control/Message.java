package io.pie4j.control;

import org.jspecify.annotations.Nullable;

/** What arrives at the controller's loop. */
abstract sealed class Message {

  /** The message before or after this one, while in the inbox. */
  @Nullable Message link;

  /** A command on its queue. */
  static final class Queued extends Message {
    final QueueState queue;
    final Command command;

    /** The queue's error epoch when the program enqueued this. */
    final int epoch;

    long arrivedNanos;

    /** Index among the pass's readouts, once in a pass. */
    int readout;

    Queued(QueueState queue, Command command, int epoch) {
      this.queue = queue;
      this.command = command;
      this.epoch = epoch;
    }
  }

  static final class SpaceOpened extends Message {
    final SpaceState space;

    SpaceOpened(SpaceState space) {
      this.space = space;
    }
  }

  /** The last message of a space. */
  static final class SpaceClosed extends Message {
    final SpaceState space;
    final ControlException reason;

    SpaceClosed(SpaceState space, ControlException reason) {
      this.space = space;
      this.reason = reason;
    }
  }

  static final class QueueOpened extends Message {
    final QueueState queue;

    QueueOpened(QueueState queue) {
      this.queue = queue;
    }
  }

  static final class QueueClosed extends Message {
    final QueueState queue;

    QueueClosed(QueueState queue) {
      this.queue = queue;
    }
  }

  /** An export that nobody holds any more. */
  static final class ExportDropped extends Message {
    final Export export;

    ExportDropped(Export export) {
      this.export = export;
    }
  }

  /** A program does not need its pages for now. */
  static final class Idle extends Message {}

  /** The controller is being closed; all spaces are closed already. */
  static final class Stop extends Message {}
}

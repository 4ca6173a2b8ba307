package io.pie4j.control;

import io.pie4j.control.Message.Queued;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The queues with waiting commands. */
final class WaitingQueues {
  private static final Comparator<QueueState> ORDER = Comparator.comparingLong(q -> q.order);

  private final long headStartNanos;

  /** In order of arrival, save that what a pass left over comes first. */
  private List<QueueState> queues = new ArrayList<>();

  private List<QueueState> other = new ArrayList<>();

  WaitingQueues(long headStartNanos) {
    this.headStartNanos = headStartNanos;
  }

  void add(QueueState queue) {
    if (!queue.listed && !queue.waiting.isEmpty()) {
      queue.listed = true;
      queues.add(queue);
    }
  }

  List<QueueState> all() {
    return queues;
  }

  /** Arrival of a command of which none has waited longer since the last pass. */
  long oldestArrival(long otherwise) {
    for (QueueState queue : queues) {
      Queued head = queue.waiting.peek();
      if (head != null) {
        return head.arrivedNanos;
      }
    }
    return otherwise;
  }

  /**
   * In the order in which they go into a pass; valid until the next call here. The key is taken
   * once, since programs change priorities at any time.
   */
  List<QueueState> inOrder() {
    other.clear();
    for (QueueState queue : queues) {
      Queued head = queue.waiting.peek();
      if (head != null) {
        queue.order = head.arrivedNanos - queue.priority.headStarts * headStartNanos;
        other.add(queue);
      }
    }
    other.sort(ORDER);
    return other;
  }

  /** Forgets those of which nothing waits any more. */
  void tidy() {
    other.clear();
    for (QueueState queue : queues) {
      if (queue.waiting.isEmpty()) {
        queue.listed = false;
      } else {
        other.add(queue);
      }
    }
    List<QueueState> before = queues;
    queues = other;
    other = before;
  }
}

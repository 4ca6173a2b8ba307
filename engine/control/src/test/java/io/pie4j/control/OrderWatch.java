package io.pie4j.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.control.Command.EmbedTokens;
import io.pie4j.control.Command.ReadsOut;
import io.pie4j.control.Message.Queued;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Watches the order among queues while passes of a single queue are formed ({@link
 * DispatchPolicy.Eager}): nobody who certainly could have run has a better claim than who ran. A
 * claim is the arrival, less a head start for each step of priority.
 */
final class OrderWatch {
  private final long headStartNanos;
  private final Map<QueueState, Long> claims = new HashMap<>();

  OrderWatch(long headStartNanos) {
    this.headStartNanos = headStartNanos;
  }

  /** Before the loop turns. What it finds in its inbox arrives now. */
  void before(List<QueueState> queues, long now) {
    claims.clear();
    for (QueueState queue : queues) {
      Queued head = queue.waiting.peek();
      long arrived = head == null ? now : head.arrivedNanos;
      claims.put(queue, arrived - queue.priority.headStarts * headStartNanos);
    }
  }

  /** After a turn that has formed a pass. */
  void formed(List<QueueState> queues) {
    for (QueueState served : queues) {
      if (!served.served) {
        continue;
      }
      for (QueueState other : queues) {
        if (other.space != served.space && !other.served && couldHaveRun(other)) {
          assertThat(claims.get(other))
              .as("claim of the queue that was passed over")
              .isGreaterThanOrEqualTo(claims.get(served));
        }
      }
    }
  }

  /** Commands that need nothing but embeds, which no other program has. */
  private static boolean couldHaveRun(QueueState queue) {
    Queued head = queue.waiting.peek();
    if (head == null || queue.errorFor(head) != null) {
      return false;
    }
    return switch (head.command) {
      case ReadsOut c -> isBound(c.embed());
      case EmbedTokens c -> List.of(c.embeds()).stream().allMatch(OrderWatch::isBound);
      default -> false;
    };
  }

  private static boolean isBound(VirtualEmbed embed) {
    return embed.binding == Binding.BOUND;
  }
}

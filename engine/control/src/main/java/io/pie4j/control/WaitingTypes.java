package io.pie4j.control;

import io.pie4j.control.Command.Stage;
import io.pie4j.control.Command.Staged;
import io.pie4j.control.Message.Queued;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The types of the commands at the front of the queues, for {@link DispatchForm#ONE_TYPE}: how many
 * of each could run, and since when. A queue's priority counts here as it does among queues, as a
 * head start; so of equal priorities the type goes first whose oldest command has waited longest.
 */
final class WaitingTypes {
  private static final Stage[] STAGES = Stage.values();

  private final int[] ready = new int[STAGES.length];
  private final long[] oldestArrival = new long[STAGES.length];
  private final long[] firstOrder = new long[STAGES.length];
  private final boolean[] due = new boolean[STAGES.length];

  /**
   * Looks at all queues anew.
   *
   * @param most of one queue that need counting
   */
  void look(List<QueueState> queues, long headStartNanos, int most) {
    Arrays.fill(ready, 0);
    Arrays.fill(due, false);
    for (QueueState queue : queues) {
      Queued head = queue.waiting.peek();
      if (head != null && head.command instanceof Staged first) {
        int type = first.stage().number;
        long order = head.arrivedNanos - queue.priority.headStarts * headStartNanos;
        boolean none = ready[type] == 0;
        oldestArrival[type] =
            none ? head.arrivedNanos : Math.min(oldestArrival[type], head.arrivedNanos);
        firstOrder[type] = none ? order : Math.min(firstOrder[type], order);
        ready[type] += inFront(queue, first.stage(), most);
      }
    }
  }

  private static int inFront(QueueState queue, Stage stage, int most) {
    int count = 0;
    for (Queued queued : queue.waiting) {
      if (count == most || !(queued.command instanceof Staged c && c.stage() == stage)) {
        break;
      }
      count++;
    }
    return count;
  }

  boolean any(Stage stage) {
    return ready[stage.number] > 0;
  }

  int ready(Stage stage) {
    return ready[stage.number];
  }

  long oldestArrival(Stage stage) {
    return oldestArrival[stage.number];
  }

  /** The policy has decided that this type may go. */
  void isDue(Stage stage) {
    due[stage.number] = true;
  }

  /** Those that may go, then the others, each in their order. */
  List<Stage> inOrder() {
    List<Stage> stages = new ArrayList<>(List.of(STAGES));
    stages.removeIf(stage -> !any(stage));
    stages.sort(
        Comparator.comparing((Stage stage) -> !due[stage.number])
            .thenComparingLong(stage -> firstOrder[stage.number]));
    return stages;
  }
}

package io.pie4j.inferlet;

import io.pie4j.api.Api;
import io.pie4j.api.Pollable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What the tasks of one program wait for. A program has one thread, so the loop is that thread's:
 * programs that run in one JVM do not see each other's.
 *
 * <p>All futures that are ready are taken before the program waits again. So what they lead to,
 * such as the next steps of several forks, is enqueued together and can share a pass. What follows
 * a task runs from a queue, not from within the task: chains of any length need no stack.
 */
final class Loop {
  /** Futures waited for at a time; each wait names them all. */
  private static final int WAITING_MAX = 4096;

  /** Not a cache: the loop is part of the program, which is a thread. */
  private static final ThreadLocal<Loop> OF_THREAD = ThreadLocal.withInitial(Loop::new);

  private final List<Leaf> leaves = new ArrayList<>();
  private final Deque<Runnable> queue = new ArrayDeque<>();
  private boolean running;

  private Loop() {}

  /** Of the program that calls. */
  static Loop current() {
    return OF_THREAD.get();
  }

  /** One future that is waited for; {@code onReady} takes its value and must not throw. */
  record Leaf(Pollable pollable, Runnable onReady) {}

  boolean isIdle() {
    return leaves.isEmpty() && queue.isEmpty();
  }

  void add(Leaf leaf) {
    if (leaves.size() >= WAITING_MAX) {
      leaf.pollable().close();
      throw new IllegalStateException(
          "task: the program waits for "
              + WAITING_MAX
              + " futures, which is the limit; await some");
    }
    leaves.add(leaf);
  }

  void remove(Leaf leaf) {
    if (leaves.remove(leaf)) {
      leaf.pollable().close();
    }
  }

  /** Runs the action after those that wait already; now, if none does. */
  void execute(Runnable action) {
    queue.add(action);
    if (!running) {
      drain();
    }
  }

  /** Goes on with all tasks until this one is done. */
  void runUntilDone(Api api, Task<?> task) {
    while (true) {
      drain();
      if (task.isDone()) {
        return;
      }
      if (leaves.isEmpty()) {
        throw new IllegalStateException("task: nothing is under way that could complete it");
      }
      List<Pollable> pollables = new ArrayList<>(leaves.size());
      for (Leaf leaf : leaves) {
        pollables.add(leaf.pollable());
      }
      List<Leaf> ready = new ArrayList<>();
      for (int index : api.types().poll(pollables)) {
        ready.add(leaves.get(index));
      }
      for (Leaf leaf : ready) {
        if (leaves.contains(leaf)) { // what came before may have cancelled it
          leaves.remove(leaf);
          leaf.pollable().close();
          leaf.onReady().run();
        }
      }
    }
  }

  /** Also called from within an action that awaits a task itself. */
  private void drain() {
    boolean outer = running;
    running = true;
    try {
      for (Runnable action = queue.poll(); action != null; action = queue.poll()) {
        action.run();
      }
    } finally {
      running = outer;
    }
  }
}

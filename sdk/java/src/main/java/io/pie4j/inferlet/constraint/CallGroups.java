package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Finds which rules can call each other, in both directions: Tarjan's algorithm, with no recursion.
 */
final class CallGroups {
  private static final int NONE = -1;

  private final List<int[]> calls = new ArrayList<>();
  private final int[] order;
  private final int[] lowest;
  private final boolean[] open;
  private final int[] nextCall;
  private final List<Integer> path = new ArrayList<>();
  private final List<List<Integer>> groups = new ArrayList<>();
  private int visited;

  CallGroups(List<Set<Integer>> calls) {
    for (Set<Integer> called : calls) {
      this.calls.add(called.stream().mapToInt(rule -> rule).toArray());
    }
    order = new int[calls.size()];
    Arrays.fill(order, NONE);
    lowest = new int[order.length];
    open = new boolean[order.length];
    nextCall = new int[order.length];
  }

  List<List<Integer>> found() {
    for (int rule = 0; rule < order.length; rule++) {
      if (order[rule] == NONE) {
        visit(rule);
      }
    }
    return groups;
  }

  private void visit(int root) {
    List<Integer> stack = new ArrayList<>();
    enter(root, stack);
    while (!stack.isEmpty()) {
      int rule = stack.getLast();
      if (nextCall[rule] < calls.get(rule).length) {
        int called = calls.get(rule)[nextCall[rule]++];
        if (order[called] == NONE) {
          enter(called, stack);
        } else if (open[called]) {
          lowest[rule] = Math.min(lowest[rule], order[called]);
        }
      } else {
        stack.removeLast();
        if (!stack.isEmpty()) {
          lowest[stack.getLast()] = Math.min(lowest[stack.getLast()], lowest[rule]);
        }
        if (lowest[rule] == order[rule]) {
          close(rule);
        }
      }
    }
  }

  private void enter(int rule, List<Integer> stack) {
    order[rule] = visited;
    lowest[rule] = visited++;
    open[rule] = true;
    path.add(rule);
    stack.add(rule);
  }

  private void close(int rule) {
    List<Integer> group = new ArrayList<>();
    int member;
    do {
      member = path.removeLast();
      open[member] = false;
      group.add(member);
    } while (member != rule);
    groups.add(group);
  }
}

package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A JSON array, with items by a plan. */
final class ArrayRule implements Rule {
  private final ItemPlan plan;
  private final int maxSpaces;
  private final Map<At, State> states = new HashMap<>();

  private enum Phase {
    BEFORE,
    FIRST,
    ITEM,
    BEHIND
  }

  /**
   * @param place behind the whole items
   */
  private record At(Phase phase, Object place, int spaces) {}

  ArrayRule(ItemPlan plan, int maxSpaces) {
    this.plan = plan;
    this.maxSpaces = maxSpaces;
  }

  /** Bytes of the shortest, as far as is known of its items. */
  static int leastBytes(ItemPlan plan) {
    return Math.min(State.NEVER, 2 + plan.missing(plan.start()));
  }

  @Override
  public State start() {
    return state(Phase.BEFORE, plan.start(), 0);
  }

  @Override
  public void forget() {
    states.clear();
  }

  private State state(Phase phase, Object place, int spaces) {
    return states.computeIfAbsent(new At(phase, place, spaces), Reading::new);
  }

  private final class Reading extends State {
    private final At at;

    Reading(At at) {
      this.at = at;
    }

    @Override
    boolean accepting() {
      return false;
    }

    @Override
    List<Call> calls() {
      if (at.phase != Phase.ITEM && at.phase != Phase.FIRST) {
        return List.of();
      }
      List<Call> calls = new ArrayList<>();
      for (ItemPlan.Option option : plan.options(at.place)) {
        calls.add(new Call(option.value().rule(), state(Phase.BEHIND, option.after(), 0)));
      }
      return calls;
    }

    @Override
    State step(int value) {
      if (at.phase == Phase.BEFORE) {
        return value == '[' ? state(Phase.FIRST, at.place, 0) : DEAD;
      }
      if (ValueRules.isSpace(value)) {
        return maxSpaces == Expr.UNBOUNDED
            ? this
            : at.spaces < maxSpaces ? state(at.phase, at.place, at.spaces + 1) : DEAD;
      }
      if (value == ']' && at.phase != Phase.ITEM) {
        return plan.mayEnd(at.place) ? END : DEAD;
      }
      return value == ',' && at.phase == Phase.BEHIND && !plan.options(at.place).isEmpty()
          ? state(Phase.ITEM, at.place, 0)
          : DEAD;
    }

    @Override
    int distance() {
      return switch (at.phase) {
        case BEFORE -> 2 + plan.missing(at.place);
        case FIRST, BEHIND -> 1 + plan.missing(at.place);
        case ITEM -> 1 + throughItem();
      };
    }

    private int throughItem() {
      int least = State.NEVER;
      for (ItemPlan.Option option : plan.options(at.place)) {
        least = Math.min(least, plan.through(option));
      }
      return least;
    }
  }
}

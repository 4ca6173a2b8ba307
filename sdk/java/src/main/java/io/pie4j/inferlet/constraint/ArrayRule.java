package io.pie4j.inferlet.constraint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A JSON array: so many items, the first ones each with a schema of its own. */
final class ArrayRule implements Rule {
  private final List<SchemaNode> prefix;
  private final SchemaNode rest;
  private final int min;
  private final int max;
  private final int maxSpaces;
  private final Map<At, State> states = new HashMap<>();

  private enum Phase {
    BEFORE,
    FIRST,
    ITEM,
    BEHIND
  }

  /**
   * @param items whole ones
   */
  private record At(Phase phase, int items, int spaces) {}

  /**
   * @param max {@link Expr#UNBOUNDED} for none
   */
  ArrayRule(List<SchemaNode> prefix, SchemaNode rest, int min, int max, int maxSpaces) {
    this.prefix = List.copyOf(prefix);
    this.rest = rest;
    this.min = min;
    this.max = max;
    this.maxSpaces = maxSpaces;
  }

  private SchemaNode item(int index) {
    return index < prefix.size() ? prefix.get(index) : rest;
  }

  /** Bytes of the shortest, as far as is known of its items. */
  int leastBytes() {
    return min > max ? State.NEVER : Math.min(State.NEVER, 2 + missing(0));
  }

  /** Bytes of the items that are still needed, with commas between them. */
  private int missing(int items) {
    long bytes = Math.max(0, min - items - (items == 0 ? 1 : 0));
    for (int i = items; i < min; i++) {
      bytes += item(i).leastBytes();
      if (i >= prefix.size()) {
        bytes += (long) (min - i - 1) * rest.leastBytes();
        break;
      }
    }
    return (int) Math.min(State.NEVER, bytes);
  }

  @Override
  public State start() {
    return state(Phase.BEFORE, 0, 0);
  }

  @Override
  public void forget() {
    states.clear();
  }

  private State state(Phase phase, int items, int spaces) {
    int known = max == Expr.UNBOUNDED ? Math.min(items, Math.max(min, prefix.size())) : items;
    return states.computeIfAbsent(new At(phase, known, spaces), Reading::new);
  }

  private boolean mayAdd(int items) {
    return items < max && item(items).leastBytes() < State.NEVER;
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
      boolean item = at.phase == Phase.ITEM || (at.phase == Phase.FIRST && mayAdd(0));
      return item
          ? List.of(new Call(item(at.items).rule(), state(Phase.BEHIND, at.items + 1, 0)))
          : List.of();
    }

    @Override
    State step(int value) {
      if (at.phase == Phase.BEFORE) {
        return value == '[' ? state(Phase.FIRST, 0, 0) : DEAD;
      }
      if (ValueRules.isSpace(value)) {
        return maxSpaces == Expr.UNBOUNDED
            ? this
            : at.spaces < maxSpaces ? state(at.phase, at.items, at.spaces + 1) : DEAD;
      }
      if (value == ']' && at.phase != Phase.ITEM) {
        return at.items >= min ? END : DEAD;
      }
      return value == ',' && at.phase == Phase.BEHIND && mayAdd(at.items)
          ? state(Phase.ITEM, at.items, 0)
          : DEAD;
    }

    @Override
    int distance() {
      int needed = missing(at.items);
      return switch (at.phase) {
        case BEFORE -> 2 + needed;
        case FIRST, BEHIND -> 1 + needed;
        case ITEM -> 1 + (at.items < min ? needed - 1 : item(at.items).leastBytes());
      };
    }
  }
}

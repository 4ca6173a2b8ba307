package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Which items an array may have next; what it remembers of those that were, is a place. */
interface ItemPlan {
  /** What is known of the items so far; equal if the same may follow. */
  Object start();

  /** What the next item may be; none if there may be no other. */
  List<Option> options(Object place);

  boolean mayEnd(Object place);

  /** Bytes of the items that are still needed, with a comma before each but a first one. */
  int missing(Object place);

  /** An item, and the place behind it. */
  record Option(SchemaNode value, Object after) {}

  /** How many bytes an item and what follows need. */
  default int through(Option option) {
    return Math.min(State.NEVER, option.value.leastBytes() + missing(option.after));
  }

  /**
   * So many items, of which so many are of a kind.
   *
   * @param prefix the first ones, each with a schema of its own
   * @param wanted of the items behind {@code from}, those that are counted
   * @param others the others of these
   */
  record Counted(
      List<SchemaNode> prefix,
      SchemaNode rest,
      int min,
      int max,
      List<SchemaNode> wanted,
      List<SchemaNode> others,
      int from,
      int minWanted,
      int maxWanted)
      implements ItemPlan {

    /** So many items, whatever they are. */
    static Counted all(List<SchemaNode> prefix, SchemaNode rest, int min, int max) {
      return new Counted(
          prefix, rest, min, max, List.of(), List.of(), Expr.UNBOUNDED, 0, Expr.UNBOUNDED);
    }

    private record Place(int items, int found) {}

    @Override
    public Object start() {
      return new Place(0, 0);
    }

    private Place place(int items, int found) {
      int lastItem = max == Expr.UNBOUNDED ? Math.max(min, same()) : max;
      int lastFound = maxWanted == Expr.UNBOUNDED ? minWanted : maxWanted;
      return new Place(Math.min(items, lastItem), Math.min(found, lastFound));
    }

    /** The first item from which on all are alike. */
    private int same() {
      return wanted.isEmpty() ? prefix.size() : Math.max(from, prefix.size());
    }

    private SchemaNode at(List<SchemaNode> nodes, int index) {
      return nodes.get(Math.min(index, nodes.size() - 1));
    }

    @Override
    public List<Option> options(Object place) {
      Place at = (Place) place;
      List<Option> options = new ArrayList<>();
      for (Option option : all(at)) {
        if (through(option) < State.NEVER) {
          options.add(option);
        }
      }
      return options;
    }

    private List<Option> all(Place at) {
      if (at.items >= max) {
        return List.of();
      }
      Place same = place(at.items + 1, at.found);
      if (wanted.isEmpty() || at.items < from) {
        SchemaNode item = at.items < prefix.size() ? prefix.get(at.items) : rest;
        return List.of(new Option(item, same));
      }
      List<Option> options = new ArrayList<>();
      if (at.found < maxWanted) {
        Place more = place(at.items + 1, at.found + 1);
        options.add(new Option(at(wanted, at.items), more));
        if (maxWanted == Expr.UNBOUNDED && more.equals(same)) {
          // Enough were there: it does not matter any more what is counted.
          SchemaNode item = at.items < prefix.size() ? prefix.get(at.items) : rest;
          return List.of(new Option(item, same));
        }
      }
      options.add(new Option(at(others, at.items), same));
      return options;
    }

    @Override
    public boolean mayEnd(Object place) {
      Place at = (Place) place;
      return at.items >= min && at.found >= minWanted;
    }

    @Override
    public int missing(Object place) {
      Place at = (Place) place;
      long bytes = 0;
      while (at.items < same() && !mayEnd(at)) {
        List<Option> options = all(at);
        if (options.isEmpty()) {
          return State.NEVER;
        }
        if (options.size() > 1) {
          return (int) Math.min(State.NEVER, bytes + either(at, options));
        }
        bytes += comma(at) + options.get(0).value.leastBytes();
        at = (Place) options.get(0).after;
      }
      return (int) Math.min(State.NEVER, bytes + alike(at));
    }

    private long either(Place at, List<Option> options) {
      long least = State.NEVER;
      for (Option option : options) {
        least = Math.min(least, comma(at) + (long) through(option));
      }
      return least;
    }

    private static int comma(Place at) {
      return at.items == 0 ? 0 : 1;
    }

    /** Where all items that come are alike. */
    private long alike(Place at) {
      if (mayEnd(at)) {
        return 0;
      }
      long needed = Math.max(0, minWanted - at.found);
      long more = Math.max(0, min - at.items - needed);
      if (needed + more > (long) max - at.items || needed > (long) maxWanted - at.found) {
        return State.NEVER;
      }
      long commas = needed + more - (at.items == 0 ? 1 : 0);
      if (wanted.isEmpty()) {
        return commas + (needed + more) * rest.leastBytes();
      }
      long one = at(wanted, same()).leastBytes();
      long other = at(others, same()).leastBytes();
      boolean free = needed + more <= (long) maxWanted - at.found;
      return commas + needed * one + more * (free ? Math.min(one, other) : other);
    }
  }

  /** Each of some values at most once. */
  record Unique(List<SchemaNode> values, int min, int max) implements ItemPlan {
    @Override
    public Object start() {
      return new BitSet();
    }

    @Override
    public List<Option> options(Object place) {
      BitSet used = (BitSet) place;
      List<Option> options = new ArrayList<>();
      for (int i = 0; i < values.size() && used.cardinality() < max; i++) {
        if (!used.get(i)) {
          BitSet after = (BitSet) used.clone();
          after.set(i);
          Option option = new Option(values.get(i), after);
          if (through(option) < State.NEVER) {
            options.add(option);
          }
        }
      }
      return options;
    }

    @Override
    public boolean mayEnd(Object place) {
      return ((BitSet) place).cardinality() >= min;
    }

    @Override
    public int missing(Object place) {
      BitSet used = (BitSet) place;
      int needed = min - used.cardinality();
      if (needed <= 0) {
        return 0;
      }
      long bytes = used.isEmpty() ? needed - 1L : needed;
      int[] left =
          java.util.stream.IntStream.range(0, values.size())
              .filter(i -> !used.get(i) && values.get(i).leastBytes() < State.NEVER)
              .map(i -> values.get(i).leastBytes())
              .sorted()
              .toArray();
      for (int i = 0; i < needed; i++) {
        bytes += i < left.length ? left[i] : State.NEVER;
      }
      return min > max ? State.NEVER : (int) Math.min(State.NEVER, bytes);
    }
  }
}

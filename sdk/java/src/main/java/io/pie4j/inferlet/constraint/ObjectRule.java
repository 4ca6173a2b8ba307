package io.pie4j.inferlet.constraint;

import io.pie4j.inferlet.json.JsonValue;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON object: its members in any order, those with names of their own at most once.
 *
 * <p>One automaton reads all names; its labels are kinds of members. What the state remembers is
 * which named members were there, and how many in all as far as that counts. Members without a name
 * of their own are not told apart: JSON lets two have the same one.
 */
final class ObjectRule implements Rule {
  private final Members members;
  private final CharDfa names;
  private final BitSet[] reachable;
  private final TextCoder coder;
  private final int maxSpaces;
  private final Map<At, State> states = new HashMap<>();
  private final Map<Seen, BitSet> open = new HashMap<>();
  private final Map<Integer, int[]> distances = new HashMap<>();

  /**
   * @param name of the only member of its kind; empty if there may be several
   * @param hasName whether there is such a name
   * @param needs kinds that must be there if this one is, itself among them
   */
  record Kind(String name, boolean hasName, boolean required, BitSet needs, SchemaNode value) {
    int leastBytes() {
      int name = hasName ? JsonValue.quoted(this.name).length() : 8;
      return Math.min(State.NEVER, name + 1 + value.leastBytes());
    }
  }

  /**
   * What an object is made of.
   *
   * @param names labels are indices of kinds
   * @param max {@link Expr#UNBOUNDED} for none
   */
  record Members(CharDfa names, List<Kind> kinds, int min, int max) {
    /** Kinds that must be there in any case. */
    BitSet needed() {
      BitSet needed = new BitSet();
      for (Kind kind : kinds) {
        if (kind.required) {
          needed.or(kind.needs);
        }
      }
      return needed;
    }

    /** Bytes of the shortest object, as far as is known of its values. */
    int leastBytes() {
      return Math.min(State.NEVER, 1 + missing(new Seen(new BitSet(), 0)));
    }

    /** Bytes up to the closing brace of an object with these members. */
    int missing(Seen seen) {
      BitSet missing = needed();
      for (int k = seen.named.nextSetBit(0); k >= 0; k = seen.named.nextSetBit(k + 1)) {
        missing.or(kinds.get(k).needs);
      }
      missing.andNot(seen.named);
      long bytes = 1;
      int more = Math.max(0, min - seen.count - missing.cardinality());
      if (more > 0) {
        bytes += (long) more * (1 + cheapest(seen));
      }
      for (int k = missing.nextSetBit(0); k >= 0; k = missing.nextSetBit(k + 1)) {
        bytes += kinds.get(k).leastBytes() + 1;
      }
      if (seen.count + missing.cardinality() > max || (more > 0 && !enough(seen, missing, more))) {
        return State.NEVER;
      }
      return (int) Math.min(State.NEVER, bytes);
    }

    private int cheapest(Seen seen) {
      int least = State.NEVER;
      for (int k = 0; k < kinds.size(); k++) {
        least = seen.named.get(k) ? least : Math.min(least, kinds.get(k).leastBytes());
      }
      return least;
    }

    /** Whether there are so many more kinds to choose from. */
    private boolean enough(Seen seen, BitSet missing, int more) {
      int left = more;
      for (int k = 0; k < kinds.size(); k++) {
        if (kinds.get(k).value.leastBytes() < State.NEVER) {
          if (!kinds.get(k).hasName) {
            return true;
          }
          left -= seen.named.get(k) || missing.get(k) ? 0 : 1;
        }
      }
      return left <= 0;
    }
  }

  private enum Phase {
    BEFORE,
    FIRST,
    NAME,
    NEXT,
    COLON,
    VALUE,
    BEHIND
  }

  /**
   * @param named kinds with a name of their own
   * @param count of all members
   */
  record Seen(BitSet named, int count) {}

  /**
   * @param text where in a name
   * @param kind of the member whose value comes
   */
  private record At(Phase phase, Seen seen, TextCoder.At text, int kind, int spaces) {}

  ObjectRule(Members members, int maxSpaces) {
    this.members = members;
    this.maxSpaces = maxSpaces;
    names = members.names();
    reachable = names.reachableLabels();
    coder = new TextCoder(names, true);
  }

  @Override
  public State start() {
    return state(Phase.BEFORE, new Seen(new BitSet(), 0));
  }

  @Override
  public void forget() {
    states.clear();
    open.clear();
    distances.clear();
  }

  private State state(Phase phase, Seen seen) {
    return state(new At(phase, seen, TextCoder.DEAD, 0, 0));
  }

  private State state(At at) {
    return states.computeIfAbsent(at, Reading::new);
  }

  /** Kinds of which a member may be added, such that the object can still be finished. */
  private BitSet open(Seen seen) {
    return open.computeIfAbsent(seen, this::findOpen);
  }

  private BitSet findOpen(Seen seen) {
    BitSet open = new BitSet();
    for (int k = 0; k < members.kinds().size(); k++) {
      Kind kind = members.kinds().get(k);
      if (kind.value.leastBytes() < State.NEVER
          && !seen.named.get(k)
          && members.missing(with(seen, k)) < State.NEVER) {
        open.set(k);
      }
    }
    return open;
  }

  private Seen with(Seen seen, int kind) {
    BitSet named = seen.named;
    if (members.kinds().get(kind).hasName) {
      named = (BitSet) named.clone();
      named.set(kind);
    }
    // Beyond both bounds the number does not matter.
    int cap = members.max() == Expr.UNBOUNDED ? members.min() : members.max() + 1;
    return new Seen(named, Math.min(seen.count + 1, cap));
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
      if (at.phase != Phase.VALUE) {
        return List.of();
      }
      Kind kind = members.kinds().get(at.kind);
      Seen seen = with(at.seen, at.kind);
      return List.of(new Call(kind.value.rule(), state(Phase.BEHIND, seen)));
    }

    @Override
    State step(int value) {
      if (at.phase == Phase.NAME) {
        return name(value);
      }
      if (at.phase == Phase.BEFORE) {
        return value == '{' ? state(Phase.FIRST, at.seen) : DEAD;
      }
      if (ValueRules.isSpace(value)) {
        return maxSpaces == Expr.UNBOUNDED ? this : spaced();
      }
      return switch (at.phase) {
        case FIRST -> value == '}' ? closed() : value == '"' ? named() : DEAD;
        case NEXT -> value == '"' ? named() : DEAD;
        case COLON ->
            value == ':' ? state(new At(Phase.VALUE, at.seen, at.text, at.kind, 0)) : DEAD;
        case BEHIND ->
            value == '}'
                ? closed()
                : value == ',' && !open(at.seen).isEmpty() ? state(Phase.NEXT, at.seen) : DEAD;
        case VALUE, BEFORE, NAME -> DEAD;
      };
    }

    private State spaced() {
      return at.spaces < maxSpaces
          ? state(new At(at.phase, at.seen, at.text, at.kind, at.spaces + 1))
          : DEAD;
    }

    private State closed() {
      return members.missing(at.seen) == 1 ? END : DEAD;
    }

    private State named() {
      return names.isEmpty() || !reachable[0].intersects(open(at.seen))
          ? DEAD
          : state(new At(Phase.NAME, at.seen, coder.start(), 0, 0));
    }

    private State name(int value) {
      if (value == '"' && at.text.phase() == TextCoder.Phase.CHAR) {
        return nameEnds();
      }
      BitSet open = open(at.seen);
      return inName(
          coder.step(at.text, value, (state, count) -> reachable[state].intersects(open)));
    }

    @Override
    Optional<State> afterPlain() {
      if (at.phase != Phase.NAME) {
        return Optional.empty();
      }
      BitSet open = open(at.seen);
      return coder
          .afterPlain(at.text, (state, count) -> reachable[state].intersects(open))
          .map(this::inName);
    }

    private State inName(TextCoder.At to) {
      if (to.isDead()) {
        return DEAD;
      }
      // How long a name is does not matter.
      TextCoder.At text =
          new TextCoder.At(to.phase(), to.state(), 0, to.left(), to.code(), to.least());
      return state(new At(Phase.NAME, at.seen, text, 0, 0));
    }

    private State nameEnds() {
      int kind = names.label(at.text.state());
      if (kind == CharDfa.NONE || !open(at.seen).get(kind)) {
        return DEAD;
      }
      return state(new At(Phase.COLON, at.seen, TextCoder.DEAD, kind, 0));
    }

    @Override
    int distance() {
      return switch (at.phase) {
        case BEFORE -> 1 + members.missing(at.seen);
        case FIRST, BEHIND -> members.missing(at.seen);
        case COLON -> 1 + behindName();
        case VALUE -> behindName();
        case NEXT -> 1 + behindQuote(coder.start());
        case NAME -> behindQuote(at.text);
      };
    }

    private int behindName() {
      return members.kinds().get(at.kind).value.leastBytes()
          + members.missing(with(at.seen, at.kind));
    }

    /** Of the kind for which name, value and what is still missing are the least together. */
    private int behindQuote(TextCoder.At text) {
      BitSet kinds = (BitSet) reachable[text.state()].clone();
      kinds.and(open(at.seen));
      int least = State.NEVER;
      for (int k = kinds.nextSetBit(0); k >= 0; k = kinds.nextSetBit(k + 1)) {
        int kind = k;
        int[] toName = distances.computeIfAbsent(k, i -> names.distances(label -> label == kind));
        int value = members.kinds().get(k).value.leastBytes();
        least = Math.min(least, toName[text.state()] + value + members.missing(with(at.seen, k)));
      }
      return Math.min(State.NEVER, TextCoder.missingBytes(text) + 2 + least);
    }
  }
}

package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** The values that some schemas allow together: any of several kinds of values. */
final class SchemaNode {
  private final List<Kind> kinds = new ArrayList<>();
  private final ValueRules.Choice rule = new ValueRules.Choice(this);
  private int leastBytes = State.NEVER;
  private List<Rule> rules = List.of();

  /**
   * @param leastBytes of the shortest value, by what is known of the values inside
   */
  private record Kind(IntSupplier leastBytes, Supplier<Rule> rule) {}

  void add(IntSupplier leastBytes, Supplier<Rule> rule) {
    kinds.add(new Kind(leastBytes, rule));
  }

  /** Bytes of the shortest value; {@link State#NEVER} if there is none, as far as is known. */
  int leastBytes() {
    return leastBytes;
  }

  /** Looks again how short values can be; whether that is news. */
  boolean measure() {
    int least = State.NEVER;
    for (Kind kind : kinds) {
      least = Math.min(least, kind.leastBytes().getAsInt());
    }
    boolean news = least < leastBytes;
    leastBytes = Math.min(least, leastBytes);
    return news;
  }

  Rule rule() {
    return rule;
  }

  /** One for each kind of which there is a value. */
  List<Rule> rules() {
    if (rules.isEmpty()) {
      rules =
          kinds.stream()
              .filter(kind -> kind.leastBytes().getAsInt() < State.NEVER)
              .map(kind -> kind.rule().get())
              .toList();
    }
    return rules;
  }
}

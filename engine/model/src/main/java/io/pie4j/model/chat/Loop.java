package io.pie4j.model.chat;

import io.pie4j.model.chat.Value.Bool;
import io.pie4j.model.chat.Value.Int;
import io.pie4j.model.chat.Value.Undefined;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The {@code loop} variable. A loop with a test looks at items one by one as it goes, so that a
 * test sees what earlier rounds did; asking for the length tests all the rest.
 */
final class Loop implements TemplateObject {
  /** The condition in the head of a loop. */
  interface Test {
    boolean holds(Value item);
  }

  private final List<Value> source;
  private final Optional<Test> test;
  private final Optional<Function.Body> recursion;
  private final int depth;

  /** Items that passed the test so far; all of the source where there is no test. */
  private final List<Value> accepted;

  private int looked;
  private int index = -1;
  private Optional<List<Value>> lastChanged = Optional.empty();

  Loop(List<Value> source, Optional<Test> test, Optional<Function.Body> recursion, int depth) {
    this.source = source;
    this.test = test;
    this.recursion = recursion;
    this.depth = depth;
    this.accepted = test.isPresent() ? new ArrayList<>() : source;
    this.looked = test.isPresent() ? 0 : source.size();
  }

  /** Goes to the next item, if there is one. */
  boolean advance() {
    boolean more = has(index + 1);
    index += more ? 1 : 0;
    return more;
  }

  Value current() {
    return accepted.get(index);
  }

  int length() {
    while (looked < source.size()) {
      look();
    }
    return accepted.size();
  }

  private boolean has(int place) {
    while (accepted.size() <= place && looked < source.size()) {
      look();
    }
    return place < accepted.size();
  }

  private void look() {
    Value item = source.get(looked++);
    if (test.orElseThrow().holds(item)) {
      accepted.add(item);
    }
  }

  @Override
  public Optional<Value> attribute(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "index" -> Int.of(index + 1);
          case "index0" -> Int.of(index);
          case "revindex" -> Int.of(length() - index);
          case "revindex0" -> Int.of(length() - index - 1);
          case "first" -> new Bool(index == 0);
          case "last" -> new Bool(!has(index + 1));
          case "length" -> Int.of(length());
          case "depth" -> Int.of(depth + 1);
          case "depth0" -> Int.of(depth);
          case "previtem" ->
              index > 0 ? accepted.get(index - 1) : new Undefined("there is no previous item");
          case "nextitem" ->
              has(index + 1) ? accepted.get(index + 1) : new Undefined("there is no next item");
          case "cycle" -> new Function("cycle", (on, arguments) -> cycle(arguments));
          case "changed" ->
              new Function("changed", (on, arguments) -> changed(on.budget(), arguments));
          default -> null;
        });
  }

  private Value cycle(Arguments arguments) {
    List<Value> values = arguments.positional();
    if (values.isEmpty()) {
      throw Fault.failed("no items for cycling given");
    }
    return values.get(index % values.size());
  }

  private Value changed(Budget budget, Arguments arguments) {
    Value now = new Sequence.TupleOf(arguments.positional());
    boolean same =
        lastChanged
            .filter(last -> Compare.equal(budget, new Sequence.TupleOf(last), now))
            .isPresent();
    lastChanged = Optional.of(arguments.positional());
    return new Bool(!same);
  }

  @Override
  public boolean callable() {
    return true;
  }

  @Override
  public Value call(Evaluator on, Arguments arguments) {
    return recursion
        .orElseThrow(() -> Fault.failed("only a loop marked 'recursive' can be called"))
        .call(on, arguments);
  }

  @Override
  public String typeName() {
    return "LoopContext";
  }

  @Override
  public String description(Budget budget) {
    return "<LoopContext " + (index + 1) + "/" + length() + ">";
  }
}

package io.pie4j.inferlet.constraint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The small rules of JSON's values. */
final class ValueRules {
  private ValueRules() {}

  static boolean isSpace(int value) {
    return value == ' ' || value == '\n' || value == '\r' || value == '\t';
  }

  /** A word such as null. */
  record Word(String text, State[] states) implements Rule {
    Word(String text) {
      this(text, new State[text.length()]);
      for (int i = 0; i < states.length; i++) {
        int at = i;
        states[i] =
            new State() {
              @Override
              boolean accepting() {
                return false;
              }

              @Override
              State step(int value) {
                if (value != text.charAt(at)) {
                  return DEAD;
                }
                return at + 1 == text.length() ? END : states[at + 1];
              }

              @Override
              int distance() {
                return text.length() - at;
              }
            };
      }
    }

    @Override
    public State start() {
      return states[0];
    }

    @Override
    public void forget() {
      for (State state : states) {
        state.forget();
      }
    }
  }

  /** Any of several rules; which they are is known when it is first asked. */
  static final class Choice implements Rule {
    private final SchemaNode node;
    private final State start =
        new State() {
          @Override
          boolean accepting() {
            return false;
          }

          @Override
          State step(int value) {
            return DEAD;
          }

          @Override
          List<Call> calls() {
            return node.rules().stream().map(rule -> new Call(rule, END)).toList();
          }

          @Override
          int distance() {
            return node.leastBytes();
          }
        };

    Choice(SchemaNode node) {
      this.node = node;
    }

    @Override
    public State start() {
      return start;
    }

    @Override
    public void forget() {
      start.forget();
    }
  }

  /** A value with spaces around it: a whole text. */
  static final class Document implements Rule {
    private final Rule value;
    private final int maxSpaces;
    private final Map<Integer, State> states = new HashMap<>();

    Document(Rule value, int maxSpaces) {
      this.value = value;
      this.maxSpaces = maxSpaces;
    }

    @Override
    public State start() {
      return state(false, 0);
    }

    @Override
    public void forget() {
      states.clear();
    }

    private State state(boolean behind, int spaces) {
      return states.computeIfAbsent(spaces * 2 + (behind ? 1 : 0), k -> new Around(behind, spaces));
    }

    private final class Around extends State {
      private final boolean behind;
      private final int spaces;

      Around(boolean behind, int spaces) {
        this.behind = behind;
        this.spaces = spaces;
      }

      @Override
      boolean accepting() {
        return behind;
      }

      @Override
      List<Call> calls() {
        return behind ? List.of() : List.of(new Call(value, state(true, 0)));
      }

      @Override
      State step(int c) {
        if (!isSpace(c) || spaces == maxSpaces) {
          return DEAD;
        }
        return maxSpaces == Expr.UNBOUNDED ? this : state(behind, spaces + 1);
      }

      @Override
      int distance() {
        return behind ? 0 : value.start().distance();
      }
    }
  }
}

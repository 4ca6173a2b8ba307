package io.pie4j.inferlet;

import java.util.ArrayList;
import java.util.List;

/**
 * An arithmetic expression over whole numbers, worked out exactly: what programs check a model's
 * sums with (paper §7.2, the symbolic evaluation that trims a tree of thought).
 */
public sealed interface Expression {
  /** Brackets within brackets that are read: bounds the stack. */
  int MAX_DEPTH = 100;

  /** Characters of a text that is read. */
  int MAX_LENGTH = 4_000;

  /** A whole number, 0 or more as it is read. */
  record Whole(long value) implements Expression {
    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /** Two expressions and one of {@code + - * /} between them. */
  record Operation(Expression left, char operator, Expression right) implements Expression {
    @Override
    public long value() {
      long x = left.value();
      long y = right.value();
      return switch (operator) {
        case '+' -> Math.addExact(x, y);
        case '-' -> Math.subtractExact(x, y);
        case '*' -> Math.multiplyExact(x, y);
        default -> {
          if (y == 0 || x % y != 0) {
            throw new ArithmeticException(x + " / " + y + " is no whole number");
          }
          yield x / y;
        }
      };
    }

    /** With brackets around each operation in it, which is more than need be. */
    @Override
    public String toString() {
      return bracketed(left) + " " + operator + " " + bracketed(right);
    }

    private static String bracketed(Expression side) {
      return side instanceof Operation ? "(" + side + ")" : side.toString();
    }
  }

  /** Two expressions that somebody says are equal. */
  record Equation(Expression left, Expression right) {
    /** Whether they are: false also where one has no value. */
    public boolean holds() {
      try {
        return left.value() == right.value();
      } catch (ArithmeticException noValue) {
        return false;
      }
    }

    @Override
    public String toString() {
      return left + " = " + right;
    }
  }

  /**
   * The exact value.
   *
   * @throws ArithmeticException if there is none: a division leaves a rest, or a long is too small
   */
  long value();

  /**
   * Reads an expression: numbers, brackets, the four operations, spaces.
   *
   * @throws IllegalArgumentException if the text is none
   */
  static Expression parse(String text) {
    return new ExpressionParser(text).parse();
  }

  /**
   * The equations of a text, one a line, as models write them: {@code Step 2: 14 * 4 = 56}. What
   * stands before a colon is left out; lines that are no equation are passed over.
   */
  static List<Equation> equations(String text) {
    List<Equation> found = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int newline = text.indexOf('\n', start);
      int end = newline < 0 ? text.length() : newline;
      addEquation(text.substring(start, end), found);
      start = end + 1;
    }
    return found;
  }

  private static void addEquation(String line, List<Equation> found) {
    int equals = line.indexOf('=');
    if (equals < 0) {
      return;
    }
    try {
      Expression left = parse(line.substring(line.lastIndexOf(':', equals) + 1, equals));
      found.add(new Equation(left, parse(line.substring(equals + 1))));
    } catch (IllegalArgumentException none) {
      // a line of another kind
    }
  }
}

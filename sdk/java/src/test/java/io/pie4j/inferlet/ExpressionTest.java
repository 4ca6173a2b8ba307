package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ExpressionTest {
  @ParameterizedTest
  @CsvSource({
    "7, 7",
    "(42 + 3) * 5 / 15, 15",
    "20 - 5 - 3, 12",
    "2+3*4, 14",
    "12 / 3 / 2, 2",
    " ( ( 1 ) ) - 8 , -7"
  })
  void workedOutExactly(String text, long value) {
    assertThat(Expression.parse(text).value()).isEqualTo(value);
  }

  @Test
  void printsBracketsThatKeepItsMeaning() {
    Expression read = Expression.parse("1 - (2 + 3) * 4 - 5");
    assertThat(read).hasToString("(1 - ((2 + 3) * 4)) - 5");
    assertThat(Expression.parse(read.toString())).isEqualTo(read);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7 / 2", "7 / (3 - 3)", "999999999999999999 * 999999999999999999"})
  void hasNoValueWhereNoneIsExact(String text) {
    Expression read = Expression.parse(text);
    assertThatThrownBy(read::value).isInstanceOf(ArithmeticException.class);
    assertThat(new Expression.Equation(read, read).holds()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1 +", "(1", "1)", "a", "1 2", "* 3", "-3", "1 + 12345678901234567890"})
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> Expression.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expression: ");
  }

  @Test
  void boundsBracketsWithinBrackets() {
    String open = "(".repeat(Expression.MAX_DEPTH);
    String close = ")".repeat(Expression.MAX_DEPTH);
    assertThat(Expression.parse(open + "1" + close).value()).isOne();
    assertThatThrownBy(() -> Expression.parse("(" + open + "1" + close + ")"))
        .hasMessageContaining("brackets within brackets");
  }

  @Test
  void findsEquationsInWorkedSolutions() {
    List<Expression.Equation> found =
        Expression.equations(
            """
            Step 1: 9 + 5 = 14
            Step 2: 14 * 4 = 48
            Then x = 3, and so on.
            The answer is 48.\
            """);
    assertThat(found).extracting(Object::toString).containsExactly("9 + 5 = 14", "14 * 4 = 48");
    assertThat(found).extracting(Expression.Equation::holds).containsExactly(true, false);
  }
}

package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class ArgumentsTest {
  private static final Option[] OPTIONS = {
    Option.required("prompt", "TEXT", "what to say"),
    Option.optional("seed", "N", "for draws"),
    Option.withDefault("heat", "T", "0.5", "how wild"),
    Option.flag("json", "for machines"),
  };

  @Test
  void readsValuesAndFlags() {
    Arguments arguments = parse("--prompt", "a b", "--seed=-7", "--json");
    assertThat(arguments.text("prompt")).isEqualTo("a b");
    assertThat(arguments.whole("seed", -10, 10)).isEqualTo(-7);
    assertThat(arguments.number("heat", 0, 1)).isEqualTo(0.5f);
    assertThat(arguments.flag("json")).isTrue();
    assertThat(arguments.helpWanted()).isFalse();
  }

  @Test
  void fallsBack() {
    Arguments arguments = parse("--prompt=");
    assertThat(arguments.text("prompt")).isEmpty();
    assertThat(arguments.flag("json")).isFalse();
    assertThat(arguments.find("seed")).isEmpty();
    assertThat(arguments.find("heat")).isEqualTo(Optional.of("0.5"));
    assertFails(() -> arguments.text("seed"), "--seed has no value and no default");
  }

  @Test
  void takesValuesThatBeginWithADash() {
    Arguments arguments = parse("--seed", "-3", "--prompt", "-- x --", "--heat", "-1e-3");
    assertThat(arguments.integer("seed", -5, 5)).isEqualTo(-3);
    assertThat(arguments.text("prompt")).isEqualTo("-- x --");
    assertThat(arguments.number("heat", -1, 1)).isEqualTo(-0.001f);
    assertThat(parse("--prompt=--json").text("prompt")).isEqualTo("--json");
    assertThat(parse("--prompt=a=b").text("prompt")).isEqualTo("a=b");
    assertThat(parse("--prompt=--help").helpWanted()).isFalse();
  }

  @Test
  void saysWhatDoesNotFit() {
    assertFails(() -> parse(), "--prompt TEXT is missing; see --help");
    assertFails(() -> parse("hello"), "'hello' is not an option; see --help");
    assertFails(() -> parse("-p", "hello"), "'-p' is not an option; see --help");
    assertFails(() -> parse(""), "'' is not an option; see --help");
    assertFails(() -> parse("--"), "there is no option --; see --help");
    assertFails(() -> parse("--Prompt", "x"), "there is no option --Prompt; see --help");
    assertFails(() -> parse("--promp=x"), "there is no option --promp; see --help");
    assertFails(() -> parse("--json=yes"), "--json takes no value; see --help");
    assertFails(() -> parse("--json", "yes"), "'yes' is not an option; see --help");
    assertFails(() -> parse("--prompt"), "--prompt needs a value; see --help");
    assertFails(() -> parse("--prompt", "--json"), "--prompt needs a value; see --help");
    assertFails(() -> parse("--prompt", "--seed=1"), "--prompt needs a value; see --help");
    assertFails(() -> parse("--prompt=a", "--prompt", "b"), "--prompt is given twice");
    assertFails(() -> parse("--json", "--json"), "--json is given twice");
  }

  @Test
  void saysWhichNumbersAreAllowed() {
    for (String wrong : List.of("0", "11", "x", "", "1.5", "99999999999999999999")) {
      Arguments arguments = parse("--prompt=p", "--seed", wrong);
      assertFails(
          () -> arguments.integer("seed", 1, 10),
          "--seed must be a whole number from 1 to 10, is '" + wrong + "'");
    }
    for (String wrong : List.of("-0.1", "1.1", "x", "", "NaN", "Infinity")) {
      Arguments arguments = parse("--prompt=p", "--heat=" + wrong);
      assertFails(
          () -> arguments.number("heat", 0, 1),
          "--heat must be a number from 0.0 to 1.0, is '" + wrong + "'");
    }
    Arguments bounds = parse("--prompt=p", "--seed=" + Long.MIN_VALUE, "--heat=1");
    assertThat(bounds.whole("seed", Long.MIN_VALUE, 0)).isEqualTo(Long.MIN_VALUE);
    assertThat(bounds.number("heat", 0, 1)).isOne();
  }

  @Test
  void takesSeveralValues() {
    Arguments arguments = parse("--prompt= one |two", "--seed=1|-2|3");
    assertThat(arguments.list("prompt")).containsExactly(" one ", "two");
    assertThat(arguments.integers("seed", -2, 3)).containsExactly(1, -2, 3);
    assertThat(parse("--prompt=x").list("prompt")).containsExactly("x");
    assertFails(
        () -> arguments.integers("seed", 0, 3),
        "--seed must be a whole number from 0 to 3, is '-2'");
    for (String empty : List.of("", "|", "a|", "|a", "a||b")) {
      assertFails(
          () -> parse("--prompt=" + empty).list("prompt"),
          "--prompt must be values separated by '|', none empty, is '" + empty + "'");
    }
  }

  @Test
  void helps() {
    assertThat(parse("--bogus", "--help").helpWanted()).isTrue();
    assertThat(parse("--help").help())
        .isEqualTo(
            """
            test: tests
              --prompt TEXT  what to say (required)
              --seed N  for draws
              --heat T  how wild (default 0.5)
              --json  for machines
            """);
  }

  /** Mistakes of the program's author. */
  @Test
  void refusesOptionsThatCannotBe() {
    Arguments arguments = parse("--prompt=p");
    assertFails(() -> arguments.flag("jason"), "there is no option --jason; see --help");
    assertFails(() -> arguments.text("seeds"), "there is no option --seeds; see --help");
    assertFails(
        () -> Arguments.parse("t", "t", List.of(), OPTIONS[1], Option.flag("seed", "again")),
        "option --seed is declared twice");
    for (String name : List.of("", "-x", "--x", "a=b", "a b", "help")) {
      assertFails(() -> Option.flag(name, "h"), "an option cannot be called '" + name + "'");
    }
    assertFails(
        () -> new Option("a", "A", "h", Optional.of("1"), true),
        "--a is required and so needs no default");
  }

  private static Arguments parse(String... line) {
    return Arguments.parse("test", "tests", List.of(line), OPTIONS);
  }

  private static void assertFails(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}

package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class StopTest {
  @Test
  void countsTokens() {
    assertThat(reached(Stop.maxTokens(3), 5, 6)).isFalse();
    assertThat(reached(Stop.maxTokens(3), 5, 6, 7)).isTrue();
    assertThat(reached(Stop.maxTokens(3), 5, 6, 7, 8)).isTrue();
    assertThatThrownBy(() -> Stop.maxTokens(0)).hasMessage("max tokens must be at least 1, is 0");
  }

  @Test
  void looksAtTheLastToken() {
    assertThat(reached(Stop.atAnyOf(7, 9), 9, 8)).isFalse();
    assertThat(reached(Stop.atAnyOf(7, 9), 8, 9)).isTrue();
    assertThat(reached(Stop.atAnyOf(), 8, 9)).isFalse();
    assertThat(reached(Stop.eos(FakeEngine.plain(8)), FakeModel.special("</s>"))).isTrue();
    assertThat(reached(Stop.eos(FakeEngine.plain(8)), FakeModel.special("<s>"))).isFalse();
  }

  @Test
  void findsOverlappingEnds() {
    Stop stop = Stop.endsWithAny(new int[] {1, 2, 1, 3}, new int[] {2, 1, 4}, new int[] {5});
    assertThat(reached(stop, 1, 2, 1)).isFalse();
    assertThat(reached(stop, 2, 1, 3)).isFalse();
    assertThat(reached(stop, 1, 2, 1, 2, 1, 3)).isTrue();
    assertThat(reached(stop, 1, 2, 1, 4)).isTrue();
    assertThat(reached(stop, 1, 2, 1, 3, 1)).isFalse();
    assertThat(reached(stop, 5)).isTrue();
    assertThat(reached(Stop.endsWithAny(), 5)).isFalse();
  }

  @Test
  void refusesAnEmptyEnd() {
    assertThatThrownBy(() -> Stop.endsWithAny(new int[] {1}, new int[0]))
        .hasMessage("end 1 is empty: generating would end at once");
  }

  @Test
  void keepsItsOwnCopyOfEnds() {
    int[] end = {1, 2};
    int[] tokens = {3};
    Stop stop = Stop.endsWithAny(end).or(Stop.atAnyOf(tokens));
    end[1] = 9;
    tokens[0] = 9;
    assertThat(reached(stop, 1, 2)).isTrue();
    assertThat(reached(stop, 3)).isTrue();
    assertThat(reached(stop, 1, 9)).isFalse();
  }

  @Test
  void joinsConditions() {
    Stop stop = Stop.maxTokens(4).or(Stop.atAnyOf(7)).or(tokens -> tokens.get(0) == 1);
    assertThat(reached(stop, 2, 3)).isFalse();
    assertThat(reached(stop, 2, 7)).isTrue();
    assertThat(reached(stop, 1, 2)).isTrue();
    assertThat(reached(stop, 2, 3, 4, 5)).isTrue();
  }

  private static boolean reached(Stop stop, int... generated) {
    Tokens tokens = new Tokens();
    tokens.addAll(generated);
    return stop.reached(tokens);
  }
}

package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TokensTest {
  @Test
  void grows() {
    Tokens tokens = new Tokens();
    int[] expected = IntStream.range(0, 1000).map(i -> i * 7).toArray();
    tokens.addAll(expected);
    assertThat(tokens.size()).isEqualTo(1000);
    assertThat(tokens.get(999)).isEqualTo(999 * 7);
    assertThat(tokens.toArray()).isEqualTo(expected);
    assertThat(tokens.range(15, 18)).containsExactly(15 * 7, 16 * 7, 17 * 7);
    assertThat(tokens.range(1000, 1000)).isEmpty();
  }

  @Test
  void handsOutCopies() {
    Tokens tokens = new Tokens();
    tokens.addAll(new int[] {1, 2, 3});
    tokens.toArray()[0] = 9;
    tokens.range(0, 2)[1] = 9;
    assertThat(tokens.toArray()).containsExactly(1, 2, 3);
  }

  @Test
  void comparesItsEnd() {
    Tokens tokens = new Tokens();
    tokens.addAll(new int[] {1, 2, 3});
    assertThat(tokens.endsWith(new int[] {})).isTrue();
    assertThat(tokens.endsWith(new int[] {2, 3})).isTrue();
    assertThat(tokens.endsWith(new int[] {1, 2, 3})).isTrue();
    assertThat(tokens.endsWith(new int[] {0, 1, 2, 3})).isFalse();
    assertThat(tokens.endsWith(new int[] {1, 3})).isFalse();
  }

  /** By exceptions, which guests can catch, unlike an index outside an array. */
  @Test
  void refusesPlacesThatItDoesNotHave() {
    Tokens tokens = new Tokens();
    tokens.add(4);
    assertThatThrownBy(() -> tokens.get(1))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("token 1 of 1");
    assertThatThrownBy(() -> tokens.get(-1)).hasMessage("token -1 of 1");
    assertThatThrownBy(() -> tokens.range(0, 2)).hasMessage("tokens 0 to 2 of 1");
    assertThatThrownBy(() -> tokens.range(1, 0)).hasMessage("tokens 1 to 0 of 1");
    assertThatThrownBy(() -> tokens.range(-1, 0)).hasMessage("tokens -1 to 0 of 1");
  }
}

package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class GreenListTest {

  /** What {@code torch.randperm} gives for the seed 15485863 × previous, by torch 2.15. */
  @Test
  void isThatOfTheAuthorsProgram() {
    assertThat(green(20, 1)).containsExactlyInAnyOrder(18, 4, 13, 2, 3);
    assertThat(green(20, 7)).containsExactlyInAnyOrder(9, 17, 12, 7, 6);
    assertThat(green(2048, 1999))
        .hasSize(512)
        .contains(1615, 691, 602, 1301, 1399, 570, 63, 1329, 228, 1505, 559, 566, 1845, 1901);
    assertThat(IntStream.of(green(2048, 1999)).sum()).isEqualTo(524_333);
  }

  @Test
  void countsGreenTokens() {
    GreenList list = new GreenList(100, 0.25, GreenList.KEY);
    Random random = new Random(3);
    int[] all = new int[101];
    int[] any = new int[101];
    for (int i = 1; i < all.length; i++) {
      int previous = all[i - 1];
      all[i] = random.ints(0, 100).filter(t -> list.isGreen(previous, t)).findFirst().orElseThrow();
      any[i] = random.nextInt(100);
    }
    // 100 green of 100: (100 - 25) / sqrt(100 · 0.25 · 0.75)
    assertThat(list.zScore(all)).isCloseTo(17.3205, org.assertj.core.data.Offset.offset(1e-4));
    assertThat(list.zScore(any)).isBetween(-3.0, 3.0);
    assertThat(new GreenList(100, 0.25, 17).zScore(all)).as("another key").isBetween(-3.0, 3.0);
  }

  @Test
  void refusesWhatMakesNoList() {
    assertThatThrownBy(() -> new GreenList(0, 0.5, 1))
        .hasMessage("a vocabulary has tokens, this has 0");
    assertThatThrownBy(() -> new GreenList(9, 1, 1))
        .hasMessage("gamma must be above 0 and below 1, is 1.0");
    assertThatThrownBy(() -> new GreenList(9, 0.5, 1).zScore(new int[1]))
        .hasMessage("a test needs two tokens, there are 1");
  }

  private static int[] green(int vocabulary, int previous) {
    GreenList list = new GreenList(vocabulary, 0.25, GreenList.KEY);
    return IntStream.range(0, vocabulary).filter(t -> list.isGreen(previous, t)).toArray();
  }
}

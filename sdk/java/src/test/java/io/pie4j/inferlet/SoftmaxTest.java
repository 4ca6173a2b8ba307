package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.api.Distribution;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SoftmaxTest {

  @Test
  void ranksAndSumsToOne() {
    Distribution some =
        Softmax.of(
            new int[] {7, 8, 9, 6},
            new double[] {Math.log(1), Math.log(6), Double.NEGATIVE_INFINITY, Math.log(1)});
    assertThat(some.ids()).as("equals in the order given").containsExactly(8, 7, 6, 9);
    assertThat(some.probabilities()).containsExactly(0.75f, 0.125f, 0.125f, 0);
  }

  @Test
  void takesAnySize() {
    Random random = new Random(11);
    int[] ids = random.ints(0, 1 << 20).distinct().limit(2000).toArray();
    double[] scores = random.doubles(2000, -900, 900).toArray();
    Distribution ranked = Softmax.of(ids, scores);
    assertThat(ranked.ids()).containsExactlyInAnyOrder(ids);
    float sum = 0;
    for (int i = 0; i < 2000; i++) {
      sum += ranked.probabilities()[i];
      assertThat(ranked.probabilities()[i])
          .isLessThanOrEqualTo(ranked.probabilities()[Math.max(0, i - 1)]);
    }
    assertThat(sum).isBetween(0.9999f, 1.0001f);
  }

  @Test
  void refusesWhatHasNoMost() {
    for (double wrong : new double[] {Double.NaN, 1 / 0.0, -1 / 0.0}) {
      assertThatThrownBy(() -> Softmax.of(new int[1], new double[] {wrong}))
          .hasMessageContaining("the largest " + (float) wrong);
    }
    assertThatThrownBy(() -> Softmax.of(new int[2], new double[1]))
        .hasMessageContaining("has 2 tokens, 1 scores");
  }
}

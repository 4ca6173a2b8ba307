package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.api.Distribution;
import io.pie4j.inference.cpu.DenseTransformer;
import io.pie4j.inference.cpu.DenseTransformer.Embedded;
import io.pie4j.inference.cpu.DenseTransformer.Token;
import io.pie4j.inference.cpu.RandomModel;
import io.pie4j.model.TensorType;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.assertj.core.data.Offset;

/**
 * A Transformer by its definition, of the weights that {@link Stage#random} has: tokens one by one,
 * each with a position and with those before it that it sees.
 */
final class Dense {
  private final DenseTransformer transformer;
  private final List<Token> all = new ArrayList<>();
  private Optional<Embedded> last = Optional.empty();

  private Dense(DenseTransformer transformer) {
    this.transformer = transformer;
  }

  /** The model of a stage of this seed. */
  static Dense random(long seed) {
    try (Arena arena = Arena.ofConfined()) {
      RandomModel model = RandomModel.of(Stage.TINY, TensorType.F32, seed, arena);
      return new Dense(new DenseTransformer(model.config(), model.weights()));
    }
  }

  int size() {
    return all.size();
  }

  /**
   * Runs one more token.
   *
   * @param sees which of the earlier ones, by their order; it always sees itself
   */
  void add(int token, int position, IntPredicate sees) {
    boolean[] row = new boolean[all.size() + 1];
    for (int i = 0; i < row.length; i++) {
      row[i] = i == row.length - 1 || sees.test(i);
    }
    Embedded[] inputs = {transformer.embed(token, position)};
    last = Optional.of(transformer.run(all, inputs, Optional.of(new boolean[][] {row}))[0]);
  }

  /** Whether the last token's distribution is this. */
  void assertSame(Distribution distribution, Offset<Float> offset) {
    double[] expected = transformer.probabilities(last.orElseThrow());
    for (int i = 0; i < distribution.ids().length; i++) {
      assertThat(distribution.probabilities()[i])
          .isCloseTo((float) expected[distribution.ids()[i]], offset);
    }
  }
}

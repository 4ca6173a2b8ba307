package io.pie4j.inference.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.model.ModelConfig;
import io.pie4j.model.Rope;
import io.pie4j.model.TensorType;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Logits of whole models against the textbook's transformer in doubles. */
class LogitsTest {
  private static final Rope HALVES = new Rope(10_000f, Rope.Layout.HALVES, new Rope.None());
  private static final Rope PAIRS = new Rope(500_000f, Rope.Layout.PAIRS, new Rope.None());
  private static final Rope LLAMA3 =
      new Rope(10_000f, Rope.Layout.HALVES, new Rope.Llama3(8, 1, 4, 32));
  private static final OptionalInt NO_WINDOW = OptionalInt.empty();

  static List<ModelConfig> families() {
    ModelConfig odd = RandomModel.odd();
    return List.of(
        odd,
        RandomModel.with(odd, PAIRS, NO_WINDOW, false, false, false),
        RandomModel.with(odd, LLAMA3, NO_WINDOW, true, false, false),
        RandomModel.with(odd, HALVES, OptionalInt.of(9), false, false, false),
        RandomModel.with(odd, HALVES, NO_WINDOW, true, true, false),
        RandomModel.with(odd, HALVES, NO_WINDOW, true, false, true));
  }

  @ParameterizedTest
  @MethodSource("families")
  void agreeOverPrefillAndDecode(ModelConfig config) {
    try (Arena arena = Arena.ofShared()) {
      RandomModel model = RandomModel.of(config, TensorType.F32, 5, arena);
      int[] tokens = new Random(1).ints(40, 0, config.vocabSize()).toArray();
      double[][] expected = new NaiveTransformer(model).run(tokens);
      for (KernelTier tier : new KernelTier[] {KernelTier.VECTOR, KernelTier.FASTEST}) {
        CpuSettings settings = CpuDriverTest.settings().withTier(tier);
        try (CpuDriver driver = new CpuDriver("", config, model.weights(), settings)) {
          Session session = new Session(driver, 0, 0);
          List<float[]> actual = new ArrayList<>();
          actual.addAll(Arrays.asList(session.run(Arrays.copyOf(tokens, 21))));
          for (int i = 21; i < tokens.length; i++) {
            actual.addAll(Arrays.asList(session.run(tokens[i])));
          }
          for (int i = 0; i < tokens.length; i++) {
            assertThat(Session.error(actual.get(i), expected[i]))
                .as("token %d", i)
                .isLessThan(1e-5);
          }
        }
      }
    }
  }
}

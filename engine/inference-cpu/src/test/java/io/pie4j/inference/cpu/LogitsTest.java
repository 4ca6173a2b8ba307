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
import org.junit.jupiter.params.provider.EnumSource;
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
      agree(RandomModel.of(config, TensorType.F32, 5, arena), 1 << 20, 8, 16, 32);
      agree(RandomModel.of(config, TensorType.F32, 6, arena), 0, 16);
    }
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void agreeForEveryWeightType(TensorType type) {
    try (Arena arena = Arena.ofShared()) {
      RandomModel model = RandomModel.of(RandomModel.blocks(), type, 7, arena);
      agree(model, 1 << 25, 16);
      agree(model, 0, 16);
    }
  }

  /** Greedy decoding by the reference; the driver sees the same tokens in several ways. */
  private static void agree(RandomModel model, long panelBytes, int... pageSizes) {
    int[] prompt = new Random(1).ints(21, 0, model.config().vocabSize()).toArray();
    NaiveTransformer naive = new NaiveTransformer(model);
    List<NaiveTransformer.Kept> context = new ArrayList<>();
    List<double[]> expected = new ArrayList<>();
    int[] tokens = Arrays.copyOf(prompt, prompt.length + 32);
    for (int i = 0; i < tokens.length; i++) {
      if (i >= prompt.length) {
        tokens[i] = Session.best(expected.getLast());
      }
      int[] one = {tokens[i]};
      int[] position = {i};
      expected.add(naive.run(context, one, position, java.util.Optional.empty())[0]);
    }
    for (int pageSize : pageSizes) {
      CpuSettings settings =
          CpuDriverTest.settings().withPageSize(pageSize).withPanelBytes(panelBytes);
      try (CpuDriver driver = new CpuDriver("", model.config(), model.weights(), settings)) {
        for (int chunk : new int[] {prompt.length, 5, 1}) {
          Session session = new Session(driver, 0, 0);
          List<float[]> actual = new ArrayList<>();
          for (int i = 0; i < prompt.length; i += chunk) {
            int end = Math.min(i + chunk, prompt.length);
            actual.addAll(Arrays.asList(session.run(Arrays.copyOfRange(prompt, i, end))));
          }
          for (int i = prompt.length; i < tokens.length; i++) {
            assertThat(Session.best(actual.getLast())).isEqualTo(tokens[i]);
            actual.addAll(Arrays.asList(session.run(tokens[i])));
          }
          for (int i = 0; i < tokens.length; i++) {
            assertThat(Session.error(actual.get(i), expected.get(i)))
                .as("token %d, pages of %d, chunks of %d", i, pageSize, chunk)
                .isLessThan(1e-5);
          }
        }
      }
    }
  }
}

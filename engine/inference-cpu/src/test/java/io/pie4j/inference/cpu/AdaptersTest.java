package io.pie4j.inference.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.inference.AdapterWeights;
import io.pie4j.inference.AdapterWeights.Delta;
import io.pie4j.inference.AdapterWeights.Projection;
import io.pie4j.inference.DriverException;
import io.pie4j.inference.EmbedText;
import io.pie4j.inference.Forward;
import io.pie4j.inference.Pass;
import io.pie4j.model.ModelConfig;
import io.pie4j.model.TensorType;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptersTest {
  private static final RandomModel MODEL =
      RandomModel.of(RandomModel.odd(), TensorType.F32, 1, Arena.global());
  private static final int ADAPTERS = 10;
  private static final int TOKENS = 23;

  /** Ten adapters and the model itself in one batch: the bits of each alone, however computed. */
  @ParameterizedTest
  @CsvSource({
    "1, VECTOR, false",
    "3, VECTOR, true",
    "1, SCALAR, false",
    "2, FASTEST, false",
    "3, SCALAR, true",
  })
  void tenInOneBatchGiveWhatEachGivesAlone(int threads, KernelTier tier, boolean exact) {
    CpuSettings plain = CpuDriverTest.settings().withThreads(1).withExactActivations(exact);
    float[][][] alone = new float[ADAPTERS + 1][][];
    for (int i = 0; i <= ADAPTERS; i++) {
      alone[i] = run(plain, List.of(i))[0];
    }
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i <= ADAPTERS; i++) {
      all.add(i);
      all.addFirst(i);
    }
    CpuSettings settings = plain.withThreads(threads).withTier(tier).withEmbedCount(1024);
    float[][][] together = run(settings.withMaxTokensPerPass(1024), all);
    for (int i = 0; i < all.size(); i++) {
      assertThat(together[i]).as("adapter %d", all.get(i)).isEqualTo(alone[all.get(i)]);
    }
    for (int i = 0; i < ADAPTERS; i++) {
      assertThat(alone[i]).isNotEqualTo(alone[ADAPTERS]);
    }
  }

  /** Logits of one prompt under each adapter; number {@link #ADAPTERS} is none. */
  private static float[][][] run(CpuSettings settings, List<Integer> adapters) {
    try (CpuDriver driver =
        new CpuDriver(
            "", MODEL.config(), MODEL.weights(), settings.withAdapters(ADAPTERS, 1 << 24))) {
      for (int i = 0; i < ADAPTERS; i++) {
        assertThat(driver.loadAdapter(RandomAdapter.of("a" + i, MODEL.config(), i))).isEqualTo(i);
      }
      int[] tokens = new Random(4).ints(TOKENS, 0, MODEL.config().vocabSize()).toArray();
      List<EmbedText> embeds = new ArrayList<>();
      List<Forward> forwards = new ArrayList<>();
      for (int i = 0; i < adapters.size(); i++) {
        int[] ids = Session.range(i * TOKENS, TOKENS);
        embeds.add(new EmbedText(tokens, Session.range(0, TOKENS), ids));
        forwards.add(forward(ids, adapters.get(i)));
      }
      driver
          .execute(new Pass(List.of(), embeds, forwards, List.of()))
          .orTimeout(60, TimeUnit.SECONDS)
          .join();
      float[][][] logits = new float[adapters.size()][][];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = driver.logits(Session.range(i * TOKENS, TOKENS));
      }
      return logits;
    }
  }

  private static Forward forward(int[] ids, int adapter) {
    int[] none = new int[0];
    OptionalInt named = adapter == ADAPTERS ? OptionalInt.empty() : OptionalInt.of(adapter);
    return new Forward(none, none, ids, none, ids, java.util.Optional.empty(), named);
  }

  @Test
  void whatDoesNotFitTheModelIsRefused() {
    ModelConfig c = MODEL.config();
    try (CpuDriver driver = driver(CpuDriverTest.settings())) {
      Delta fine = delta(0, Projection.QUERY, c.hiddenSize(), c.queryWidth());
      assertRefused(driver, "layer 3, the model has 3", delta(3, Projection.QUERY, 44, 60));
      assertRefused(driver, "layer -1, the model has 3", delta(-1, Projection.QUERY, 44, 60));
      assertRefused(
          driver,
          "layer 1 KEY is 60 × 44, the model's is 20 × 44",
          fine,
          delta(1, Projection.KEY, 44, 60));
      assertRefused(
          driver,
          "layer 0 DOWN is 44 × 44, the model's is 44 × 70",
          delta(0, Projection.DOWN, 44, 44));
      assertRefused(driver, "layer 0 QUERY is given twice", fine, fine);
      // Nothing of those is left behind.
      assertThat(driver.loadAdapter(new AdapterWeights("fine", List.of(fine)))).isZero();
    }
  }

  @Test
  void memoryOfAdaptersIsBounded() {
    Delta delta = delta(0, Projection.QUERY, 44, 60);
    AdapterWeights weights = new AdapterWeights("big", List.of(delta));
    long bytes = LoadedAdapter.bytes(weights);
    try (CpuDriver driver = driver(CpuDriverTest.settings().withAdapters(5, 2 * bytes))) {
      assertThat(driver.loadAdapter(weights)).isZero();
      assertThat(driver.loadAdapter(weights)).isEqualTo(1);
      assertThatThrownBy(() -> driver.loadAdapter(weights))
          .isInstanceOf(DriverException.class)
          .hasMessage(
              "adapter big: it takes %d bytes beside %d of others, at most %d are allowed"
                      .formatted(bytes, 2 * bytes, 2 * bytes)
                  + " (adapterBytes)");
      driver.unloadAdapter(0);
      assertThat(driver.loadAdapter(weights)).isZero();
    }
  }

  private static CpuDriver driver(CpuSettings settings) {
    return new CpuDriver("", MODEL.config(), MODEL.weights(), settings);
  }

  private static Delta delta(int layer, Projection projection, int inputs, int outputs) {
    return new Delta(
        layer, projection, 2, inputs, outputs, new float[2 * inputs], new float[2 * outputs], 1);
  }

  private static void assertRefused(CpuDriver driver, String why, Delta... deltas) {
    assertThatThrownBy(() -> driver.loadAdapter(new AdapterWeights("bad", List.of(deltas))))
        .isInstanceOf(DriverException.class)
        .hasMessage("adapter bad: " + why);
  }
}

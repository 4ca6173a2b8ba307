package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Giving up early saves tokens and pages, and the answer stays one of the likely ones. */
@Timeout(240)
final class BestOfNTest {
  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = Stage.demo();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  @Test
  void givingUpEarlySavesTokensAndPages() {
    Ran all = stage.run(new BestOfN(), "--keep", "1", "--json").finished();
    Ran half = stage.run(new BestOfN(), "--json").finished();
    int generated = half.json().get("generated_tokens").asInt();
    assertThat(generated).isLessThan(all.json().get("generated_tokens").asInt() * 7 / 10);
    assertThat(half.tokensComputed()).isLessThan(all.tokensComputed() * 3 / 4);
    assertThat(half.pagesHeldMost()).isLessThan(all.pagesHeldMost());
    assertThat(half.json().get("text").asString()).contains("fox");
    assertThat(half.pagesLeft()).isZero();
  }

  /** With all samples kept the best is at least as likely as the one that greedily survived. */
  @Test
  void theBestOfAllIsNoWorseThanTheSurvivor() {
    Ran all = stage.run(new BestOfN(), "--keep", "1", "--json");
    Ran half = stage.run(new BestOfN(), "--json");
    Ran one = stage.run(new BestOfN(), "--samples", "1", "--json");
    double best = all.json().get("mean_log_probability").asDouble();
    assertThat(best).isGreaterThanOrEqualTo(half.json().get("mean_log_probability").asDouble());
    assertThat(best).isGreaterThan(one.json().get("mean_log_probability").asDouble());
  }

  @Test
  void samplesShareThePasses() {
    Ran all = stage.run(new BestOfN(), "--keep", "1", "--json").finished();
    Ran one = stage.run(new BestOfN(), "--samples", "1", "--json").finished();
    assertThat(all.forwardPasses()).isLessThan(3 * one.forwardPasses());
    assertThat(all.tokensComputed()).isGreaterThan(5 * one.tokensComputed());
  }

  @Test
  void theModuleSaysTheSame() {
    String[] arguments = {"--samples", "3", "--max-tokens", "24", "--json"};
    assertThat(stage.runWasm("best-of-n", arguments).finished().printed())
        .isEqualTo(stage.run(new BestOfN(), arguments).printed());
  }
}

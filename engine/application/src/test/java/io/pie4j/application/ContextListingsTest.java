package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.inference.cpu.CpuDriver;
import io.pie4j.inference.cpu.CpuSettings;
import io.pie4j.inferlets.testing.ContextListings;
import io.pie4j.inferlets.testing.DecodingListings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the documentation shows of contexts does what it says. */
@Timeout(120)
final class ContextListingsTest {
  @TempDir private static Path cache;

  @Test
  void doWhatTheySay() {
    String[] lines = printed(new ContextListings());
    assertThat(lines).hasSize(8);
    assertThat(lines[0]).contains("Paris").contains("Rome");
    assertThat(lines[1]).contains("1, 2, 3, 4, 5, 6");
    assertThat(lines[2]).startsWith("1, 2, 3, 4, 5, 6, 7, 8,").doesNotContain("10, 11");
    assertThat(Integer.parseInt(lines[3].replace(" pages", ""))).isLessThanOrEqualTo(64 / 16 + 2);
    assertThat(lines[4]).contains("Madrid");
    assertThat(lines[5]).isNotBlank();
    assertThat(lines[6]).isEqualTo("12:00");
  }

  @Test
  void chooseTokensAsTheySay() {
    String[] lines = printed(new DecodingListings());
    assertThat(lines).hasSize(7);
    assertThat(Float.parseFloat(lines[0])).as("forwards a token").isLessThan(0.5f);
    assertThat(Float.parseFloat(lines[1])).as("own drafter").isLessThan(0.8f);
    assertThat(lines[2]).isEqualTo("ranked");
    assertThat(Float.parseFloat(lines[3])).as("least logarithm").isGreaterThan(-1);
    assertThat(Double.parseDouble(lines[4])).as("z").isGreaterThan(3);
    assertThat(lines[5]).isEqualTo("nonsense");
  }

  private static String[] printed(io.pie4j.api.Program body) {
    Transcript transcript = new Transcript();
    try (TestEngine engine =
        TestEngine.withArithmetic(cache, model -> CpuDriver.open(model, CpuSettings.defaults()))) {
      TrustedProgram program = new TrustedProgram(ProgramName.parse("listings"), body);
      Outcome outcome = engine.launch(program, transcript).outcome().join();
      assertThat(outcome).as(outcome.message()).isEqualTo(new Outcome.Finished());
    }
    return transcript.printed().split("\n", -1);
  }
}

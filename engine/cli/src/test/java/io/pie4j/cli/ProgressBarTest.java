package io.pie4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private final StringWriter terminal = new StringWriter();
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void drawsALineAFewTimesASecondAndErasesIt() {
    try (ProgressBar bar = new ProgressBar(new PrintWriter(terminal), nanos::get)) {
      for (int i = 0; i <= 1000; i++) {
        nanos.set(i * 1_000_000L);
        bar.at("model.safetensors", i << 20, OptionalLong.of(2000L << 20));
      }
      bar.at("next.json", 512, OptionalLong.empty());
    }
    String[] lines = terminal.toString().split("\r\033\\[K", -1);
    assertThat(lines).hasSizeBetween(12, 15);
    assertThat(lines[1]).isEqualTo("model.safetensors  [....................] 0% of 2.0 GiB");
    assertThat(lines[lines.length - 3])
        .isEqualTo("model.safetensors  [##########..........] 50% of 2.0 GiB, 1000.0 MiB/s");
    assertThat(lines[lines.length - 2]).isEqualTo("next.json  512 B");
    assertThat(lines[lines.length - 1]).isEmpty();
  }

  @Test
  void fitsALineWhateverComes() {
    try (ProgressBar bar = new ProgressBar(new PrintWriter(terminal), nanos::get)) {
      bar.at("x".repeat(500), 1L << 62, OptionalLong.of(0));
    }
    assertThat(terminal.toString().split("\r\033\\[K", -1)[1])
        .hasSizeLessThan(80)
        .endsWith("100% of 0 B");
  }

  @Test
  void isOffWithoutATerminal() {
    String result =
        ProgressBar.during(
            new PrintWriter(terminal),
            progress -> {
              progress.at("a", 1, OptionalLong.empty());
              return "done";
            });
    assertThat(result).isEqualTo("done");
    assertThat(terminal.toString()).isEmpty();
  }

  @Test
  void writesAmountsForPeople() {
    assertThat(Amounts.bytes(1023)).isEqualTo("1023 B");
    assertThat(Amounts.bytes(1536)).isEqualTo("1.5 KiB");
    assertThat(Amounts.bytes(Long.MAX_VALUE)).isEqualTo("8.0 EiB");
    assertThat(Amounts.count(999)).isEqualTo("999");
    assertThat(Amounts.count(1_235_814_400)).isEqualTo("1.2 B");
  }
}

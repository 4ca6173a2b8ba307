package io.pie4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CompileProgressTest {
  private long now = 5_000_000_000L;

  private void pass(int millis) {
    now += millis * 1_000_000L;
  }

  @Test
  void theLogHasTwoLinesOfWhatTakesLong() {
    List<String> lines = new ArrayList<>();
    CompileProgress progress = CompileProgress.inLog(lines::add, () -> now);
    progress.compiled("/a/b/quick.wasm", 0, 5210);
    pass(499);
    progress.compiled("/a/b/quick.wasm", 5209, 5210);
    progress.compiled("/a/b/quick.wasm", 5210, 5210);
    assertThat(lines).isEmpty();

    progress.compiled("/a/b/slow.wasm", 0, 5210);
    pass(1000);
    progress.compiled("/a/b/slow.wasm", 2084, 5210);
    pass(1000);
    progress.compiled("/a/b/slow.wasm", 4000, 5210);
    pass(500);
    progress.compiled("/a/b/slow.wasm", 5210, 5210);
    assertThat(lines)
        .containsExactly(
            "compiling slow.wasm: 40 % of 5,210 functions",
            "compiled slow.wasm: 5,210 functions in 2.5 s");
  }

  @Test
  void theTerminalHasOneLineThatGoesAway() {
    StringWriter terminal = new StringWriter();
    CompileProgress progress = CompileProgress.onTerminal(new PrintWriter(terminal), () -> now);
    progress.compiled("slow.wasm", 0, 1000);
    pass(500);
    progress.compiled("slow.wasm", 100, 1000);
    pass(50);
    progress.compiled("slow.wasm", 150, 1000);
    pass(50);
    progress.compiled("slow.wasm", 200, 1000);
    progress.compiled("slow.wasm", 1000, 1000);
    assertThat(terminal)
        .hasToString(
            "\r\033[Kcompiling slow.wasm: 10 % of 1,000 functions"
                + "\r\033[Kcompiling slow.wasm: 20 % of 1,000 functions"
                + "\r\033[K");
  }
}

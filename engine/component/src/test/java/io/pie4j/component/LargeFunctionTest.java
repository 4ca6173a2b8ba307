package io.pie4j.component;

import static io.pie4j.component.Binary.body;
import static io.pie4j.component.Binary.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A function whose JVM code is more than 64 KB. */
class LargeFunctionTest {
  private static final int STEPS = 12_000;

  // local = local * 31 + 3, STEPS times
  private static final String STATEMENTS =
      ("2000" + "411f" + "6c" + "4103" + "6a" + "2100").repeat(STEPS) + "2000" + "0b";

  // The same as one expression, which cannot be cut.
  private static final String EXPRESSION =
      "2000" + ("411f" + "6c" + "4103" + "6a").repeat(STEPS * 2) + "0b";

  private static WasmModule module(String large) {
    return new Binary()
        .section(1, "02" + "60017f017f" + "600000")
        .section(3, "03" + "00" + "00" + "01")
        .section(
            7, "03" + (name("large") + "0000") + (name("small") + "0001") + (name("spin") + "0002"))
        .section(
            10,
            "03"
                + body(large)
                + body("2000" + "1000" + "0b")
                + body("0340" + "4101" + "1000" + "1a" + "0c00" + "0b" + "0b"))
        .module();
  }

  private static int expected(int value, int steps) {
    int result = value;
    for (int i = 0; i < steps; i++) {
      result = result * 31 + 3;
    }
    return result;
  }

  @Test
  void isCutIntoPiecesThatAreCompiled() {
    try (WasmEngine engine = new WasmEngine()) {
      CompiledModule compiled = engine.compile(module(STATEMENTS));
      assertThat(compiled.interpretedFunctions()).isEmpty();
      try (Instance instance = compiled.instantiate(HostImports.none(), Limits.standard())) {
        assertThat((int) instance.call("large", 7)[0]).isEqualTo(expected(7, STEPS));
      }
    }
  }

  @Test
  void isInterpretedIfItCannotBeCutAndSaysSo(@TempDir Path directory) {
    WasmModule module = module(EXPRESSION);
    for (CompiledModule.Origin origin :
        new CompiledModule.Origin[] {CompiledModule.Origin.COMPILER, CompiledModule.Origin.CACHE}) {
      try (WasmEngine engine = new WasmEngine(CodeCache.in(directory, 1 << 30))) {
        CompiledModule compiled = engine.compile(module);
        assertThat(compiled.origin()).isEqualTo(origin);
        assertThat(compiled.interpretedFunctions()).containsExactly("function 0");
        try (Instance instance = compiled.instantiate(HostImports.none(), Limits.standard())) {
          assertThat((int) instance.call("large", 7)[0]).isEqualTo(expected(7, STEPS * 2));
          assertThat((int) instance.call("small", 8)[0]).isEqualTo(expected(8, STEPS * 2));
        }
        Limits brief = Limits.standard().withBurst(Duration.ofMillis(50));
        try (Instance instance = compiled.instantiate(HostImports.none(), brief)) {
          assertThatThrownBy(() -> instance.call("spin"))
              .isInstanceOf(InstanceEnded.class)
              .hasMessageContaining("ran for more than 50 ms");
        }
      }
    }
  }
}

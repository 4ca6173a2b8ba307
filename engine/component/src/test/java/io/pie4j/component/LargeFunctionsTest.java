package io.pie4j.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.component.LargeFunctions.Sizes;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Functions that are cut do what they did. */
final class LargeFunctionsTest {
  private static final int FUNCTIONS = Integer.getInteger("pie4j.cuts", 60);
  private static final int CALLS = 12;

  @Test
  void doWhatTheyDidInOnePiece() {
    int pieces = 0;
    try (WasmEngine engine = new WasmEngine()) {
      for (int i = 0; i < FUNCTIONS; i++) {
        long seed = 1_000L + i;
        Random random = new Random(seed);
        String text = RandomFunction.of(random, 10 + random.nextInt(20));
        Sizes sizes = new Sizes(20, 50, 30, 20 + random.nextInt(200), 4 + random.nextInt(30));
        byte[] whole = Wat.bytes(text);
        byte[] cut = LargeFunctions.cut("test", whole, sizes);
        pieces += functions(cut) - functions(whole);
        CompiledModule one = engine.compile(WasmModule.parse("whole", whole));
        CompiledModule other = engine.compile(WasmModule.parse("cut", cut));
        for (int call = 0; call < CALLS; call++) {
          int first = random.nextInt();
          int second = random.nextInt(-10, 10);
          assertThat(run(other, first, second))
              .as("seed %d, run(%d, %d), %s:%n%s", seed, first, second, sizes, text)
              .isEqualTo(run(one, first, second));
        }
      }
    }
    assertThat(pieces).isGreaterThan(FUNCTIONS * 4);
  }

  private static int functions(byte[] module) {
    return WasmModule.parse("test", module).declarations().functionSection().functionCount();
  }

  private static long run(CompiledModule module, int first, int second) {
    try (Instance instance = module.instantiate(HostImports.none(), Limits.standard())) {
      return instance.call("run", first, second)[0];
    }
  }
}

package io.pie4j.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A function whose JVM code is more than 64 KB. */
class LargeFunctionTest {
  private static WasmModule module() {
    StringBuilder text = new StringBuilder("(module (func $large (export \"large\") (param i32) (result i32)\n");
    for (int i = 0; i < 8000; i++) {
      text.append("(local.set 0 (i32.add (i32.mul (local.get 0) (i32.const 31)) (i32.const ").append(i).append(")))\n");
    }
    text.append("(local.get 0)) (func (export \"small\") (param i32) (result i32) (call $large (local.get 0)))");
    text.append("(func (export \"spin\") (loop (drop (call $large (i32.const 1))) (br 0))))");
    return Wat.module(text.toString());
  }

  private static int expected(int value) {
    int result = value;
    for (int i = 0; i < 8000; i++) {
      result = result * 31 + i;
    }
    return result;
  }

  @Test
  void isInterpretedAndSaysSo(@TempDir Path directory) {
    WasmModule module = module();
    for (CompiledModule.Origin origin :
        new CompiledModule.Origin[] {CompiledModule.Origin.COMPILER, CompiledModule.Origin.CACHE}) {
      try (WasmEngine engine = new WasmEngine(CodeCache.in(directory, 1 << 30))) {
        CompiledModule compiled = engine.compile(module);
        assertThat(compiled.origin()).isEqualTo(origin);
        assertThat(compiled.interpretedFunctions()).containsExactly("function 0");
        try (Instance instance = compiled.instantiate(HostImports.none(), Limits.standard())) {
          assertThat((int) instance.call("large", 7)[0]).isEqualTo(expected(7));
          assertThat((int) instance.call("small", 8)[0]).isEqualTo(expected(8));
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

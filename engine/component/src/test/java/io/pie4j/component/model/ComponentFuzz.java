package io.pie4j.component.model;

import io.pie4j.component.Limits;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.WasmException;
import java.time.Duration;

/**
 * What a fuzzer calls with files that it makes up: they are read, written as WIT, compiled, linked
 * and instantiated, and nothing but typed errors may come of it, within bounds of time and memory.
 * CONTRIBUTING.md says how it is run.
 */
public final class ComponentFuzz {
  private static final WasmEngine ENGINE = new WasmEngine();
  private static final Linker LINKER = new Linker();
  private static final Limits LIMITS =
      Limits.standard()
          .withMemoryBytes(4 << 20)
          .withTableElements(10_000)
          .withBurst(Duration.ofMillis(200));

  private ComponentFuzz() {}

  /** The name is the fuzzer's. */
  public static void fuzzerTestOneInput(byte[] input) {
    try {
      Component component = Component.parse("fuzz", input);
      String _ = component.wit();
      try (CompiledComponent compiled = component.compile(ENGINE)) {
        if (LINKER.missing(component).isEmpty()) {
          LINKER.instantiate(compiled, LIMITS).close();
        }
      }
    } catch (WasmException expected) {
      // The file is no good, or what it does at its start is not.
    }
  }
}

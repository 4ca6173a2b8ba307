package io.pie4j.component.model;

import io.pie4j.component.Limits;
import io.pie4j.component.WasmEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The components in {@code src/test/components}, made from the texts beside them. */
final class TestComponents {
  private static final WasmEngine ENGINE = new WasmEngine();

  private TestComponents() {}

  static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(Path.of("src/test/components", name + ".wasm"));
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  static Component parse(String name) {
    return Component.parse(name, bytes(name));
  }

  static CompiledComponent compile(String name) {
    return parse(name).compile(ENGINE);
  }

  static ComponentInstance instantiate(String name, Linker linker) {
    try (CompiledComponent compiled = compile(name)) {
      return linker.instantiate(compiled, Limits.standard());
    }
  }
}

package io.pie4j.component;

import com.dylibso.chicory.wabt.Wat2Wasm;

/** Modules from text. */
final class Wat {
  private Wat() {}

  static byte[] bytes(String text) {
    return Wat2Wasm.parse(text);
  }

  static WasmModule module(String text) {
    return WasmModule.parse("test.wasm", bytes(text));
  }
}

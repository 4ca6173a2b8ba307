package io.pie4j.application;

import io.pie4j.component.WasmModule;
import io.pie4j.component.model.Component;
import java.nio.file.Path;

/** A program's file: one core module, or a component. */
public sealed interface ProgramBinary {
  /** As Java programs are built. */
  record OfModule(WasmModule module) implements ProgramBinary {
    @Override
    public String source() {
      return module.source();
    }

    @Override
    public byte[] customSection(String name) {
      return module.customSection(name);
    }
  }

  /** As programs in Rust, TypeScript and Python are built. */
  record OfComponent(Component component) implements ProgramBinary {
    @Override
    public String source() {
      return component.source();
    }

    @Override
    public byte[] customSection(String name) {
      return component.customSection(name);
    }
  }

  /**
   * Reads either.
   *
   * @throws io.pie4j.component.WasmException if it is neither, or malformed
   */
  static ProgramBinary parse(String source, byte[] bytes) {
    return Component.isComponent(bytes)
        ? new OfComponent(Component.parse(source, bytes))
        : new OfModule(WasmModule.parse(source, bytes));
  }

  /** Reads either from a file. */
  static ProgramBinary read(Path file) {
    return parse(file.toString(), WasmModule.readBytes(file));
  }

  /** What names it in messages. */
  String source();

  /** Its own custom section of that name, the last one; empty if there is none. */
  byte[] customSection(String name);
}

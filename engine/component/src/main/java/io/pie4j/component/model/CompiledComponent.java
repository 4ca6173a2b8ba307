package io.pie4j.component.model;

import io.pie4j.component.CoreModule;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.WasmModule;
import java.util.ArrayList;
import java.util.List;

/**
 * A component whose core functions are JVM code. Modules with the same code share it, also with
 * other components: those that embed the same language engine compile it once. Close it when no
 * more instances are made; those that were made live on.
 */
public final class CompiledComponent implements AutoCloseable {
  private final Component component;
  private final WasmEngine engine;
  private final List<CoreModule> modules;

  private CompiledComponent(Component component, WasmEngine engine, List<CoreModule> modules) {
    this.component = component;
    this.engine = engine;
    this.modules = modules;
  }

  static CompiledComponent of(Component component, WasmEngine engine) {
    List<CoreModule> compiled = new ArrayList<>();
    boolean done = false;
    try {
      for (WasmModule module : component.modules()) {
        compiled.add(engine.compile(module).forStores());
      }
      done = true;
      return new CompiledComponent(component, engine, List.copyOf(compiled));
    } finally {
      if (!done) {
        compiled.forEach(CoreModule::close);
      }
    }
  }

  public Component component() {
    return component;
  }

  WasmEngine engine() {
    return engine;
  }

  /** All core modules of the file, in its order. */
  public List<CoreModule> modules() {
    return modules;
  }

  @Override
  public void close() {
    modules.forEach(CoreModule::close);
  }
}

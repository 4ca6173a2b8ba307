package io.pie4j.component.model;

import io.pie4j.component.InvalidComponent;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.WasmModule;
import java.util.List;
import java.util.Map;

/** A component that was read and checked, all but the bodies of its core functions. */
public final class Component {
  private final String source;
  private final ComponentBody body;
  private final List<WasmModule> modules;

  private Component(String source, ComponentBody body, List<WasmModule> modules) {
    this.source = source;
    this.body = body;
    this.modules = List.copyOf(modules);
  }

  /**
   * Reads a component from its bytes; {@code source} names it in messages. Throws {@link
   * InvalidComponent} with the position of what is wrong.
   */
  public static Component parse(String source, byte[] bytes) {
    Input in = Input.of(source, bytes.clone());
    if (bytes.length > WasmModule.BYTES_MAX) {
      throw in.failure(
          bytes.length
              + " bytes are more than a component may have ("
              + WasmModule.BYTES_MAX
              + ")");
    }
    try {
      ComponentReader reader = new ComponentReader();
      ComponentBody body = reader.read(in);
      return new Component(source, body, reader.modules());
    } catch (StackOverflowError deep) {
      throw in.failure("its definitions are nested too deep");
    }
  }

  /** What names the component in messages. */
  public String source() {
    return source;
  }

  /** What it needs, by name, in its order. */
  public Map<String, ExternType> imports() {
    return body.type().imports();
  }

  /** What it offers, by name, in its order. */
  public Map<String, ExternType> exports() {
    return body.type().exports();
  }

  /** Its imports and exports as WIT: a world, and the interfaces that it names. */
  public String wit() {
    return WitText.of(body.type());
  }

  /**
   * Makes its core functions JVM code, as {@link WasmEngine#compile} does for each module. Throws
   * {@link io.pie4j.component.InvalidModule} if a function's body does not validate.
   */
  public CompiledComponent compile(WasmEngine engine) {
    return CompiledComponent.of(this, engine);
  }

  ComponentBody body() {
    return body;
  }

  List<WasmModule> modules() {
    return modules;
  }
}

package io.pie4j.component.model;

import io.pie4j.component.InvalidComponent;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.WasmModule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A component that was read and checked, all but the bodies of its core functions. */
public final class Component {
  private static final byte[] HEADER = {0, 'a', 's', 'm', 0x0d, 0, 1, 0};

  private final String source;
  private final ComponentBody body;
  private final List<WasmModule> modules;
  private final Map<String, byte[]> customSections;

  private Component(String source, ComponentBody body, ComponentReader reader) {
    this.source = source;
    this.body = body;
    this.modules = List.copyOf(reader.modules());
    this.customSections = reader.customSections();
  }

  /**
   * Whether this is the beginning of a component, rather than of a core module or something else.
   */
  public static boolean isComponent(byte[] bytes) {
    return bytes.length >= HEADER.length
        && Arrays.equals(bytes, 0, 4, HEADER, 0, 4)
        && bytes[6] == HEADER[6]
        && bytes[7] == HEADER[7];
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
      return new Component(source, body, reader);
    } catch (StackOverflowError deep) {
      throw in.failure("its definitions are nested too deep");
    }
  }

  /** What names the component in messages. */
  public String source() {
    return source;
  }

  /** Core modules in the file, those of components inside it included. */
  public int moduleCount() {
    return modules.size();
  }

  /**
   * The contents of the component's own custom section of that name, the last one if there are
   * several; empty if there is none.
   */
  public byte[] customSection(String name) {
    return customSections.getOrDefault(name, new byte[0]).clone();
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

package io.pie4j.component.wit;

import java.util.List;

/** An interface: its types in the order written, then its free functions. */
public record WitInterface(
    InterfaceName name, String docs, List<TypeDefinition> types, List<WitFunction> functions) {

  public WitInterface {
    types = List.copyOf(types);
    functions = List.copyOf(functions);
  }
}

package io.pie4j.component.wit;

import java.util.List;

/**
 * What a program sees and what it must offer, in the order written. Interfaces and types written
 * inside a world are interfaces named after it: {@code world/name}, and {@code world} for bare
 * types.
 */
public record World(
    InterfaceName name,
    String docs,
    List<InterfaceName> importedInterfaces,
    List<WitFunction> importedFunctions,
    List<InterfaceName> exportedInterfaces,
    List<WitFunction> exportedFunctions) {

  public World {
    importedInterfaces = List.copyOf(importedInterfaces);
    importedFunctions = List.copyOf(importedFunctions);
    exportedInterfaces = List.copyOf(exportedInterfaces);
    exportedFunctions = List.copyOf(exportedFunctions);
  }
}

package io.pie4j.component.wit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the parser found, names as written: {@link WitType.Named}s are those of the interface around
 * them.
 */
final class Declarations {
  /** Types that may be declared in all; a chain of them is walked by recursion. */
  static final int TYPES_MAX = 2_000;

  final Map<InterfaceName, WitInterface> interfaces = new LinkedHashMap<>();
  final Map<InterfaceName, World> worlds = new LinkedHashMap<>();
  final Map<WitType.Named, TypeDefinition> definitions = new LinkedHashMap<>();

  /** From the name that a use declares to the name that it means. */
  final Map<WitType.Named, WitType.Named> uses = new LinkedHashMap<>();

  final Map<WitType.Named, Position> positions = new LinkedHashMap<>();
  final List<Mention> mentions = new ArrayList<>();
  final List<InterfaceMention> interfaceMentions = new ArrayList<>();

  /** The package of the file before, for files that do not say theirs. */
  PackageName lastPackage = new PackageName("", "", "");

  record Mention(WitType.Named type, boolean borrowed, Position position) {}

  record InterfaceMention(InterfaceName name, Position position) {}

  void addType(WitType.Named name, TypeDefinition definition, Position position) {
    if (uses.containsKey(name) || definitions.putIfAbsent(name, definition) != null) {
      throw new WitException(position, "'%s' is declared twice".formatted(name.name()));
    }
    if (definitions.size() > TYPES_MAX) {
      throw new WitException(position, "more than %d types are declared".formatted(TYPES_MAX));
    }
    positions.put(name, position);
  }

  void addUse(WitType.Named name, WitType.Named meant, Position position) {
    if (definitions.containsKey(name) || uses.putIfAbsent(name, meant) != null) {
      throw new WitException(position, "'%s' is declared twice".formatted(name.name()));
    }
    positions.put(name, position);
    mentions.add(new Mention(name, false, position));
  }

  void addInterface(WitInterface declared, Position position) {
    if (worlds.containsKey(declared.name())
        || interfaces.putIfAbsent(declared.name(), declared) != null) {
      throw new WitException(position, "'%s' is declared twice".formatted(declared.name().name()));
    }
  }

  void addWorld(World declared, Position position) {
    if (interfaces.containsKey(declared.name())
        || worlds.putIfAbsent(declared.name(), declared) != null) {
      throw new WitException(position, "'%s' is declared twice".formatted(declared.name().name()));
    }
  }
}

package io.pie4j.component.wit;

import io.pie4j.component.wit.WitFunction.Parameter;
import io.pie4j.component.wit.WitType.Named;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks that every name means something, and puts definitions' own names in place of used ones.
 */
final class Resolver {
  private final Declarations declared;
  private final Set<Named> underway = new HashSet<>();
  private final Set<Named> finite = new HashSet<>();

  Resolver(Declarations declared) {
    this.declared = declared;
  }

  Wit resolve() {
    for (Declarations.InterfaceMention mention : declared.interfaceMentions) {
      if (!declared.interfaces.containsKey(mention.name())) {
        throw new WitException(
            mention.position(), "there is no interface '%s'".formatted(mention.name()));
      }
    }
    for (Declarations.Mention mention : declared.mentions) {
      check(mention);
    }
    declared.definitions.keySet().forEach(this::requireFinite);

    Map<Named, TypeDefinition> definitions = new LinkedHashMap<>();
    declared.definitions.forEach((name, definition) -> definitions.put(name, resolve(definition)));
    Map<InterfaceName, WitInterface> interfaces = new LinkedHashMap<>();
    declared.interfaces.forEach((name, old) ->
        interfaces.put(
            name,
            new WitInterface(
                name,
                old.docs(),
                old.types().stream().map(t -> resolve(t)).toList(),
                functions(old.functions()))));
    Map<InterfaceName, World> worlds = new LinkedHashMap<>();
    declared.worlds.forEach((name, old) ->
        worlds.put(
            name,
            new World(
                name,
                old.docs(),
                old.importedInterfaces(),
                functions(old.importedFunctions()),
                old.exportedInterfaces(),
                functions(old.exportedFunctions()))));
    return new Wit(interfaces, worlds, definitions);
  }

  private void check(Declarations.Mention mention) {
    Named definition = definitionOf(mention.type(), mention.position());
    if (!declared.definitions.containsKey(definition)) {
      throw new WitException(
          mention.position(),
          "interface '%s' has no type '%s'"
              .formatted(definition.owner().name(), definition.name()));
    }
    if (mention.borrowed() && !(behindAliases(definition) instanceof TypeDefinition.Resource)) {
      throw new WitException(
          mention.position(),
          "borrow<%s>: '%1$s' is not a resource".formatted(mention.type().name()));
    }
  }

  private TypeDefinition behindAliases(Named name) {
    Set<Named> seen = new HashSet<>();
    Named current = name;
    while (seen.add(current)) {
      TypeDefinition definition = declared.definitions.get(current);
      if (definition instanceof TypeDefinition.Alias alias && alias.type() instanceof Named next) {
        current = definitionOf(next, position(current));
        if (declared.definitions.containsKey(current)) {
          continue;
        }
      }
      if (definition != null) {
        return definition;
      }
    }
    throw new WitException(position(name), "'%s' contains itself".formatted(name.name()));
  }

  private Named definitionOf(Named name, Position position) {
    Set<Named> seen = new HashSet<>();
    Named current = name;
    while (true) {
      Named next = declared.uses.get(current);
      if (next == null) {
        return current;
      }
      if (!seen.add(current)) {
        throw new WitException(position, "'%s' is used in a circle".formatted(name.name()));
      }
      current = next;
    }
  }

  private Position position(Named name) {
    return declared.positions.getOrDefault(name, new Position(name.owner().toString(), 1, 1));
  }

  // A value that holds a value of its own type would have no end. Resources hold nothing by value.
  private void requireFinite(Named name) {
    if (finite.contains(name)) {
      return;
    }
    if (!underway.add(name)) {
      throw new WitException(position(name), "'%s' contains itself".formatted(name.name()));
    }
    switch (declared.definitions.get(name)) {
      case TypeDefinition.Alias alias -> requireFinite(alias.type());
      case TypeDefinition.RecordType record ->
          record.fields().forEach(field -> requireFinite(field.type()));
      case TypeDefinition.Variant variant -> variant.cases().forEach(c -> requireFinite(c.type()));
      case TypeDefinition.Enumeration _, TypeDefinition.Flags _, TypeDefinition.Resource _ -> {}
      case null -> {}
    }
    underway.remove(name);
    finite.add(name);
  }

  private void requireFinite(WitType type) {
    switch (type) {
      case WitType.ListOf(WitType element) -> requireFinite(element);
      case WitType.OptionOf(WitType value) -> requireFinite(value);
      case WitType.ResultOf(WitType value, WitType error) -> {
        requireFinite(value);
        requireFinite(error);
      }
      case WitType.TupleOf(List<WitType> elements) -> elements.forEach(this::requireFinite);
      case Named named -> requireFinite(definitionOf(named, position(named)));
      case WitType.Borrow _, WitType.Primitive _, WitType.Unit _ -> {}
    }
  }

  private TypeDefinition resolve(TypeDefinition definition) {
    return switch (definition) {
      case TypeDefinition.Alias old ->
          new TypeDefinition.Alias(old.name(), old.docs(), resolve(old.type()));
      case TypeDefinition.RecordType old ->
          new TypeDefinition.RecordType(old.name(), old.docs(), fields(old.fields()));
      case TypeDefinition.Variant old ->
          new TypeDefinition.Variant(old.name(), old.docs(), fields(old.cases()));
      case TypeDefinition.Resource old ->
          new TypeDefinition.Resource(old.name(), old.docs(), functions(old.functions()));
      case TypeDefinition.Enumeration same -> same;
      case TypeDefinition.Flags same -> same;
    };
  }

  private List<TypeDefinition.Field> fields(List<TypeDefinition.Field> fields) {
    return fields.stream()
        .map(old -> new TypeDefinition.Field(old.name(), old.docs(), resolve(old.type())))
        .toList();
  }

  private List<WitFunction> functions(List<WitFunction> functions) {
    return functions.stream()
        .map(old ->
            new WitFunction(
                old.name(),
                old.kind(),
                old.docs(),
                old.parameters().stream()
                    .map(p -> new Parameter(p.name(), resolve(p.type())))
                    .toList(),
                resolve(old.result())))
        .toList();
  }

  private WitType resolve(WitType type) {
    return switch (type) {
      case WitType.Primitive same -> same;
      case WitType.Unit same -> same;
      case WitType.ListOf(WitType element) -> new WitType.ListOf(resolve(element));
      case WitType.OptionOf(WitType value) -> new WitType.OptionOf(resolve(value));
      case WitType.ResultOf(WitType value, WitType error) ->
          new WitType.ResultOf(resolve(value), resolve(error));
      case WitType.TupleOf(List<WitType> elements) ->
          new WitType.TupleOf(elements.stream().map(this::resolve).toList());
      case Named named -> definitionOf(named, position(named));
      case WitType.Borrow(Named resource) ->
          new WitType.Borrow(definitionOf(resource, position(resource)));
    };
  }
}

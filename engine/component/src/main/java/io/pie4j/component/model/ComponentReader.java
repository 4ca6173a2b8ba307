package io.pie4j.component.model;

import io.pie4j.component.CoreType;
import io.pie4j.component.InvalidModule;
import io.pie4j.component.ModuleType;
import io.pie4j.component.WasmModule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads a component section by section and checks each definition as it comes: it may refer only to
 * what stands before it. What comes out needs no further check to be run.
 */
final class ComponentReader {
  /** Bytes of all definitions together; modules and custom sections are not counted. */
  static final int DEFINITION_BYTES_MAX = 4 << 20;

  /** Core modules in a file. */
  static final int MODULES_MAX = 1_000;

  /** Components within components. */
  static final int DEPTH_MAX = 50;

  private static final int VERSION = 0x0d;

  private final TypeFactory factory = new TypeFactory();
  private final Matching matching = new Matching(factory);
  private final Aliases aliases = new Aliases(factory);
  private final TypeReader types = new TypeReader(factory, aliases);
  private final List<WasmModule> modules = new ArrayList<>();
  private final Map<String, byte[]> customSections = new HashMap<>();
  private long definitionBytes;

  /** All core modules in the file, in their order. */
  List<WasmModule> modules() {
    return modules;
  }

  /** The outermost component's own. */
  Map<String, byte[]> customSections() {
    return customSections;
  }

  ComponentBody read(Input in) {
    return read(in, Optional.empty());
  }

  private ComponentBody read(Input in, Optional<Scope> parent) {
    header(in);
    Scope scope = new Scope(Scope.Kind.COMPONENT, parent, factory);
    if (scope.depth > DEPTH_MAX) {
      throw in.failure("components are nested deeper than " + DEPTH_MAX);
    }
    while (!in.isAtEnd()) {
      int start = in.position();
      int id = in.next();
      Input section = in.part(in.number("a section's size"), "section " + id);
      section(id, section, scope, start);
    }
    try {
      return new ComponentBody(scope.componentType(), scope.definitions);
    } catch (TypeFactory.Refused refused) {
      throw in.failure(refused.problem());
    }
  }

  private static void header(Input in) {
    int start = in.position();
    for (byte expected : new byte[] {0, 'a', 's', 'm'}) {
      if (in.isAtEnd() || in.next() != expected) {
        throw in.failure(start, "not a WebAssembly component: does not begin with 00 61 73 6d");
      }
    }
    int version = in.next() | in.next() << 8;
    int layer = in.next() | in.next() << 8;
    if (layer != 1 || version != VERSION) {
      throw in.failure(
          start,
          layer == 0
              ? "a core module where a component is expected"
              : "version "
                  + version
                  + ", layer "
                  + layer
                  + " of WebAssembly is not supported, expected version "
                  + VERSION
                  + ", layer 1");
    }
  }

  private void section(int id, Input in, Scope scope, int start) {
    switch (id) {
      case 0 -> {
        String name = in.text("a custom section's name");
        if (scope.depth == 0) {
          customSections.put(name, in.rest());
        }
      }
      case 1 -> module(in, scope);
      case 4 -> {
        ComponentBody body = read(in, Optional.of(scope));
        scope.components.add(body.type());
        scope.definitions.add(new Definition.Nested(body));
      }
      case 2, 3, 5, 6, 7, 8, 10, 11 -> {
        definitionBytes += in.length();
        if (definitionBytes > DEFINITION_BYTES_MAX) {
          throw in.failure(
              start,
              "its definitions have more than " + DEFINITION_BYTES_MAX + " bytes, the most taken");
        }
        int count = in.count("definitions");
        for (int i = 0; i < count; i++) {
          int begin = in.position();
          try {
            factory.step(1);
            definition(id, in, scope);
          } catch (TypeFactory.Refused refused) {
            throw in.failure(begin, refused.problem());
          }
        }
        in.expectEnd("the section's last definition");
      }
      case 9 -> throw CoreTypeReader.unsupported(in, start, "a start function of values");
      case 12 -> throw CoreTypeReader.unsupported(in, start, "a value section");
      default -> throw in.failure(start, "unknown section " + id);
    }
  }

  private void definition(int section, Input in, Scope scope) {
    switch (section) {
      case 2 -> coreInstance(in, scope);
      case 3 -> scope.coreTypes.addAll(CoreTypeReader.definitions(in, scope));
      case 5 -> instance(in, scope);
      case 6 -> aliases.definition(in, scope);
      case 7 -> {
        if (in.peek() == 0x3f) {
          resource(in, scope);
        } else {
          types.definition(in, scope);
        }
      }
      case 8 -> CanonReader.definition(in, scope);
      case 10 -> importDefinition(in, scope);
      default -> export(in, scope);
    }
  }

  private void module(Input in, Scope scope) {
    int start = in.position();
    if (modules.size() == MODULES_MAX) {
      throw in.failure(start, "more than " + MODULES_MAX + " core modules");
    }
    try {
      WasmModule module = WasmModule.parse(in.source() + " module " + modules.size(), in.rest());
      scope.modules.add(module.type());
      scope.definitions.add(new Definition.Module(module, modules.size()));
      modules.add(module);
    } catch (InvalidModule bad) {
      throw in.failure(start, String.valueOf(bad.getMessage()));
    }
  }

  private static void coreInstance(Input in, Scope scope) {
    int start = in.position();
    if (in.flag("how a core instance is made")) {
      Map<String, CoreType> types = new LinkedHashMap<>();
      List<Definition.CoreExport> exports = in.list("exports", () -> coreExport(in, scope, types));
      scope.coreInstances.add(types);
      scope.definitions.add(new Definition.CoreExports(exports));
      return;
    }
    int module = Reading.index(in, scope.modules, Sort.MODULE);
    Map<String, Integer> given = new HashMap<>();
    List<Definition.CoreArgument> arguments =
        in.list(
            "arguments",
            () -> {
              int position = in.position();
              String name = in.text("an argument's name");
              in.expect(0x12, "a core instance as argument");
              int instance = Reading.index(in, scope.coreInstances, Sort.CORE_INSTANCE);
              if (given.put(name, instance) != null) {
                throw in.failure(
                    position, "duplicate module instantiation argument named '" + name + "'");
              }
              return new Definition.CoreArgument(name, instance);
            });
    ModuleType type = scope.modules.get(module);
    type.imports()
        .forEach((name, wanted) -> {
          Integer instance = given.get(name.module());
          if (instance == null) {
            throw in.failure(
                start, "missing module instantiation argument named '" + name.module() + "'");
          }
          CoreType found = scope.coreInstances.get(instance).get(name.name());
          if (found == null) {
            throw in.failure(
                start,
                "core instance "
                    + instance
                    + " does not export an item named '"
                    + name.name()
                    + "' for the import "
                    + name);
          }
          if (!found.fits(wanted)) {
            throw in.failure(
                start,
                "type mismatch for the import "
                    + name
                    + ": expected: "
                    + wanted
                    + ", found "
                    + found);
          }
        });
    scope.coreInstances.add(type.exports());
    scope.definitions.add(new Definition.InstantiateModule(module, arguments));
  }

  private static Definition.CoreExport coreExport(
      Input in, Scope scope, Map<String, CoreType> types) {
    int start = in.position();
    String name = in.text("an export's name");
    Sort sort = Aliases.coreSort(in);
    List<? extends CoreType> all =
        switch (sort) {
          case CORE_FUNCTION -> scope.coreFunctions;
          case CORE_TABLE -> scope.tables;
          case CORE_MEMORY -> scope.memories;
          case CORE_GLOBAL -> scope.globals;
          case CORE_TAG -> scope.tags;
          default -> throw in.failure(start, "a core instance cannot export a " + sort);
        };
    int index = Reading.index(in, all, sort);
    if (types.put(name, all.get(index)) != null) {
      throw in.failure(start, "export name '" + name + "' already defined");
    }
    return new Definition.CoreExport(name, sort, index);
  }

  private void instance(Input in, Scope scope) {
    int start = in.position();
    if (in.flag("how an instance is made")) {
      Visibility names = new Visibility(factory, Visibility.Rules.BAG);
      Map<String, ExternType> types = new LinkedHashMap<>();
      List<Definition.Argument> exports =
          in.list(
              "exports",
              () -> {
                int position = in.position();
                ExternNames.Named name = ExternNames.read(in);
                Definition.Argument export = argument(in, scope, name.name());
                name.check(in, position, export.type());
                refuse(in, position, names.add(Visibility.Way.EXPORT, name.name(), export.type()));
                types.put(name.name(), export.type());
                return export;
              });
      scope.instances.add(new InstanceType(types, List.of()));
      scope.definitions.add(new Definition.Exports(exports));
      return;
    }
    int component = Reading.index(in, scope.components, Sort.COMPONENT);
    Map<String, ExternType> given = new HashMap<>();
    List<Definition.Argument> arguments =
        in.list(
            "arguments",
            () -> {
              int position = in.position();
              Definition.Argument argument = argument(in, scope, in.text("an argument's name"));
              if (given.put(argument.name(), argument.type()) != null) {
                throw in.failure(
                    position,
                    "instantiation argument '"
                        + argument.name()
                        + "' conflicts with previous argument");
              }
              return argument;
            });
    var made = matching.instantiate(scope.components.get(component), given, scope.resources);
    refuse(in, start, made.problem());
    scope.instances.add(made.type());
    scope.definitions.add(new Definition.Instantiate(component, arguments, made.type()));
  }

  private static void refuse(Input in, int position, Optional<String> problem) {
    if (problem.isPresent()) {
      throw in.failure(position, problem.get());
    }
  }

  /** Something by its sort and index. */
  private static Definition.Argument argument(Input in, Scope scope, String name) {
    int start = in.position();
    Sort sort = Aliases.sort(in);
    return switch (sort) {
      case MODULE -> {
        int index = Reading.index(in, scope.modules, sort);
        yield new Definition.Argument(
            name, sort, index, new ExternType.Module(scope.modules.get(index)));
      }
      case FUNCTION -> {
        int index = Reading.index(in, scope.functions, sort);
        yield new Definition.Argument(
            name, sort, index, new ExternType.Function(scope.functions.get(index)));
      }
      case TYPE -> {
        int index = Reading.index(in, scope.types, sort);
        yield new Definition.Argument(
            name, sort, index, new ExternType.Type(scope.types.get(index)));
      }
      case COMPONENT -> {
        int index = Reading.index(in, scope.components, sort);
        yield new Definition.Argument(
            name, sort, index, new ExternType.Component(scope.components.get(index)));
      }
      case INSTANCE -> {
        int index = Reading.index(in, scope.instances, sort);
        yield new Definition.Argument(
            name, sort, index, new ExternType.Instance(scope.instances.get(index)));
      }
      default -> throw in.failure(start, "a " + sort + " cannot leave a component");
    };
  }

  private static void resource(Input in, Scope scope) {
    int start = in.position();
    int _ = in.next();
    if (!CoreTypeReader.valueType(in, List.of()).equals("i32")) {
      throw in.failure(start, "resources can only be represented by i32");
    }
    OptionalInt destructor = OptionalInt.empty();
    if (in.flag("whether there is a destructor")) {
      int index = Reading.index(in, scope.coreFunctions, Sort.CORE_FUNCTION);
      CoreType.Function type = scope.coreFunctions.get(index);
      if (!type.equals(new CoreType.Function(List.of("i32"), List.of()))) {
        throw in.failure(
            start, "wrong signature for a destructor: core function " + index + " is " + type);
      }
      destructor = OptionalInt.of(index);
    }
    ResourceType resource = new ResourceType("resource");
    scope.types.add(new ResourceName(resource));
    scope.resources.add(resource);
    scope.definedResources.add(resource);
    scope.definitions.add(new Definition.Resource(resource, destructor));
  }

  private void importDefinition(Input in, Scope scope) {
    int start = in.position();
    ExternNames.Named name = ExternNames.read(in);
    ExternType type = types.extern(in, scope, scope.importedResources);
    TypeReader.importedAs(in, start, scope, name, type);
    scope.definitions.add(new Definition.Import(name.name(), type));
  }

  private void export(Input in, Scope scope) {
    int start = in.position();
    ExternNames.Named name = ExternNames.read(in);
    Definition.Argument what = argument(in, scope, name.name());
    ExternType seen;
    if (in.flag("whether an export has another type")) {
      seen = types.extern(in, scope, scope.resources);
      refuse(
          in,
          start,
          matching
              .mismatch(what.type(), seen)
              .map(problem -> "ascribed type of export is not compatible: " + problem));
    } else {
      seen = renamed(what.type());
    }
    TypeReader.exportedAs(in, start, scope, name, seen);
    scope.definitions.add(new Definition.Export(what, seen));
  }

  private ExternType renamed(ExternType type) {
    return switch (type) {
      case ExternType.Type(TypeDefinition definition) ->
          new ExternType.Type(Substitution.renamed(factory, definition));
      case ExternType.Instance(InstanceType instance) ->
          new ExternType.Instance(new Substitution(factory).named(instance));
      case ExternType.Module _, ExternType.Function _, ExternType.Component _ -> type;
    };
  }
}

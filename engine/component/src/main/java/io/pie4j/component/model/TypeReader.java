package io.pie4j.component.model;

import io.pie4j.component.model.DataType.Kind;
import io.pie4j.component.model.Scope.CoreDefinition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads types: of values and functions, and those of instances and components, which are made of
 * declarations of their own.
 */
final class TypeReader {
  /** Primitive types by their codes, 0x7f downwards. */
  private static final List<Kind> PRIMITIVES =
      List.of(
          Kind.BOOL,
          Kind.S8,
          Kind.U8,
          Kind.S16,
          Kind.U16,
          Kind.S32,
          Kind.U32,
          Kind.S64,
          Kind.U64,
          Kind.F32,
          Kind.F64,
          Kind.CHAR,
          Kind.STRING);

  private static final int FLAGS_MAX = 32;
  private static final int ERROR_CONTEXT_CODE = 0x64;

  private final TypeFactory factory;
  private final Aliases aliases;

  TypeReader(TypeFactory factory, Aliases aliases) {
    this.factory = factory;
    this.aliases = aliases;
  }

  /** Reads a definition and gives it the next type index. */
  void definition(Input in, Scope scope) {
    int start = in.position();
    TypeDefinition type =
        switch (in.peek()) {
          case 0x40, 0x43 -> function(in, scope);
          case 0x41 -> declared(in, scope, Scope.Kind.COMPONENT_TYPE).componentType();
          case 0x42 -> declared(in, scope, Scope.Kind.INSTANCE_TYPE).instanceType();
          case 0x3f ->
              throw in.failure(start, "resources can only be defined within a concrete component");
          default -> TypeFactory.checked(value(in, scope));
        };
    scope.types.add(type);
  }

  private DataType value(Input in, Scope scope) {
    int start = in.position();
    int code = in.next();
    if (primitive(code).isPresent()) {
      return primitive(code).get();
    }
    return switch (code) {
      case 0x72 -> record(in, scope, start);
      case 0x71 -> variant(in, scope, start);
      case 0x70 -> factory.make(Kind.LIST, List.of(), List.of(valueType(in, scope)));
      case 0x67 -> {
        DataType element = valueType(in, scope);
        int length = in.number("a list's length");
        if (length == 0) {
          throw in.failure(start, "a list of a fixed length has at least one element");
        }
        yield factory.make(
            Kind.LIST,
            List.of(),
            List.of(element),
            length < 0 ? Integer.MAX_VALUE : length,
            List.of());
      }
      case 0x6f -> {
        List<DataType> parts = in.list("types", () -> valueType(in, scope));
        yield factory.make(Kind.TUPLE, List.of(), some(in, start, parts, "tuple type"));
      }
      case 0x6e -> {
        List<String> labels = some(in, start, Reading.labels(in, "flag"), "flags type");
        if (labels.size() > FLAGS_MAX) {
          throw in.failure(start, "cannot have more than " + FLAGS_MAX + " flags");
        }
        yield factory.make(Kind.FLAGS, labels, List.of());
      }
      case 0x6d ->
          factory.make(
              Kind.ENUM, some(in, start, Reading.labels(in, "enum tag"), "enum type"), List.of());
      case 0x6b -> factory.make(Kind.OPTION, List.of(), List.of(valueType(in, scope)));
      case 0x6a ->
          factory.make(
              Kind.RESULT, List.of(), List.of(optionalType(in, scope), optionalType(in, scope)));
      case 0x69 -> factory.handle(Kind.OWN, resource(in, scope));
      case 0x68 -> factory.handle(Kind.BORROW, resource(in, scope));
      case 0x66 -> {
        List<DataType> element = element(in, scope, start);
        if (!element.isEmpty() && element.getFirst().kind() == Kind.CHAR) {
          throw in.failure(start, "a stream of char is not valid at this time");
        }
        yield factory.make(Kind.STREAM, List.of(), element);
      }
      case 0x65 -> factory.make(Kind.FUTURE, List.of(), element(in, scope, start));
      case 0x63 -> {
        DataType key = valueType(in, scope);
        if (!key.kind().isPrimitive() || key.kind() == Kind.F32 || key.kind() == Kind.F64) {
          throw in.failure(start, key + " cannot be the key of a map");
        }
        DataType pair = factory.make(Kind.TUPLE, List.of(), List.of(key, valueType(in, scope)));
        yield factory.make(Kind.MAP, List.of(), List.of(pair));
      }
      default -> throw in.failure(start, "0x" + Integer.toHexString(code) + " begins no type");
    };
  }

  private Optional<DataType> primitive(int code) {
    if (code == ERROR_CONTEXT_CODE) {
      return Optional.of(factory.make(Kind.ERROR_CONTEXT, List.of(), List.of()));
    }
    int number = 0x7f - code;
    return number >= 0 && number < PRIMITIVES.size()
        ? Optional.of(factory.primitive(PRIMITIVES.get(number)))
        : Optional.empty();
  }

  private static <T> List<T> some(Input in, int start, List<T> all, String what) {
    if (all.isEmpty()) {
      throw in.failure(start, what + " must have at least one entry");
    }
    return all;
  }

  private DataType record(Input in, Scope scope, int start) {
    Set<String> before = new HashSet<>();
    List<String> labels = new ArrayList<>();
    List<DataType> fields =
        in.list(
            "fields",
            () -> {
              labels.add(Reading.label(in, "record field", before));
              return valueType(in, scope);
            });
    return factory.make(Kind.RECORD, labels, some(in, start, fields, "record type"));
  }

  private DataType variant(Input in, Scope scope, int start) {
    Set<String> before = new HashSet<>();
    List<String> labels = new ArrayList<>();
    List<DataType> cases =
        in.list(
            "cases",
            () -> {
              labels.add(Reading.label(in, "variant case", before));
              DataType type = optionalType(in, scope);
              in.expect(0x00, "the end of a case");
              return type;
            });
    return factory.make(Kind.VARIANT, labels, some(in, start, cases, "variant type"));
  }

  private DataType optionalType(Input in, Scope scope) {
    return in.flag("whether there is a type") ? valueType(in, scope) : TypeFactory.NONE;
  }

  private List<DataType> element(Input in, Scope scope, int start) {
    DataType element = optionalType(in, scope);
    if (element.hasBorrows()) {
      throw in.failure(start, "a stream or future cannot contain a borrow type");
    }
    return element.isNone() ? List.of() : List.of(element);
  }

  private static ResourceName resource(Input in, Scope scope) {
    int start = in.position();
    int index = in.number("a type's index");
    if (Reading.at(in, start, scope.types, index, Sort.TYPE) instanceof ResourceName name) {
      return name;
    }
    throw in.failure(start, "type index " + index + " is not a resource type");
  }

  /** A primitive type or the index of a type. */
  DataType valueType(Input in, Scope scope) {
    int start = in.position();
    long code = in.signed33();
    if (code < 0) {
      return primitive((int) (code & 0x7f))
          .filter(_ -> code >= -0x40)
          .orElseThrow(() -> in.failure(start, "unknown type code " + code));
    }
    int index = (int) code;
    if (Reading.at(in, start, scope.types, index, Sort.TYPE) instanceof DataType value) {
      return value;
    }
    throw in.failure(start, "type index " + index + " is not a defined type");
  }

  private FunctionType function(Input in, Scope scope) {
    int start = in.position();
    boolean async = in.next() == 0x43;
    Set<String> before = new HashSet<>();
    List<String> names = new ArrayList<>();
    List<DataType> parameters =
        in.list(
            "parameters",
            () -> {
              names.add(Reading.label(in, "function parameter", before));
              return valueType(in, scope);
            });
    DataType result = TypeFactory.NONE;
    if (in.flag("whether a function has no result")) {
      in.expect(0x00, "the end of no results");
    } else {
      result = valueType(in, scope);
    }
    if (result.hasBorrows()) {
      throw in.failure(start, "function result cannot contain a `borrow` type");
    }
    return new FunctionType(names, parameters, result, async);
  }

  /** Reads the declarations of a component's or instance's type. */
  private Scope declared(Input in, Scope outer, Scope.Kind kind) {
    int begin = in.position();
    int _ = in.next();
    Scope scope = new Scope(kind, Optional.of(outer), factory);
    if (scope.depth > TypeFactory.DEPTH_MAX) {
      throw in.failure(begin, "nested deeper than " + TypeFactory.DEPTH_MAX);
    }
    int count = in.count("declarations");
    for (int i = 0; i < count; i++) {
      int start = in.position();
      int code = in.next();
      switch (code) {
        case 0x00 -> scope.coreTypes.addAll(CoreTypeReader.definitions(in, scope));
        case 0x01 -> definition(in, scope);
        case 0x02 -> aliases.declaration(in, scope);
        case 0x03 -> {
          if (kind == Scope.Kind.INSTANCE_TYPE) {
            throw in.failure(start, "an instance type has no imports");
          }
          ExternNames.Named name = ExternNames.read(in);
          importedAs(in, start, scope, name, extern(in, scope, scope.importedResources));
        }
        case 0x04 -> {
          ExternNames.Named name = ExternNames.read(in);
          exportedAs(in, start, scope, name, extern(in, scope, scope.resources));
        }
        default ->
            throw in.failure(start, "0x" + Integer.toHexString(code) + " begins no declaration");
      }
    }
    return scope;
  }

  /** Adds an import under its name. */
  static void importedAs(
      Input in, int position, Scope scope, ExternNames.Named name, ExternType type) {
    added(in, position, scope, Visibility.Way.IMPORT, name, type);
    scope.imports.put(name.name(), type);
    scope.add(type);
  }

  /** Adds an export under its name, which gets an index too. */
  static void exportedAs(
      Input in, int position, Scope scope, ExternNames.Named name, ExternType type) {
    added(in, position, scope, Visibility.Way.EXPORT, name, type);
    scope.exports.put(name.name(), type);
    scope.add(type);
  }

  private static void added(
      Input in,
      int position,
      Scope scope,
      Visibility.Way way,
      ExternNames.Named name,
      ExternType type) {
    name.check(in, position, type);
    scope
        .visibility
        .add(way, name.name(), type)
        .ifPresent(problem -> {
          throw in.failure(position, problem);
        });
  }

  /**
   * The type of something that is declared: new in everything that is left open. Its own resources
   * go to {@code made}.
   */
  ExternType extern(Input in, Scope scope, List<ResourceType> made) {
    int start = in.position();
    int code = in.next();
    switch (code) {
      case 0x00 -> {
        in.expect(0x11, "a core module");
        int index = Reading.index(in, scope.coreTypes, Sort.CORE_TYPE);
        if (scope.coreTypes.get(index) instanceof CoreDefinition.Module(var module)) {
          return new ExternType.Module(module);
        }
        throw in.failure(start, "core type index " + index + " is not a module type");
      }
      case 0x01 -> {
        if (typeAt(in, scope) instanceof FunctionType function) {
          return new ExternType.Function(function);
        }
        throw in.failure(start, "type index is not a function type");
      }
      case 0x02 -> throw CoreTypeReader.unsupported(in, start, "a value as import or export");
      case 0x03 -> {
        if (in.flag("the bound of a type")) {
          ResourceType resource = new ResourceType("resource");
          made.add(resource);
          return new ExternType.Type(new ResourceName(resource));
        }
        return new ExternType.Type(Substitution.renamed(factory, typeAt(in, scope)));
      }
      case 0x04 -> {
        if (typeAt(in, scope) instanceof ComponentType component) {
          return new ExternType.Component(component);
        }
        throw in.failure(start, "type index is not a component type");
      }
      case 0x05 -> {
        if (typeAt(in, scope) instanceof InstanceType instance) {
          return new ExternType.Instance(Substitution.open(factory, instance, made));
        }
        throw in.failure(start, "type index is not an instance type");
      }
      default ->
          throw in.failure(start, "0x" + Integer.toHexString(code) + " begins no extern type");
    }
  }

  private static TypeDefinition typeAt(Input in, Scope scope) {
    return scope.types.get(Reading.index(in, scope.types, Sort.TYPE));
  }
}

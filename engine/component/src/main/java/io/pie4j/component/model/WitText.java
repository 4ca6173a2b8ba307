package io.pie4j.component.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Writes a component's imports and exports as WIT: a world, and the interfaces that it names. */
final class WitText {
  private static final Set<String> KEYWORDS =
      Set.of(
          "use",
          "type",
          "resource",
          "func",
          "record",
          "enum",
          "flags",
          "variant",
          "static",
          "interface",
          "world",
          "import",
          "export",
          "package",
          "include",
          "as",
          "from",
          "constructor",
          "async",
          "borrow",
          "own",
          "u8",
          "u16",
          "u32",
          "u64",
          "s8",
          "s16",
          "s32",
          "s64",
          "f32",
          "f64",
          "char",
          "bool",
          "string",
          "tuple",
          "list",
          "option",
          "result",
          "future",
          "stream",
          "map",
          "error-context",
          "with");

  /** What a type is called, and where; {@code owner} is empty for the world itself. */
  private record Named(String owner, String name) {}

  /** Types that are written, each as often as it occurs; what is beyond is left out. */
  private static final int TYPES_MAX = 100_000;

  private final StringBuilder text = new StringBuilder();
  private int typesWritten;
  private final IdentityHashMap<DataType, Named> types = new IdentityHashMap<>();
  private final Map<ResourceType, Named> resources = new HashMap<>();
  private final Map<ResourceName, Named> resourceNames = new HashMap<>();

  /** Interfaces by package, as text. */
  private final Map<String, Map<String, String>> packages = new LinkedHashMap<>();

  private WitText() {}

  static String of(ComponentType component) {
    WitText wit = new WitText();
    wit.world(component);
    return wit.text.toString();
  }

  private void world(ComponentType component) {
    StringBuilder body = new StringBuilder();
    externs("import", component.imports(), body);
    externs("export", component.exports(), body);
    text.append("package root:component;\n\nworld root {\n").append(body).append("}\n");
    packages.forEach((name, interfaces) -> {
      text.append("\npackage ").append(name).append(" {\n");
      interfaces.values().forEach(text::append);
      text.append("}\n");
    });
  }

  private void externs(String direction, Map<String, ExternType> all, StringBuilder out) {
    all.forEach((name, type) -> {
      switch (type) {
        case ExternType.Instance(InstanceType instance) -> instance(direction, name, instance, out);
        case ExternType.Type(TypeDefinition definition) ->
            out.append(definition("", name, definition, "  "));
        case ExternType.Function(FunctionType function) -> {
          if (!name.startsWith("[")) {
            out.append("  %s %s: %s;\n".formatted(direction, id(name), function("", function, 0)));
          }
        }
        case ExternType.Module _, ExternType.Component _ ->
            out.append("  // %s %s: %s\n".formatted(direction, name, type.sort()));
      }
    });
  }

  private void instance(String direction, String name, InstanceType instance, StringBuilder out) {
    int slash = name.indexOf('/');
    if (slash < 0) {
      out.append("  %s %s: interface {\n".formatted(direction, id(name)));
      out.append(contents(name, instance, "    ")).append("  }\n");
      return;
    }
    out.append("  %s %s;\n".formatted(direction, name));
    int at = name.indexOf('@');
    String version = at < 0 ? "" : name.substring(at);
    String simple = at < 0 ? name.substring(slash + 1) : name.substring(slash + 1, at);
    Map<String, String> interfaces =
        packages.computeIfAbsent(name.substring(0, slash) + version, _ -> new LinkedHashMap<>());
    // An interface that is imported and exported has two sets of types and one text.
    String contents = contents(name, instance, "    ");
    interfaces.putIfAbsent(simple, "  interface %s {\n%s  }\n".formatted(id(simple), contents));
  }

  private String contents(String owner, InstanceType instance, String indent) {
    Map<String, StringBuilder> definitions = new LinkedHashMap<>();
    List<String> resourcesHere = new ArrayList<>();
    StringBuilder functions = new StringBuilder();
    instance
        .exports()
        .forEach((name, type) -> {
          switch (type) {
            case ExternType.Type(TypeDefinition definition) -> {
              definitions.put(name, new StringBuilder(definition(owner, name, definition, indent)));
              if (definition instanceof ResourceName resource
                  && new Named(owner, name).equals(resources.get(resource.resource()))) {
                resourcesHere.add(name);
              }
            }
            case ExternType.Function(FunctionType function) -> {
              if (!name.startsWith("[")) {
                functions.append(
                    "%s%s: %s;\n".formatted(indent, id(name), function(owner, function, 0)));
              }
            }
            case ExternType.Instance _, ExternType.Module _, ExternType.Component _ ->
                functions.append("%s// %s: %s\n".formatted(indent, name, type.sort()));
          }
        });
    // Only now: functions of a resource may mention types that come behind it.
    Map<String, List<String>> members = members(instance.exports());
    for (String resource : resourcesHere) {
      StringBuilder type = Objects.requireNonNull(definitions.get(resource));
      body(owner, resource, instance.exports(), members, type, indent);
    }
    return String.join("", definitions.values()) + functions;
  }

  /** Names of the functions of each resource. */
  private static Map<String, List<String>> members(Map<String, ExternType> all) {
    Map<String, List<String>> members = new HashMap<>();
    for (String name : all.keySet()) {
      if (name.startsWith("[")) {
        String member = name.substring(name.indexOf(']') + 1);
        int dot = member.indexOf('.');
        members
            .computeIfAbsent(dot < 0 ? member : member.substring(0, dot), _ -> new ArrayList<>())
            .add(name);
      }
    }
    return members;
  }

  private void body(
      String owner,
      String resource,
      Map<String, ExternType> all,
      Map<String, List<String>> members,
      StringBuilder out,
      String indent) {
    List<String> own = members.getOrDefault(resource, List.of());
    if (own.isEmpty()) {
      return;
    }
    out.setLength(out.length() - 2);
    out.append(" {\n");
    for (String name : own) {
      if (!(all.get(name) instanceof ExternType.Function(FunctionType function))) {
        continue;
      }
      String simple = id(name.substring(name.indexOf('.') + 1));
      out.append(indent).append("  ");
      if (name.startsWith(Names.CONSTRUCTOR)) {
        String signature = function(owner, function, 0);
        int arrow = signature.indexOf(") -> ");
        boolean fails = function.result().kind() == DataType.Kind.RESULT;
        out.append("constructor")
            .append(signature, "func".length(), arrow + 1)
            .append(fails ? signature.substring(arrow + 1) : "");
      } else if (name.startsWith(Names.STATIC)) {
        out.append(simple).append(": static ").append(function(owner, function, 0));
      } else {
        out.append(simple).append(": ").append(function(owner, function, 1));
      }
      out.append(";\n");
    }
    out.append(indent).append("}\n");
  }

  private String definition(String owner, String name, TypeDefinition definition, String indent) {
    return switch (definition) {
      case ResourceName resource -> {
        resourceNames.put(resource, new Named(owner, name));
        Named known = resources.putIfAbsent(resource.resource(), new Named(owner, name));
        yield known == null
            ? "%sresource %s;\n".formatted(indent, id(name))
            : used(known, owner, name, indent);
      }
      case DataType type -> {
        Optional<Named> known = nameOf(type, false);
        types.put(type, new Named(owner, name));
        yield known.isPresent()
            ? used(known.get(), owner, name, indent)
            : defined(owner, name, type, indent);
      }
      case FunctionType function ->
          "%s// type %s = %s\n".formatted(indent, id(name), function(owner, function, 0));
      case InstanceType _, ComponentType _ -> "%s// type %s\n".formatted(indent, id(name));
    };
  }

  private static String used(Named known, String owner, String name, String indent) {
    if (known.owner.equals(owner)) {
      return "%stype %s = %s;\n".formatted(indent, id(name), id(known.name));
    }
    String as = known.name.equals(name) ? "" : " as " + id(name);
    return "%suse %s.{%s%s};\n".formatted(indent, path(known.owner, owner), id(known.name), as);
  }

  // Within one package an interface is called by its own name.
  private static String path(String wanted, String from) {
    int slash = wanted.indexOf('/');
    int at = wanted.indexOf('@');
    boolean samePackage =
        slash > 0
            && from.startsWith(wanted.substring(0, slash + 1))
            && (at < 0 ? from.indexOf('@') < 0 : from.endsWith(wanted.substring(at)));
    return samePackage ? wanted.substring(slash + 1, at < 0 ? wanted.length() : at) : wanted;
  }

  private String defined(String owner, String name, DataType type, String indent) {
    String head = indent + type.kind().name().toLowerCase(java.util.Locale.ROOT) + " " + id(name);
    return switch (type.kind()) {
      case RECORD, VARIANT, ENUM, FLAGS -> {
        StringBuilder out = new StringBuilder(head).append(" {\n");
        for (int i = 0; i < type.labels().size(); i++) {
          out.append(indent).append("  ").append(id(type.labels().get(i)));
          if (type.kind() == DataType.Kind.RECORD) {
            out.append(": ").append(type(owner, type.parts().get(i)));
          } else if (type.kind() == DataType.Kind.VARIANT && !type.parts().get(i).isNone()) {
            out.append('(').append(type(owner, type.parts().get(i))).append(')');
          }
          out.append(",\n");
        }
        yield out.append(indent).append("}\n").toString();
      }
      default -> "%stype %s = %s;\n".formatted(indent, id(name), structure(owner, type));
    };
  }

  private String function(String owner, FunctionType function, int from) {
    List<String> parameters = new ArrayList<>();
    for (int i = from; i < function.names().size(); i++) {
      parameters.add(
          id(function.names().get(i)) + ": " + type(owner, function.parameters().get(i)));
    }
    return (function.isAsync() ? "async func(" : "func(")
        + String.join(", ", parameters)
        + ")"
        + (function.result().isNone() ? "" : " -> " + type(owner, function.result()));
  }

  private Optional<Named> nameOf(DataType type, boolean itself) {
    Optional<DataType> at = itself ? Optional.of(type) : type.origin();
    while (at.isPresent()) {
      Named named = types.get(at.get());
      if (named != null) {
        return Optional.of(named);
      }
      at = at.get().origin();
    }
    return Optional.empty();
  }

  private String type(String owner, DataType type) {
    return nameOf(type, true).map(named -> id(named.name)).orElseGet(() -> structure(owner, type));
  }

  private String structure(String owner, DataType type) {
    if (++typesWritten > TYPES_MAX) {
      return "…";
    }
    String name = type.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    List<String> parts =
        type.parts().stream().map(part -> part.isNone() ? "_" : type(owner, part)).toList();
    return switch (type.kind()) {
      case LIST ->
          "list<" + parts.getFirst() + (type.length() == 0 ? "" : ", " + type.length()) + ">";
      case MAP -> {
        DataType pair = type.parts().getFirst();
        yield "map<"
            + type(owner, pair.parts().getFirst())
            + ", "
            + type(owner, pair.parts().getLast())
            + ">";
      }
      case RESULT -> {
        List<String> shown = parts.getLast().equals("_") ? parts.subList(0, 1) : parts;
        yield shown.equals(List.of("_")) ? name : name + "<" + String.join(", ", shown) + ">";
      }
      case TUPLE, OPTION, STREAM, FUTURE ->
          parts.isEmpty() ? name : name + "<" + String.join(", ", parts) + ">";
      case OWN -> resource(type);
      case BORROW -> "borrow<" + resource(type) + ">";
      default -> type.toString();
    };
  }

  private String resource(DataType handle) {
    Named named =
        resourceNames.getOrDefault(handle.resource(), resources.get(handle.resource().resource()));
    return named == null ? handle.resource().toString() : id(named.name);
  }

  private static String id(String name) {
    return KEYWORDS.contains(name) ? "%" + name : name;
  }
}

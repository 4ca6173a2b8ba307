package io.pie4j.component.model;

import io.pie4j.component.CoreType;
import io.pie4j.component.InvalidComponent;
import io.pie4j.component.ModuleType;
import io.pie4j.component.model.Scope.CoreDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads core types: of functions, and of modules that a component is given. */
final class CoreTypeReader {
  private static final long PAGES_MAX = 65536;

  private CoreTypeReader() {}

  /** Reads a definition, which may be of several types. */
  static List<CoreDefinition> definitions(Input in, Scope scope) {
    int code = in.peek();
    if (code == 0x50) {
      int _ = in.next();
      return List.of(new CoreDefinition.Module(module(in, scope)));
    }
    return recursive(in);
  }

  private static List<CoreDefinition> recursive(Input in) {
    if (in.peek() == 0x4e) {
      int _ = in.next();
      return in.list("types", () -> sub(in));
    }
    return List.of(sub(in));
  }

  // In a component, a type that others may extend has a zero before it.
  private static CoreDefinition sub(Input in) {
    int start = in.position();
    int code = in.next();
    if (code == 0x00) {
      start = in.position();
      code = in.next();
      if (code != 0x50) {
        throw in.failure(start, "0x" + Integer.toHexString(code) + " begins no core type");
      }
    }
    if (code == 0x50 || code == 0x4f) {
      var _ = in.list("supertypes", () -> in.number("a core type's index"));
      start = in.position();
      code = in.next();
    }
    return switch (code) {
      case 0x60 -> new CoreDefinition.Function(function(in));
      case 0x5f -> {
        var _ = in.list("fields", () -> field(in));
        yield new CoreDefinition.Other();
      }
      case 0x5e -> {
        boolean _ = field(in);
        yield new CoreDefinition.Other();
      }
      default -> throw in.failure(start, "0x" + Integer.toHexString(code) + " begins no core type");
    };
  }

  private static boolean field(Input in) {
    if (in.peek() == 0x78 || in.peek() == 0x77) {
      int _ = in.next();
    } else {
      String _ = valueType(in);
    }
    return in.flag("whether a field changes");
  }

  private static CoreType.Function function(Input in) {
    return new CoreType.Function(
        in.list("parameters", () -> valueType(in)), in.list("results", () -> valueType(in)));
  }

  static String valueType(Input in) {
    int code = in.next();
    return switch (code) {
      case 0x7f -> "i32";
      case 0x7e -> "i64";
      case 0x7d -> "f32";
      case 0x7c -> "f64";
      case 0x7b -> "v128";
      case 0x70 -> "funcref";
      case 0x6f -> "externref";
      case 0x63 -> {
        long type = in.signed33();
        // These two have a short form.
        yield type == -16 ? "funcref" : type == -17 ? "externref" : "RefNull[" + type + "]";
      }
      case 0x64 -> "Ref[" + in.signed33() + "]";
      default ->
          throw in.failure(
              in.position() - 1, "0x" + Integer.toHexString(code) + " is no core value type");
    };
  }

  private static ModuleType module(Input in, Scope outer) {
    List<CoreDefinition> types = new ArrayList<>();
    Map<ModuleType.Import, CoreType> imports = new LinkedHashMap<>();
    Map<String, CoreType> exports = new LinkedHashMap<>();
    int count = in.count("declarations");
    for (int i = 0; i < count; i++) {
      int start = in.position();
      int code = in.next();
      switch (code) {
        case 0x00 -> {
          var name = new ModuleType.Import(in.text("an import's module"), in.text("an import"));
          if (imports.put(name, extern(in, types)) != null) {
            throw in.failure(start, "duplicate import name " + name);
          }
        }
        case 0x01 -> {
          if (in.peek() == 0x50) {
            throw in.failure("a module type cannot be defined within another");
          }
          types.addAll(recursive(in));
        }
        case 0x02 -> types.add(alias(in, types, outer));
        case 0x03 -> {
          String name = in.text("an export");
          if (exports.put(name, extern(in, types)) != null) {
            throw in.failure(start, "export name '" + name + "' already defined");
          }
        }
        default ->
            throw in.failure(start, "0x" + Integer.toHexString(code) + " begins no declaration");
      }
    }
    return new ModuleType(imports, exports);
  }

  private static CoreDefinition alias(Input in, List<CoreDefinition> own, Scope outer) {
    in.expect(0x10, "the sort of an alias, a type,");
    in.expect(0x01, "an outer alias");
    int start = in.position();
    int count = in.number("the number of scopes outwards");
    int index = in.number("a core type's index");
    List<CoreDefinition> types = count == 0 ? own : outwards(in, start, count - 1, outer).coreTypes;
    CoreDefinition found = Reading.at(in, start, types, index, Sort.CORE_TYPE);
    if (found instanceof CoreDefinition.Module) {
      throw in.failure(start, "an alias of a module type within a module type");
    }
    return found;
  }

  static Scope outwards(Input in, int position, int count, Scope from) {
    Scope scope = from;
    for (int i = 0; i != count; i++) {
      if (scope.parent.isEmpty()) {
        throw in.failure(position, "invalid outer alias count " + Integer.toUnsignedString(count));
      }
      scope = scope.parent.get();
    }
    return scope;
  }

  private static CoreType extern(Input in, List<CoreDefinition> types) {
    int start = in.position();
    int code = in.next();
    return switch (code) {
      case 0x00 -> functionAt(in, types);
      case 0x01 -> {
        String element = valueType(in);
        yield table(in, element);
      }
      case 0x02 -> memory(in);
      case 0x03 -> {
        String type = valueType(in);
        yield new CoreType.Global(type, in.flag("whether a global changes"));
      }
      case 0x04 -> {
        in.expect(0x00, "the attribute of a tag");
        yield new CoreType.Tag(functionAt(in, types));
      }
      default ->
          throw in.failure(start, "0x" + Integer.toHexString(code) + " begins no extern type");
    };
  }

  private static CoreType.Function functionAt(Input in, List<CoreDefinition> types) {
    int start = in.position();
    int index = in.number("a core type's index");
    return switch (Reading.at(in, start, types, index, Sort.CORE_TYPE)) {
      case CoreDefinition.Function(CoreType.Function type) -> type;
      case CoreDefinition.Module _, CoreDefinition.Other _ ->
          throw in.failure(start, "core type index " + index + " is not a function type");
    };
  }

  private static CoreType.Table table(Input in, String element) {
    long[] limits = limits(in, 0x01, Long.MAX_VALUE);
    return new CoreType.Table(element, limits[0], limits[1]);
  }

  private static CoreType.Memory memory(Input in) {
    int start = in.position();
    boolean shared = (in.peek() & 0x02) != 0;
    long[] limits = limits(in, 0x03, PAGES_MAX);
    if (limits[0] > PAGES_MAX || limits[1] > PAGES_MAX) {
      throw in.failure(start, "memory size must be at most " + PAGES_MAX + " pages");
    }
    return new CoreType.Memory(limits[0], limits[1], shared);
  }

  private static long[] limits(Input in, int flagsMax, long max) {
    int start = in.position();
    int flags = in.next();
    if (flags > flagsMax) {
      throw in.failure(
          start, "limits of kind 0x" + Integer.toHexString(flags) + " are not supported");
    }
    long min = Integer.toUnsignedLong(in.number("a limit"));
    long limit = (flags & 1) == 0 ? max : Integer.toUnsignedLong(in.number("a limit"));
    if (min > limit) {
      throw in.failure(start, "size minimum must not be greater than maximum");
    }
    return new long[] {min, limit};
  }

  static InvalidComponent unsupported(Input in, int position, String what) {
    return in.failure(position, what + " is not supported: this engine runs synchronous code");
  }
}

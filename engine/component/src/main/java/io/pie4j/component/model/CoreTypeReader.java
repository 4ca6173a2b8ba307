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

  // The codes of abstract heap types, from exn to noexn.
  private static final int ABSTRACT_FIRST = 0x69;
  private static final int ABSTRACT_LAST = 0x74;

  /** A type's index where a reference to it is declared. */
  private record Mention(int position, long index) {}

  private final Input in;
  private final List<CoreDefinition> before;
  private final List<Mention> mentions = new ArrayList<>();

  private CoreTypeReader(Input in, List<CoreDefinition> before) {
    this.in = in;
    this.before = before;
  }

  /** Reads a definition, which may be of several types. */
  static List<CoreDefinition> definitions(Input in, Scope scope) {
    int code = in.peek();
    if (code == 0x50) {
      int _ = in.next();
      return List.of(new CoreDefinition.Module(module(in, scope)));
    }
    return new CoreTypeReader(in, scope.coreTypes).group(true);
  }

  /** Reads the type of a value, which may name one of {@code types}. */
  static String valueType(Input in, List<CoreDefinition> types) {
    CoreTypeReader reader = new CoreTypeReader(in, types);
    String type = reader.value();
    reader.check(List.of());
    return type;
  }

  private List<CoreDefinition> group(boolean inComponent) {
    List<CoreDefinition> types = new ArrayList<>();
    if (in.peek() == 0x4e) {
      int _ = in.next();
      int count = in.count("types");
      for (int i = 0; i < count; i++) {
        types.add(sub(inComponent, types));
      }
    } else {
      types.add(sub(inComponent, types));
    }
    check(types);
    return types;
  }

  // In a component, a type that others may extend has a zero before it: what begins with 0x50 alone
  // is the type of a module.
  private CoreDefinition sub(boolean inComponent, List<CoreDefinition> group) {
    int start = in.position();
    int code = in.next();
    if (inComponent && code == 0x00) {
      start = in.position();
      code = in.next();
      if (code != 0x50) {
        throw in.failure(start, "0x" + Integer.toHexString(code) + " begins no core type");
      }
    }
    boolean isFinal = code != 0x50;
    if (code == 0x50 || code == 0x4f) {
      int count = in.count("supertypes");
      if (count > 1) {
        throw in.failure(start, "a core type has " + count + " supertypes, of at most 1");
      }
      for (int i = 0; i < count; i++) {
        extended(group);
      }
      start = in.position();
      code = in.next();
    }
    return switch (code) {
      case 0x60 -> new CoreDefinition.Function(function(), isFinal);
      case 0x5f -> {
        var _ = in.list("fields", this::field);
        yield new CoreDefinition.Other(isFinal);
      }
      case 0x5e -> {
        boolean _ = field();
        yield new CoreDefinition.Other(isFinal);
      }
      default -> throw in.failure(start, "0x" + Integer.toHexString(code) + " begins no core type");
    };
  }

  private void extended(List<CoreDefinition> group) {
    int position = in.position();
    int index = in.number("a core type's index");
    boolean isInGroup = index >= before.size() && index < before.size() + group.size();
    CoreDefinition found =
        isInGroup
            ? group.get(index - before.size())
            : Reading.at(in, position, before, index, Sort.CORE_TYPE);
    boolean isFinal =
        switch (found) {
          case CoreDefinition.Function function -> function.isFinal();
          case CoreDefinition.Other other -> other.isFinal();
          case CoreDefinition.Module _ ->
              throw in.failure(position, "type index " + index + " is a module type");
        };
    if (isFinal) {
      throw in.failure(position, "sub type cannot have a final super type");
    }
  }

  // A reference may name any type up to the end of its group.
  private void check(List<CoreDefinition> group) {
    for (Mention mention : mentions) {
      if (mention.index >= before.size() + group.size()) {
        throw in.failure(
            mention.position,
            "unknown type: type index "
                + mention.index
                + " out of bounds, of "
                + (before.size() + group.size()));
      }
      if (mention.index < before.size()
          && before.get((int) mention.index) instanceof CoreDefinition.Module) {
        throw in.failure(mention.position, "type index " + mention.index + " is a module type");
      }
    }
    mentions.clear();
  }

  private boolean field() {
    if (in.peek() == 0x78 || in.peek() == 0x77) {
      int _ = in.next();
    } else {
      String _ = value();
    }
    return in.flag("whether a field changes");
  }

  private CoreType.Function function() {
    return new CoreType.Function(
        in.list("parameters", this::value), in.list("results", this::value));
  }

  private String value() {
    int start = in.position();
    int code = in.next();
    return switch (code) {
      case 0x7f -> "i32";
      case 0x7e -> "i64";
      case 0x7d -> "f32";
      case 0x7c -> "f64";
      case 0x7b -> "v128";
      case 0x63 -> nullable(heapType());
      case 0x64 -> "Ref[" + heapType() + "]";
      default -> {
        // The abstract heap types stand for nullable references to them.
        if (code < ABSTRACT_FIRST || code > ABSTRACT_LAST) {
          throw in.failure(start, "0x" + Integer.toHexString(code) + " is no core value type");
        }
        yield nullable(code - 0x80);
      }
    };
  }

  // These two have a short form.
  private static String nullable(long type) {
    return type == -16 ? "funcref" : type == -17 ? "externref" : "RefNull[" + type + "]";
  }

  private long heapType() {
    int start = in.position();
    long type = in.signed33();
    if (type >= 0) {
      mentions.add(new Mention(start, type));
    } else if (type < ABSTRACT_FIRST - 0x80 || type > ABSTRACT_LAST - 0x80) {
      throw in.failure(start, type + " is no heap type");
    }
    return type;
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
        case 0x01 -> types.addAll(new CoreTypeReader(in, types).group(false));
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
        String element = valueType(in, types);
        yield table(in, element);
      }
      case 0x02 -> memory(in);
      case 0x03 -> {
        String type = valueType(in, types);
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
      case CoreDefinition.Function(CoreType.Function type, _) -> type;
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

package io.pie4j.component.bindgen;

import io.pie4j.component.wit.TypeDefinition;
import io.pie4j.component.wit.Wit;
import io.pie4j.component.wit.WitFunction;
import io.pie4j.component.wit.WitType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where the canonical ABI puts values: their sizes in memory, and the numbers that they become as
 * parameters and results.
 *
 * @see <a
 *     href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md">Canonical
 *     ABI</a>
 */
final class Layout {
  /** More flat parameters than this go through memory. */
  static final int FLAT_PARAMETERS_MAX = 16;

  private final Wit wit;

  Layout(Wit wit) {
    this.wit = wit;
  }

  /** A value of several parts: the parts' offsets, and what they take together. */
  record Parts(List<Integer> offsets, int size, int alignment) {}

  Parts parts(List<WitType> types) {
    List<Integer> offsets = new ArrayList<>();
    int at = 0;
    int alignment = 1;
    for (WitType type : types) {
      at = align(at, alignment(type));
      offsets.add(at);
      at += size(type);
      alignment = Math.max(alignment, alignment(type));
    }
    return new Parts(offsets, align(at, alignment), alignment);
  }

  /**
   * The payloads of a type that is one of several cases, absent ones as {@link WitType.Unit}; else
   * empty.
   */
  List<WitType> cases(WitType type) {
    return switch (wit.unaliased(type)) {
      case WitType.OptionOf(WitType value) -> List.of(new WitType.Unit(), value);
      case WitType.ResultOf(WitType value, WitType error) -> List.of(value, error);
      case WitType.Named named
          when wit.definition(named) instanceof TypeDefinition.Variant variant ->
          variant.cases().stream().map(TypeDefinition.Field::type).toList();
      case WitType.Named named
          when wit.definition(named) instanceof TypeDefinition.Enumeration enumeration ->
          enumeration.cases().stream().<WitType>map(label -> new WitType.Unit()).toList();
      case WitType _ -> List.of();
    };
  }

  /** Bytes of the number that tells the cases apart. */
  static int discriminantSize(int cases) {
    return cases <= 1 << 8 ? 1 : cases <= 1 << 16 ? 2 : 4;
  }

  /** Where a case's payload begins. */
  int payloadOffset(List<WitType> cases) {
    int alignment = 1;
    for (WitType payload : cases) {
      alignment = Math.max(alignment, alignment(payload));
    }
    return align(discriminantSize(cases.size()), alignment);
  }

  int size(WitType type) {
    List<WitType> cases = cases(type);
    if (!cases.isEmpty()) {
      int payload = 0;
      for (WitType each : cases) {
        payload = Math.max(payload, size(each));
      }
      return align(payloadOffset(cases) + payload, alignment(type));
    }
    return switch (wit.unaliased(type)) {
      case WitType.Unit _ -> 0;
      case WitType.Primitive primitive ->
          switch (primitive) {
            case BOOL, S8, U8 -> 1;
            case S16, U16 -> 2;
            case S32, U32, F32, CHAR -> 4;
            case S64, U64, F64, STRING -> 8;
          };
      case WitType.ListOf _ -> 8;
      case WitType.Borrow _ -> 4;
      case WitType.Named named ->
          wit.definition(named) instanceof TypeDefinition.RecordType record
              ? parts(fields(record)).size()
              : 4;
      case WitType other -> throw unsupported(other);
    };
  }

  int alignment(WitType type) {
    List<WitType> cases = cases(type);
    if (!cases.isEmpty()) {
      int alignment = discriminantSize(cases.size());
      for (WitType each : cases) {
        alignment = Math.max(alignment, alignment(each));
      }
      return alignment;
    }
    return switch (wit.unaliased(type)) {
      case WitType.Unit _ -> 1;
      case WitType.Primitive primitive ->
          primitive == WitType.Primitive.STRING ? 4 : size(primitive);
      case WitType.ListOf _, WitType.Borrow _ -> 4;
      case WitType.Named named ->
          wit.definition(named) instanceof TypeDefinition.RecordType record
              ? parts(fields(record)).alignment()
              : 4;
      case WitType other -> throw unsupported(other);
    };
  }

  /** The numbers that a value becomes. */
  List<Core> flat(WitType type) {
    List<WitType> cases = cases(type);
    if (!cases.isEmpty()) {
      List<Core> joined = new ArrayList<>();
      for (WitType each : cases) {
        List<Core> payload = flat(each);
        for (int i = 0; i < payload.size(); i++) {
          if (i < joined.size()) {
            joined.set(i, Core.join(joined.get(i), payload.get(i)));
          } else {
            joined.add(payload.get(i));
          }
        }
      }
      joined.addFirst(Core.I32);
      return joined;
    }
    return switch (wit.unaliased(type)) {
      case WitType.Unit _ -> List.of();
      case WitType.Primitive primitive ->
          switch (primitive) {
            case BOOL, S8, U8, S16, U16, S32, U32, CHAR -> List.of(Core.I32);
            case S64, U64 -> List.of(Core.I64);
            case F32 -> List.of(Core.F32);
            case F64 -> List.of(Core.F64);
            case STRING -> List.of(Core.I32, Core.I32);
          };
      case WitType.ListOf _ -> List.of(Core.I32, Core.I32);
      case WitType.Borrow _ -> List.of(Core.I32);
      case WitType.Named named ->
          wit.definition(named) instanceof TypeDefinition.RecordType record
              ? fields(record).stream().flatMap(field -> flat(field).stream()).toList()
              : List.of(Core.I32);
      case WitType other -> throw unsupported(other);
    };
  }

  /** How a function looks to a core module that imports it. */
  record CoreFunction(
      String name,
      List<WitType> parameters,
      List<Core> flatParameters,
      boolean parametersInMemory,
      List<Core> flatResults,
      boolean resultInMemory) {

    /** As {@code i32 i32 -> i64}. */
    String signature() {
      List<Core> all = new ArrayList<>(parametersInMemory ? List.of(Core.I32) : flatParameters);
      if (resultInMemory) {
        all.add(Core.I32);
      }
      String results = resultInMemory ? "" : names(flatResults);
      return (names(all) + " -> " + results).strip();
    }

    private static String names(List<Core> types) {
      return types.stream().map(type -> type.wasm).collect(Collectors.joining(" "));
    }
  }

  /** A free function, or one of {@code resource}, of an interface. */
  CoreFunction core(WitFunction function, List<WitType> self, String resource) {
    List<WitType> parameters = new ArrayList<>(self);
    function.parameters().forEach(parameter -> parameters.add(parameter.type()));
    List<Core> flat = parameters.stream().flatMap(type -> flat(type).stream()).toList();
    List<Core> results = flat(function.result());
    String name =
        switch (function.kind()) {
          case FREE -> function.name();
          case METHOD -> "[method]" + resource + "." + function.name();
          case STATIC -> "[static]" + resource + "." + function.name();
          case CONSTRUCTOR -> "[constructor]" + resource;
        };
    return new CoreFunction(
        name, parameters, flat, flat.size() > FLAT_PARAMETERS_MAX, results, results.size() > 1);
  }

  static List<WitType> fields(TypeDefinition.RecordType record) {
    return record.fields().stream().map(TypeDefinition.Field::type).toList();
  }

  static int align(int at, int alignment) {
    return (at + alignment - 1) & -alignment;
  }

  private static BindgenException unsupported(WitType type) {
    return new BindgenException(type + " has no Java form here: declare a record");
  }
}

package io.pie4j.component.bindgen;

import io.pie4j.component.wit.TypeDefinition;
import io.pie4j.component.wit.Wit;
import io.pie4j.component.wit.WitFunction;
import io.pie4j.component.wit.WitInterface;
import io.pie4j.component.wit.WitType;
import io.pie4j.component.wit.WitType.Primitive;
import java.util.HashSet;
import java.util.Set;

/**
 * Java's types for WIT's types. Unsigned numbers keep their width (u32 is an int read as unsigned),
 * lists of numbers are arrays, a result's error is thrown.
 */
final class JavaTypes {
  private final Wit wit;
  private final Set<WitType.Named> exceptions = new HashSet<>();

  JavaTypes(Wit wit) {
    this.wit = wit;
    for (WitInterface declared : wit.interfaces()) {
      declared.functions().forEach(this::collectError);
      for (TypeDefinition type : declared.types()) {
        if (type instanceof TypeDefinition.Resource resource) {
          resource.functions().forEach(this::collectError);
        }
      }
    }
  }

  private void collectError(WitFunction function) {
    WitType error =
        switch (Outcome.of(wit, function.result())) {
          case Outcome.Plain _ -> new WitType.Unit();
          case Outcome.Thrown thrown -> thrown.error();
          case Outcome.Polled polled -> polled.error();
        };
    if (wit.unaliased(error) instanceof WitType.Named named
        && wit.definition(named) instanceof TypeDefinition.RecordType) {
      exceptions.add(named);
    } else if (!(Outcome.of(wit, function.result()) instanceof Outcome.Plain)) {
      throw new BindgenException(
          function.name() + ": a result's error has a Java form only if it is a record");
    }
  }

  /** Whether a record is some result's error: an exception in Java. */
  boolean isException(WitType.Named named) {
    return exceptions.contains(named);
  }

  /** The type of a parameter, a field or an element. */
  String of(WitType type) {
    return switch (wit.unaliased(type)) {
      case WitType.Unit _ -> "void";
      case Primitive primitive -> of(primitive);
      case WitType.ListOf(WitType element) ->
          isArrayElement(element) ? of(element) + "[]" : "List<" + boxed(element) + ">";
      case WitType.OptionOf(WitType value) ->
          switch (wit.unaliased(value)) {
            case Primitive p when p == Primitive.U32 || p == Primitive.S32 -> "OptionalInt";
            case Primitive p when p == Primitive.U64 || p == Primitive.S64 -> "OptionalLong";
            case Primitive p when p == Primitive.F64 -> "OptionalDouble";
            case WitType _ -> "Optional<" + boxed(value) + ">";
          };
      case WitType.Borrow(WitType.Named resource) -> JavaNames.pascal(resource.name());
      case WitType.Named named -> {
        if (wit.definition(named) instanceof TypeDefinition.Flags) {
          throw new BindgenException(
              named.owner() + "." + named.name() + ": flags have no Java form here");
        }
        yield isException(named)
            ? JavaNames.exception(named.name())
            : JavaNames.pascal(named.name());
      }
      case WitType.TupleOf _ ->
          throw new BindgenException("tuples have no Java form here: declare a record");
      case WitType.ResultOf _ ->
          throw new BindgenException("a result has a Java form only as what a function gives");
    };
  }

  private static String of(Primitive primitive) {
    return switch (primitive) {
      case BOOL -> "boolean";
      case S8, U8 -> "byte";
      case S16, U16 -> "short";
      case S32, U32, CHAR -> "int";
      case S64, U64 -> "long";
      case F32 -> "float";
      case F64 -> "double";
      case STRING -> "String";
    };
  }

  /** Whether a list of these is a Java array of primitives. */
  boolean isArrayElement(WitType element) {
    return wit.unaliased(element) instanceof Primitive primitive
        && primitive != Primitive.STRING
        && primitive != Primitive.CHAR;
  }

  String boxed(WitType type) {
    String name = of(type);
    return switch (name) {
      case "boolean" -> "Boolean";
      case "byte" -> "Byte";
      case "short" -> "Short";
      case "int" -> "Integer";
      case "long" -> "Long";
      case "float" -> "Float";
      case "double" -> "Double";
      default -> name;
    };
  }

  /** The type that a function gives. */
  String result(WitFunction function) {
    return switch (Outcome.of(wit, function.result())) {
      case Outcome.Plain(WitType value) -> of(value);
      case Outcome.Thrown(WitType value, _) -> of(value);
      case Outcome.Polled(WitType value, _) ->
          value instanceof WitType.Unit ? "boolean" : of(new WitType.OptionOf(value));
    };
  }
}

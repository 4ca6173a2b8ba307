package io.pie4j.component.model;

import io.pie4j.component.Store;
import io.pie4j.component.abi.GuestMemory;
import io.pie4j.component.abi.Lower;
import io.pie4j.component.abi.Span;
import io.pie4j.component.model.Transfer.Flattened;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lowers values, to flat core values or into memory. See {@link Transfer}. A value that is not of
 * its type is an {@link IllegalArgumentException}: the host's mistake.
 */
final class Storing {
  private final Transfer side;
  private final CallScope call;

  Storing(Transfer side, CallScope call) {
    this.side = side;
    this.call = call;
  }

  private GuestMemory memory() {
    return side.memory();
  }

  // ---- flat

  void flat(DataType type, @Nullable Object value, Flattened out) {
    switch (type.kind()) {
      case NONE -> {}
      case BOOL -> out.addInt(as(Boolean.class, type, value) ? 1 : 0);
      case S8, U8, S16, U16, S32, U32 -> out.addInt((int) integer(type, value));
      case S64, U64 -> out.add(integer(type, value));
      case F32 -> out.addInt(Float.floatToIntBits(as(Float.class, type, value)));
      case F64 -> out.add(Double.doubleToLongBits(as(Double.class, type, value)));
      case CHAR -> out.addInt(character(type, value));
      case STRING -> add(Strings.store(side, as(String.class, type, value)), out);
      case LIST -> {
        if (type.length() == 0) {
          add(list(type, value), out);
        } else {
          elements(type, value).forEach(element -> flat(type.parts().getFirst(), element, out));
        }
      }
      case MAP -> add(list(type, value), out);
      case RECORD, TUPLE -> {
        List<?> fields = fields(type, value);
        for (int i = 0; i < fields.size(); i++) {
          flat(type.parts().get(i), fields.get(i), out);
        }
      }
      case FLAGS -> out.addInt(flags(type, value));
      case ENUM -> out.addInt(enumeration(type, value));
      case VARIANT, OPTION, RESULT -> {
        int end = out.position() + type.flat().size();
        Case chosen = chosen(type, value);
        out.addInt(chosen.index());
        flat(type.caseType(chosen.index()), chosen.value(), out);
        // What the case leaves is zero.
        out.moveTo(end);
      }
      case OWN -> out.addInt(owned(type, value));
      case BORROW -> out.addInt(borrowed(type, value));
      case STREAM, FUTURE, ERROR_CONTEXT -> throw Loading.asynchronous(type);
    }
  }

  private static void add(Span span, Flattened out) {
    out.addInt(span.address());
    out.addInt(span.length());
  }

  // ---- memory

  void at(DataType type, @Nullable Object value, int address) {
    switch (type.kind()) {
      case NONE -> {}
      case BOOL -> memory().storeByte(address, (byte) (as(Boolean.class, type, value) ? 1 : 0));
      case S8, U8 -> memory().storeByte(address, (byte) integer(type, value));
      case S16, U16 -> memory().storeShort(address, (short) integer(type, value));
      case S32, U32 -> memory().storeInt(address, (int) integer(type, value));
      case S64, U64 -> memory().storeLong(address, integer(type, value));
      case F32 -> memory().storeInt(address, Float.floatToIntBits(as(Float.class, type, value)));
      case F64 ->
          memory().storeLong(address, Double.doubleToLongBits(as(Double.class, type, value)));
      case CHAR -> memory().storeInt(address, character(type, value));
      case STRING -> Strings.store(side, as(String.class, type, value)).store(memory(), address);
      case LIST, MAP -> {
        if (type.length() == 0) {
          Span span = list(type, value);
          span.store(memory(), address);
        } else {
          elements(type, elements(type, value), address);
        }
      }
      case RECORD, TUPLE -> {
        List<?> fields = fields(type, value);
        for (int i = 0; i < fields.size(); i++) {
          at(type.parts().get(i), fields.get(i), address + type.offset(i));
        }
      }
      case FLAGS -> number(address, type.size(), flags(type, value));
      case ENUM -> number(address, Layout.tagBytes(type), enumeration(type, value));
      case VARIANT, OPTION, RESULT -> {
        Case chosen = chosen(type, value);
        number(address, Layout.tagBytes(type), chosen.index());
        at(type.caseType(chosen.index()), chosen.value(), address + type.payloadOffset());
      }
      case OWN -> memory().storeInt(address, owned(type, value));
      case BORROW -> memory().storeInt(address, borrowed(type, value));
      case STREAM, FUTURE, ERROR_CONTEXT -> throw Loading.asynchronous(type);
    }
  }

  /** Values one after the other, as the fields of a record. */
  void sequence(List<DataType> types, @Nullable Object[] values, int address) {
    long at = Integer.toUnsignedLong(address);
    for (int i = 0; i < values.length; i++) {
      at = Layout.aligned(at, types.get(i).alignment());
      at(types.get(i), values[i], (int) at);
      at += types.get(i).size();
    }
  }

  private void number(int address, int bytes, int value) {
    switch (bytes) {
      case 1 -> memory().storeByte(address, (byte) value);
      case 2 -> memory().storeShort(address, (short) value);
      default -> memory().storeInt(address, value);
    }
  }

  private Span list(DataType type, @Nullable Object value) {
    return switch (value) {
      case byte[] bytes when is(type, DataType.Kind.S8, DataType.Kind.U8) ->
          Lower.bytes(memory(), side.realloc(), bytes);
      case short[] shorts when is(type, DataType.Kind.S16, DataType.Kind.U16) ->
          Lower.shorts(memory(), side.realloc(), shorts);
      case int[] ints when is(type, DataType.Kind.S32, DataType.Kind.U32) ->
          Lower.ints(memory(), side.realloc(), ints);
      case long[] longs when is(type, DataType.Kind.S64, DataType.Kind.U64) ->
          Lower.longs(memory(), side.realloc(), longs);
      case boolean[] booleans when is(type, DataType.Kind.BOOL, DataType.Kind.BOOL) ->
          Lower.booleans(memory(), side.realloc(), booleans);
      case null, default -> {
        List<?> elements = elements(type, value);
        DataType element = type.parts().getFirst();
        int address =
            side.realloc()
                .allocate(memory(), element.alignment(), (long) elements.size() * element.size());
        elements(type, elements, address);
        yield new Span(address, elements.size());
      }
    };
  }

  private static boolean is(DataType list, DataType.Kind one, DataType.Kind other) {
    DataType.Kind element = list.parts().getFirst().kind();
    return element == one || element == other;
  }

  private void elements(DataType type, List<?> values, int address) {
    DataType element = type.parts().getFirst();
    for (int i = 0; i < values.size(); i++) {
      at(element, values.get(i), address + i * element.size());
    }
  }

  // ---- both

  private static List<?> elements(DataType type, @Nullable Object value) {
    List<?> elements = Elements.single(type, value);
    if (type.length() > 0 && elements.size() != type.length()) {
      throw wrong(type, value);
    }
    return elements;
  }

  private static List<?> fields(DataType type, @Nullable Object value) {
    List<?> fields = as(List.class, type, value);
    if (fields.size() != type.parts().size()) {
      throw wrong(type, value);
    }
    return fields;
  }

  private static <T> T as(Class<T> wanted, DataType type, @Nullable Object value) {
    if (!wanted.isInstance(value)) {
      throw wrong(type, value);
    }
    return wanted.cast(value);
  }

  private static RuntimeException wrong(DataType type, @Nullable Object value) {
    return Store.failure(
        new IllegalArgumentException("a value of type " + type + " is expected, not " + value));
  }

  private static long integer(DataType type, @Nullable Object value) {
    long number =
        switch (value) {
          case Long n -> n;
          case Integer n -> n;
          case Short n -> n;
          case Byte n -> n;
          case null, default -> throw wrong(type, value);
        };
    boolean fits =
        switch (type.kind()) {
          case S8 -> number == (byte) number;
          case U8 -> number == (number & 0xff);
          case S16 -> number == (short) number;
          case U16 -> number == (number & 0xffff);
          case S32 -> number == (int) number;
          case U32 -> number == (number & 0xffffffffL);
          default -> true;
        };
    if (!fits) {
      throw wrong(type, value);
    }
    return number;
  }

  private static int character(DataType type, @Nullable Object value) {
    int character = as(Integer.class, type, value);
    if (!Character.isValidCodePoint(character) || (character >= 0xd800 && character <= 0xdfff)) {
      throw wrong(type, value);
    }
    return character;
  }

  private static int flags(DataType type, @Nullable Object value) {
    int bits = as(Integer.class, type, value);
    int count = type.labels().size();
    if (count < 32 && bits >>> count != 0) {
      throw wrong(type, value);
    }
    return bits;
  }

  private static int enumeration(DataType type, @Nullable Object value) {
    int index = as(Integer.class, type, value);
    if (index < 0 || index >= type.cases()) {
      throw wrong(type, value);
    }
    return index;
  }

  private static Case chosen(DataType type, @Nullable Object value) {
    if (type.kind() == DataType.Kind.OPTION) {
      Optional<?> some = as(Optional.class, type, value);
      return some.isPresent() ? new Case(1, some.get()) : new Case(0, null);
    }
    Case chosen = as(Case.class, type, value);
    if (chosen.index() < 0 || chosen.index() >= type.cases()) {
      throw wrong(type, value);
    }
    return chosen;
  }

  private int owned(DataType type, @Nullable Object value) {
    Resource resource = side.instance().resource(type.resource().resource());
    return switch (resource) {
      case Resource.Bound _ -> as(Integer.class, type, value);
      case Resource.Defined defined -> {
        OwnedResource owned = as(OwnedResource.class, type, value);
        if (!owned.resource().equals(defined)) {
          throw wrong(type, value);
        }
        yield side.instance().handles().add(resource, owned.take());
      }
      case Resource.Hosted _ ->
          side.instance().handles().add(resource, as(Object.class, type, value));
    };
  }

  private int borrowed(DataType type, @Nullable Object value) {
    Resource resource = side.instance().resource(type.resource().resource());
    return switch (resource) {
      case Resource.Bound _ -> as(Integer.class, type, value);
      case Resource.Defined defined -> {
        OwnedResource lent = as(OwnedResource.class, type, value);
        if (!lent.resource().equals(defined)) {
          throw wrong(type, value);
        }
        yield resource.isOf(side.instance())
            ? lent.representation()
            : side.instance().handles().addBorrowed(resource, lent.representation(), call);
      }
      case Resource.Hosted _ ->
          side.instance().handles().addBorrowed(resource, as(Object.class, type, value), call);
    };
  }
}

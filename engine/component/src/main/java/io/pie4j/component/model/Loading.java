package io.pie4j.component.model;

import io.pie4j.component.abi.GuestMemory;
import io.pie4j.component.abi.GuestTrap;
import io.pie4j.component.abi.Lift;
import io.pie4j.component.model.Transfer.Flattened;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lifts values, from flat core values or from memory. See {@link Transfer}. */
final class Loading {
  private final Transfer side;
  private final CallScope call;

  Loading(Transfer side, CallScope call) {
    this.side = side;
    this.call = call;
  }

  private GuestMemory memory() {
    return side.memory();
  }

  // ---- flat

  @Nullable Object flat(DataType type, Flattened in) {
    return switch (type.kind()) {
      case NONE -> null;
      case BOOL -> (int) in.next() != 0;
      case S8 -> (long) (byte) in.next();
      case U8 -> in.next() & 0xff;
      case S16 -> (long) (short) in.next();
      case U16 -> in.next() & 0xffff;
      case S32 -> (long) (int) in.next();
      case U32 -> in.next() & 0xffffffffL;
      case S64, U64 -> in.next();
      case F32 -> single(Float.intBitsToFloat((int) in.next()));
      case F64 -> twice(Double.longBitsToDouble(in.next()));
      case CHAR -> Lift.character((int) in.next());
      case STRING -> {
        int address = (int) in.next();
        yield Strings.load(memory(), side.encoding(), address, (int) in.next());
      }
      case LIST -> {
        if (type.length() > 0) {
          yield flatElements(type, in);
        }
        int address = (int) in.next();
        yield list(type, address, (int) in.next());
      }
      case MAP -> {
        int address = (int) in.next();
        yield list(type, address, (int) in.next());
      }
      case RECORD, TUPLE -> {
        List<@Nullable Object> fields = new ArrayList<>(type.parts().size());
        for (DataType part : type.parts()) {
          fields.add(flat(part, in));
        }
        yield Collections.unmodifiableList(fields);
      }
      case FLAGS -> flags(type, (int) in.next());
      case ENUM -> Lift.discriminant((int) in.next(), type.cases());
      case VARIANT, OPTION, RESULT -> {
        int end = in.position() + type.flat().size();
        int index = Lift.discriminant((int) in.next(), type.cases());
        Object value = flat(type.caseType(index), in);
        in.moveTo(end);
        yield made(type, index, value);
      }
      case OWN -> owned(type, (int) in.next());
      case BORROW -> borrowed(type, (int) in.next());
      case STREAM, FUTURE, ERROR_CONTEXT -> throw asynchronous(type);
    };
  }

  private Object flatElements(DataType type, Flattened in) {
    List<@Nullable Object> elements = new ArrayList<>();
    for (int i = 0; i < type.length(); i++) {
      elements.add(flat(type.parts().getFirst(), in));
    }
    return Elements.packed(type.parts().getFirst(), elements);
  }

  // ---- memory

  @Nullable Object at(DataType type, int address) {
    return switch (type.kind()) {
      case NONE -> null;
      case BOOL -> memory().loadByte(address) != 0;
      case S8 -> (long) memory().loadByte(address);
      case U8 -> memory().loadByte(address) & 0xffL;
      case S16 -> (long) memory().loadShort(address);
      case U16 -> memory().loadShort(address) & 0xffffL;
      case S32 -> (long) memory().loadInt(address);
      case U32 -> memory().loadInt(address) & 0xffffffffL;
      case S64, U64 -> memory().loadLong(address);
      case F32 -> single(memory().loadFloat(address));
      case F64 -> twice(memory().loadDouble(address));
      case CHAR -> Lift.character(memory().loadInt(address));
      case STRING ->
          Strings.load(
              memory(), side.encoding(), memory().loadInt(address), memory().loadInt(address + 4));
      case LIST, MAP ->
          type.length() > 0
              ? elements(type, address, type.length())
              : list(type, memory().loadInt(address), memory().loadInt(address + 4));
      case RECORD, TUPLE -> {
        List<@Nullable Object> fields = new ArrayList<>(type.parts().size());
        for (int i = 0; i < type.parts().size(); i++) {
          fields.add(at(type.parts().get(i), address + type.offset(i)));
        }
        yield Collections.unmodifiableList(fields);
      }
      case FLAGS -> flags(type, number(address, type.size()));
      case ENUM -> Lift.discriminant(number(address, Layout.tagBytes(type)), type.cases());
      case VARIANT, OPTION, RESULT -> {
        int index = Lift.discriminant(number(address, Layout.tagBytes(type)), type.cases());
        yield made(type, index, at(type.caseType(index), address + type.payloadOffset()));
      }
      case OWN -> owned(type, memory().loadInt(address));
      case BORROW -> borrowed(type, memory().loadInt(address));
      case STREAM, FUTURE, ERROR_CONTEXT -> throw asynchronous(type);
    };
  }

  /** Values that lie one after the other, as the fields of a record do. */
  void sequence(List<DataType> types, int address, @Nullable Object[] values) {
    long at = Integer.toUnsignedLong(address);
    for (int i = 0; i < values.length; i++) {
      at = Layout.aligned(at, types.get(i).alignment());
      values[i] = at(types.get(i), (int) at);
      at += types.get(i).size();
    }
  }

  private int number(int address, int bytes) {
    return switch (bytes) {
      case 1 -> memory().loadByte(address) & 0xff;
      case 2 -> memory().loadShort(address) & 0xffff;
      default -> memory().loadInt(address);
    };
  }

  private Object list(DataType type, int address, int count) {
    DataType element = type.parts().getFirst();
    long bytes = Integer.toUnsignedLong(count) * element.size();
    if (bytes > Transfer.BYTES_MAX) {
      throw new GuestTrap(
          "a list of " + bytes + " bytes is longer than the most, " + Transfer.BYTES_MAX);
    }
    int _ = Lift.list(memory(), address, count, element.size(), element.alignment());
    return elements(type, address, count);
  }

  // The block was checked.
  private Object elements(DataType type, int address, int count) {
    DataType element = type.parts().getFirst();
    return switch (element.kind()) {
      case BOOL -> Lift.booleans(memory(), address, count);
      case S8, U8 -> Lift.bytes(memory(), address, count);
      case S16, U16 -> Lift.shorts(memory(), address, count);
      case S32, U32 -> Lift.ints(memory(), address, count);
      case S64, U64 -> Lift.longs(memory(), address, count);
      case F32 -> {
        float[] values = Lift.floats(memory(), address, count);
        for (int i = 0; i < count; i++) {
          values[i] = single(values[i]);
        }
        yield values;
      }
      case F64 -> {
        double[] values = Lift.doubles(memory(), address, count);
        for (int i = 0; i < count; i++) {
          values[i] = twice(values[i]);
        }
        yield values;
      }
      case CHAR -> {
        int[] values = Lift.ints(memory(), address, count);
        for (int value : values) {
          int _ = Lift.character(value);
        }
        yield values;
      }
      default -> {
        List<@Nullable Object> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          values.add(at(element, address + i * element.size()));
        }
        yield Collections.unmodifiableList(values);
      }
    };
  }

  // ---- both

  // All that is no number is one and the same.
  private static float single(float value) {
    return Float.isNaN(value) ? Float.NaN : value;
  }

  private static double twice(double value) {
    return Double.isNaN(value) ? Double.NaN : value;
  }

  private static int flags(DataType type, int bits) {
    int count = type.labels().size();
    return count == 32 ? bits : bits & ((1 << count) - 1);
  }

  private static Object made(DataType type, int index, @Nullable Object value) {
    return type.kind() == DataType.Kind.OPTION
        ? Optional.ofNullable(value)
        : new Case(index, value);
  }

  private Object owned(DataType type, int number) {
    Resource resource = side.instance().resource(type.resource().resource());
    if (resource instanceof Resource.Bound) {
      return number;
    }
    Object representation = side.instance().handles().take(number, resource);
    return resource instanceof Resource.Defined defined
        ? new OwnedResource(defined, (int) representation)
        : representation;
  }

  private Object borrowed(DataType type, int number) {
    Resource resource = side.instance().resource(type.resource().resource());
    if (resource instanceof Resource.Bound) {
      return number;
    }
    Handles.Handle handle = side.instance().handles().get(number, resource);
    call.lend(handle);
    return resource instanceof Resource.Defined defined
        ? new OwnedResource(defined, (int) handle.representation())
        : handle.representation();
  }

  static IllegalStateException asynchronous(DataType type) {
    return new IllegalStateException("a value of type " + type + " in a synchronous call");
  }
}

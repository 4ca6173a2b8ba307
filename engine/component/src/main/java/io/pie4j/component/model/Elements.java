package io.pie4j.component.model;

import io.pie4j.component.Store;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists of numbers as arrays, and back to single values. */
final class Elements {
  private Elements() {}

  /** Single values as a list of the element's type has them. */
  static Object packed(DataType element, List<@Nullable Object> values) {
    int count = values.size();
    return switch (element.kind()) {
      case BOOL -> {
        boolean[] array = new boolean[count];
        for (int i = 0; i < count; i++) {
          array[i] = Boolean.TRUE.equals(values.get(i));
        }
        yield array;
      }
      case S8, U8 -> {
        byte[] array = new byte[count];
        for (int i = 0; i < count; i++) {
          array[i] = number(values.get(i)).byteValue();
        }
        yield array;
      }
      case S16, U16 -> {
        short[] array = new short[count];
        for (int i = 0; i < count; i++) {
          array[i] = number(values.get(i)).shortValue();
        }
        yield array;
      }
      case S32, U32, CHAR -> {
        int[] array = new int[count];
        for (int i = 0; i < count; i++) {
          array[i] = number(values.get(i)).intValue();
        }
        yield array;
      }
      case S64, U64 -> {
        long[] array = new long[count];
        for (int i = 0; i < count; i++) {
          array[i] = number(values.get(i)).longValue();
        }
        yield array;
      }
      case F32 -> {
        float[] array = new float[count];
        for (int i = 0; i < count; i++) {
          array[i] = number(values.get(i)).floatValue();
        }
        yield array;
      }
      case F64 -> {
        double[] array = new double[count];
        for (int i = 0; i < count; i++) {
          array[i] = number(values.get(i)).doubleValue();
        }
        yield array;
      }
      default -> Collections.unmodifiableList(values);
    };
  }

  private static Number number(@Nullable Object value) {
    if (value instanceof Number number) {
      return number;
    }
    throw new IllegalArgumentException("a number is expected, not " + value);
  }

  /** A list's values one by one. */
  static List<@Nullable Object> single(DataType type, @Nullable Object list) {
    boolean signed = type.parts().getFirst().kind().name().startsWith("S");
    List<@Nullable Object> all = new ArrayList<>();
    switch (list) {
      case List<?> values -> all.addAll(values);
      case boolean[] values -> {
        for (boolean value : values) {
          all.add(value);
        }
      }
      case byte[] values -> {
        for (byte value : values) {
          all.add(signed ? (long) value : value & 0xffL);
        }
      }
      case short[] values -> {
        for (short value : values) {
          all.add(signed ? (long) value : value & 0xffffL);
        }
      }
      case int[] values -> {
        boolean character = type.parts().getFirst().kind() == DataType.Kind.CHAR;
        for (int value : values) {
          all.add(character ? (Object) value : signed ? (long) value : value & 0xffffffffL);
        }
      }
      case long[] values -> {
        for (long value : values) {
          all.add(value);
        }
      }
      case float[] values -> {
        for (float value : values) {
          all.add(value);
        }
      }
      case double[] values -> {
        for (double value : values) {
          all.add(value);
        }
      }
      case null, default ->
          throw Store.failure(
              new IllegalArgumentException(
                  "a value of type " + type + " is expected, not " + list));
    }
    return all;
  }
}

package io.pie4j.component.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Values of every type go into a guest, from it to the host, and all the way back. */
final class ValuesTest {
  private static final int ROUNDS = 40;

  private final List<@Nullable Object> seen = new ArrayList<>();

  @Test
  void valuesOfEveryTypeArriveAsTheyWere() {
    Component component = TestComponents.parse("values");
    Linker linker = new Linker();
    component
        .imports()
        .forEach((name, type) -> {
          if (type instanceof ExternType.Function) {
            linker.function(
                "",
                name,
                (_, arguments) -> {
                  seen.add(arguments[0]);
                  return arguments[0];
                });
          }
        });
    int functions = 0;
    try (ComponentInstance instance = TestComponents.instantiate("values", linker)) {
      for (Map.Entry<String, ExternType> export : component.exports().entrySet()) {
        if (export.getValue() instanceof ExternType.Function(FunctionType function)) {
          functions++;
          for (int seed = 0; seed < ROUNDS; seed++) {
            seen.clear();
            Object value = value(function.result(), new Random(seed));
            Object back = instance.call("", export.getKey(), value);
            String what = export.getKey() + " with seed " + seed;
            assertThat(text(seen))
                .as("what the host saw of " + what)
                .isEqualTo(text(List.of(value)));
            assertThat(text(back)).as(what).isEqualTo(text(value));
          }
        }
      }
    }
    assertThat(functions).isEqualTo(40);
  }

  @Test
  void whatIsNoNumberIsOneAndTheSame() {
    Linker linker = new Linker();
    TestComponents.parse("values")
        .imports()
        .forEach((name, type) -> {
          if (type instanceof ExternType.Function) {
            linker.function("", name, (_, arguments) -> arguments[0]);
          }
        });
    float odd = Float.intBitsToFloat(0x7fa00001);
    try (ComponentInstance instance = TestComponents.instantiate("values", linker)) {
      assertThat(
              Float.floatToRawIntBits(
                  (Float) Objects.requireNonNull(instance.call("", "f32", odd))))
          .isEqualTo(0x7fc00000);
      Object list =
          Objects.requireNonNull(instance.call("", "singles", (Object) new float[] {1, odd}));
      assertThat(Float.floatToRawIntBits(((float[]) list)[1])).isEqualTo(0x7fc00000);
    }
  }

  private static String text(@Nullable Object value) {
    return Arrays.deepToString(new Object[] {deep(value)});
  }

  // Arrays within lists are shown by their contents.
  private static @Nullable Object deep(@Nullable Object value) {
    return switch (value) {
      case List<?> list -> list.stream().map(ValuesTest::text).toList();
      case Optional<?> some -> some.map(ValuesTest::text);
      case Case chosen -> chosen.index() + ":" + text(chosen.value());
      case null, default -> value;
    };
  }

  private static Object value(DataType type, Random random) {
    return switch (type.kind()) {
      case BOOL -> random.nextBoolean();
      case S8 -> (long) (byte) random.nextInt();
      case U8 -> (long) random.nextInt(256);
      case S16 -> (long) (short) random.nextInt();
      case U16 -> (long) random.nextInt(65536);
      case S32 -> (long) random.nextInt();
      case U32 -> random.nextInt() & 0xffffffffL;
      case S64, U64 -> random.nextLong();
      case F32 -> random.nextFloat();
      case F64 -> random.nextDouble();
      case CHAR -> "añ☃🍰".codePointAt(random.nextInt(4));
      case STRING -> "a☃ñ🍰b".substring(0, new int[] {0, 1, 2, 3, 5, 6}[random.nextInt(6)]);
      case LIST, MAP -> {
        int count = type.length() == 0 ? random.nextInt(5) : type.length();
        List<@Nullable Object> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          elements.add(value(type.parts().getFirst(), random));
        }
        yield Elements.packed(type.parts().getFirst(), elements);
      }
      case RECORD, TUPLE -> type.parts().stream().map(part -> value(part, random)).toList();
      case FLAGS -> (int) (random.nextInt() & ((1L << type.labels().size()) - 1));
      case ENUM -> random.nextInt(type.labels().size());
      case OPTION ->
          random.nextBoolean()
              ? Optional.of(value(type.parts().getFirst(), random))
              : Optional.empty();
      case VARIANT, RESULT -> {
        int index = random.nextInt(type.parts().size());
        DataType part = type.parts().get(index);
        yield new Case(index, part.isNone() ? null : value(part, random));
      }
      default -> throw new AssertionError("no value of " + type);
    };
  }
}

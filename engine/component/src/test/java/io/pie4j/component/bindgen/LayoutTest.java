package io.pie4j.component.bindgen;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.component.wit.Wit;
import io.pie4j.component.wit.WitFunction;
import io.pie4j.component.wit.WitInterface;
import io.pie4j.component.wit.WitType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes, alignments and signatures worked out by hand from the canonical ABI. */
class LayoutTest {
  private static final String TYPES =
      """
      package a:b;
      interface i {
        enum small { x, y }
        record mixed { a: u8, b: u64, c: u16 }
        record pair { a: u8, b: u8 }
        variant shape { none, tiny(u8), wide(u64), real(f32) }
        resource r { m: func(x: string) -> u32; }
        f: func(%s)%s;
      }
      """;

  private static Layout.CoreFunction core(String parameters, String result) {
    Wit wit = Wit.parse(List.of(new Wit.Source("x.wit", TYPES.formatted(parameters, result))));
    WitInterface declared = wit.interfaces().getFirst();
    return new Layout(wit).core(declared.functions().getFirst(), List.of(), "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bool | 1 | 1",
        "char | 4 | 4",
        "string | 8 | 4",
        "list<u64> | 8 | 4",
        "u64 | 8 | 8",
        "small | 1 | 1",
        "r | 4 | 4",
        "borrow<r> | 4 | 4",
        "mixed | 24 | 8",
        "pair | 2 | 1",
        "shape | 16 | 8",
        "option<u8> | 2 | 1",
        "option<u32> | 8 | 4",
        "option<mixed> | 32 | 8",
        "option<option<u16>> | 6 | 2",
      })
  void sizesAndAlignments(String type, int size, int alignment) {
    Wit wit = Wit.parse(List.of(new Wit.Source("x.wit", TYPES.formatted("p: " + type, ""))));
    WitFunction function = wit.interfaces().getFirst().functions().getFirst();
    WitType parameter = function.parameters().getFirst().type();
    assertThat(new Layout(wit).size(parameter)).isEqualTo(size);
    assertThat(new Layout(wit).alignment(parameter)).isEqualTo(alignment);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: u8, b: s64, c: f32, d: f64 | '' | i32 i64 f32 f64 ->",
        "a: string, b: list<u32> | -> u32 | i32 i32 i32 i32 -> i32",
        "a: mixed | -> string | i32 i64 i32 i32 ->",
        "a: shape | -> shape | i32 i64 i32 ->",
        "a: option<f32> | -> small | i32 f32 -> i32",
        "a: option<string> | -> option<u8> | i32 i32 i32 i32 ->",
        "a: r, b: borrow<r> | -> r | i32 i32 -> i32",
        "a: string, b: string, c: string, d: string, e: string, f: string, g: string, h: string | -> f64 |"
            + " i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 -> f64",
        "a: string, b: string, c: string, d: string, e: string, f: string, g: string, h: string, i: u8 | -> string |"
            + " i32 i32 ->",
      })
  void signatures(String parameters, String result, String signature) {
    assertThat(core(parameters, result).signature()).isEqualTo(signature);
  }

  @Test
  void discriminantsGrowWithTheCases() {
    assertThat(Layout.discriminantSize(256)).isEqualTo(1);
    assertThat(Layout.discriminantSize(257)).isEqualTo(2);
    assertThat(Layout.discriminantSize(65_537)).isEqualTo(4);
  }
}

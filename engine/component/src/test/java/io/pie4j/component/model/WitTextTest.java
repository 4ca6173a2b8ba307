package io.pie4j.component.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.component.wit.Wit;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WitTextTest {
  @Test
  void interfacesAreWrittenAsTheyWere() {
    assertThat(TestComponents.parse("interfaces").wit())
        .isEqualTo(
            """
            package root:component;

            world root {
              import test:draw/shapes@0.2.1;
              import test:draw/paths@0.2.1;
              import other:pack/far;
              import beside: interface {
                run: func(fixed: list<u8, 4>);
              }
            }

            package test:draw@0.2.1 {
              interface shapes {
                record point {
                  x: s32,
                  y: s32,
                }
                variant shape {
                  dot(point),
                  none,
                }
                resource canvas {
                  constructor(width: u32);
                  draw: func(what: list<shape>) -> result<u32, string>;
                  join: static func(a: canvas, b: canvas) -> option<canvas>;
                }
              }
              interface paths {
                use shapes.{point};
                use shapes.{canvas as surface};
                type path = list<point>;
                enum %list {
                  open,
                  closed,
                }
                trace: func(on: borrow<surface>, along: path, kind: %list) -> tuple<u8, result, char>;
              }
            }

            package other:pack {
              interface far {
                use test:draw/shapes@0.2.1.{point as far-point};
                move: func(%from: far-point, by: map<string, f32>) -> far-point;
              }
            }
            """);
  }

  @Test
  void functionsAndTypesStandInTheWorld() {
    assertThat(TestComponents.parse("resources").wit())
        .contains("  import gone: func(rep: u32);\n")
        .contains("  export %use: func(h: u32) -> u32;\n")
        .contains("  export same: func(t: thing) -> thing;\n")
        .contains("      end: static func(c: counter) -> u32;\n");
    assertThat(TestComponents.parse("values").wit())
        .contains("  enum enum-type {\n    red,\n    green,\n    blue,\n  }\n")
        .contains(
            "  import nested: func(x: list<list<option<u16>>>) -> list<list<option<u16>>>;\n");
  }

  @Test
  void thePackageCanBeReadAgain() {
    String wit = TestComponents.parse("resources").wit();
    int from = wit.indexOf("package test:api {");
    String text = "package test:api;\n" + wit.substring(from + 18, wit.lastIndexOf('}'));
    assertThat(Wit.parse(List.of(new Wit.Source("api.wit", text))).interfaces())
        .singleElement()
        .satisfies(api -> assertThat(api.name()).hasToString("test:api/counters"));
  }
}

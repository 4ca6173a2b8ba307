package io.pie4j.component;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BlockTypesTest {
  /**
   * So many types; a block of the last of them, which takes nothing and gives an integer; the
   * others are of functions with as many parameters as their number says, up to nine.
   */
  private static String text(int types) {
    StringBuilder text = new StringBuilder("(module ");
    for (int i = 0; i < types - 1; i++) {
      text.append("(type (func (param").append(" i64".repeat(1 + i % 9)).append(")))");
    }
    return text
        + "(type $last (func (result i32)))"
        + "(table 1 funcref) (elem (i32.const 0) $seven)"
        + "(func $seven (type $last) (i32.const 7))"
        + "(func (export \"run\") (result i32)"
        + "  (i32.add (block (type $last) (i32.const 35))"
        + "    (call_indirect (type $last) (i32.const 0)))))";
  }

  @Test
  void blocksMayBeOfAnyType() {
    for (int types : new int[] {2, 63, 64, 65, 66, 100, 112, 125, 127, 128, 129, 130, 300}) {
      try (WasmEngine engine = new WasmEngine();
          Instance instance =
              engine
                  .compile(Wat.module(text(types)))
                  .instantiate(HostImports.none(), Limits.standard())) {
        assertThat(instance.call("run")).as("%d types", types).containsExactly(42);
      }
    }
  }
}

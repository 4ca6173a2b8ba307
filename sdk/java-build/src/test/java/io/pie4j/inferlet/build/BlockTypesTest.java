package io.pie4j.inferlet.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmEngineException;

final class BlockTypesTest {
  /** A block of the last of so many types, no arguments and an integer; the others are empty. */
  private static byte[] module(int types) {
    ByteArrayOutputStream section = new ByteArrayOutputStream();
    number(types, section);
    for (int i = 1; i < types; i++) {
      section.writeBytes(new byte[] {0x60, 0, 0});
    }
    section.writeBytes(new byte[] {0x60, 0, 1, 0x7f});
    ByteArrayOutputStream module = new ByteArrayOutputStream();
    module.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 1});
    number(section.size(), module);
    module.writeBytes(section.toByteArray());
    int last = types - 1;
    module.writeBytes(new byte[] {3, 2, 1, 0, 10, 11, 1, 9, 0});
    module.writeBytes(new byte[] {2, (byte) (0x80 | (last & 0x7f)), (byte) (last >> 7)});
    module.writeBytes(new byte[] {0x41, 7, 0x0b, 0x1a, 0x0b});
    return module.toByteArray();
  }

  private static void number(int value, ByteArrayOutputStream to) {
    to.write(0x80 | (value & 0x7f));
    to.write(value >> 7);
  }

  @Test
  void copiesTypesThatAreMistaken() {
    byte[] mistaken = module(126);
    assertThatThrownBy(() -> Parser.parse(mistaken)).isInstanceOf(WasmEngineException.class);
    byte[] readable = BlockTypes.readable(mistaken);
    assertThat(Parser.parse(readable).typeSection().typeCount())
        .isEqualTo(129); // No index that is mistaken again.
  }

  @Test
  void copiesAType() {
    byte[] types = new byte[0];
    for (int count : new int[] {112, 125, 126, 127, 128}) {
      types = BlockTypes.readable(module(count));
      assertThat(Parser.parse(types).typeSection().typeCount()).isEqualTo(129);
    }
    assertThat(BlockTypes.readable(types)).isEqualTo(types);
  }

  @Test
  void leavesOthersAlone() {
    for (int types : new int[] {1, 64, 129, 300}) {
      assertThat(BlockTypes.readable(module(types))).isEqualTo(module(types));
    }
  }
}

package io.pie4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DequantizerTest {

  @ParameterizedTest
  @EnumSource
  void agreesToTheBitWithTheReferencePackage(TensorType type) {
    byte[] blocks = TestModels.bytes(TestModels.path("quantization/" + type + ".blocks"));
    float[] expected = TestModels.floats(TestModels.path("quantization/" + type + ".f32"));
    Tensor tensor = new Tensor("golden", type, 1, expected.length, MemorySegment.ofArray(blocks));

    assertThat(bits(tensor.toFloats())).isEqualTo(bits(expected)).hasSizeGreaterThan(400);
  }

  @ParameterizedTest
  @EnumSource
  void readsEachRowByItself(TensorType type) {
    byte[] blocks = TestModels.bytes(TestModels.path("quantization/" + type + ".blocks"));
    int columns = 2 * type.blockSize();
    int rows = blocks.length / type.blockBytes() / 2;
    MemorySegment data = MemorySegment.ofArray(blocks).asSlice(0, rows * type.bytes(columns));
    Tensor matrix = new Tensor("matrix", type, rows, columns, data);
    float[] all = TestModels.floats(TestModels.path("quantization/" + type + ".f32"));

    float[] row = new float[columns];
    for (int r = 0; r < rows; r++) {
      matrix.dequantizeRow(r, row);
      for (int c = 0; c < columns; c++) {
        assertThat(Float.floatToRawIntBits(row[c]))
            .isEqualTo(Float.floatToRawIntBits(all[r * columns + c]));
      }
    }
    assertThat(matrix.toFloats()).startsWith(all[0], all[1]).hasSize(rows * columns);
  }

  @Test
  void refusesDataOfTheWrongSize() {
    MemorySegment data = MemorySegment.ofArray(new byte[33]);
    assertThatThrownBy(() -> new Tensor("w", TensorType.Q8_0, 1, 32, data))
        .hasMessage("tensor w, 1 x 32 of Q8_0, takes 34 bytes, found 33");
    assertThatThrownBy(() -> new Tensor("w", TensorType.Q8_0, 1, 33, data))
        .hasMessage("33 columns of Q8_0 are not a multiple of 32");
  }

  @Test
  void refusesRowsOutsideAndShortArrays() {
    Tensor two = new Tensor("w", TensorType.F32, 2, 2, MemorySegment.ofArray(new byte[16]));
    assertThatThrownBy(() -> two.dequantizeRow(2, new float[2]))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> two.dequantizeRow(0, new float[1]))
        .hasMessage("a row of w has 2 values, the array 1");
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}

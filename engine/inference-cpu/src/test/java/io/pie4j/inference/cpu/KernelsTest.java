package io.pie4j.inference.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.model.Tensor;
import io.pie4j.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Vector kernels give the bits of scalar kernels, and every row those of that row alone. */
class KernelsTest {
  private static final int[] ROWS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 31, 63, 64, 70};

  private final Arena arena = Arena.ofShared();
  private final Random random = new Random(11);
  private final Kernels scalar = new ScalarKernels();
  private final Kernels vector = new VectorKernels();

  @AfterEach
  void free() {
    arena.close();
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void rowsBecomeTheOraclesSingles(TensorType type) {
    for (int blocks : new int[] {1, 2, 3, 7}) {
      int columns = blocks * (type.quantized() ? type.blockSize() : 1) * (blocks == 7 ? 3 : 1);
      Tensor tensor = RandomModel.matrix(type, 3, columns, 1, random, arena);
      for (int row = 0; row < 3; row++) {
        float[] expected = new float[columns];
        tensor.dequantizeRow(row, expected);
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
          assertThat(dequantized(kernels, tensor, row, 0, columns)).isEqualTo(expected);
          int from = blocks / 2 * type.blockSize();
          int count = type.blockSize();
          assertThat(dequantized(kernels, tensor, row, from, count))
              .isEqualTo(Arrays.copyOfRange(expected, from, from + count));
        }
      }
    }
  }

  private static float[] dequantized(Kernels kernels, Tensor tensor, int row, int from, int count) {
    float[] out = new float[count + 5];
    kernels.dequantize(tensor, row, from, count, out, 5);
    return Arrays.copyOfRange(out, 5, 5 + count);
  }

  @Test
  void everyHalfBecomesTheOraclesSingle() {
    MemorySegment data = arena.allocate(2L << 16);
    for (int i = 0; i < 1 << 16; i++) {
      data.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) i);
    }
    for (TensorType type : new TensorType[] {TensorType.F16, TensorType.BF16}) {
      Tensor tensor = new Tensor("all", type, 1, 1 << 16, data);
      float[] expected = new float[1 << 16];
      tensor.dequantizeRow(0, expected);
      assertThat(dequantized(vector, tensor, 0, 0, 1 << 16)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void productsAgree(TensorType type) {
    try (Workers workers = new Workers(1)) {
      int block = type.blockSize();
      int[][] shapes = {
        {1, block}, {5, 2 * block}, {19, block}, {48, 3 * block}, {6, 5 * block}, {67, block}
      };
      for (int[] shape : shapes) {
        int columns = type.quantized() ? shape[1] : shape[1] * 311 + 1;
        Tensor tensor = RandomModel.matrix(type, shape[0], columns, 1, random, arena);
        compare(new Linear.InFile(tensor));
        compare(Linear.Panels.of(tensor, workers, arena));
      }
    }
  }

  private void compare(Linear linear) {
    Activations x = activations(linear.inputs(), 70);
    float[][] alone = new float[70][];
    for (int row = 0; row < 70; row++) {
      Activations one = new Activations(linear.inputs());
      one.reserve(1);
      System.arraycopy(x.values(), x.at(row), one.values(), 0, x.stride());
      alone[row] = multiply(linear, scalar, one, 1)[0];
    }
    for (int rows : ROWS) {
      assertThat(multiply(linear, vector, x, rows))
          .as("%s, %d rows", linear, rows)
          .isDeepEqualTo(Arrays.copyOf(alone, rows));
    }
    assertThat(multiply(linear, scalar, x, 7)).isDeepEqualTo(Arrays.copyOf(alone, 7));
  }

  /** All units one by one, as threads might take them. */
  private static float[][] multiply(Linear linear, Kernels kernels, Activations x, int rows) {
    Activations y = new Activations(linear.outputs());
    y.reserve(rows);
    for (int unit = linear.units() - 1; unit >= 0; unit--) {
      linear.multiply(kernels, unit, unit + 1, x, rows, y, new Scratch());
    }
    float[][] results = new float[rows][];
    for (int row = 0; row < rows; row++) {
      results[row] = Arrays.copyOfRange(y.values(), y.at(row), y.at(row) + linear.outputs());
    }
    return results;
  }

  private Activations activations(int width, int rows) {
    Activations x = new Activations(width);
    x.reserve(rows);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < width; i++) {
        x.values()[x.at(row) + i] = (float) random.nextGaussian();
      }
    }
    return x;
  }

  @Test
  void attentionAgrees() {
    for (int slots : new int[] {16, 32}) {
      for (int headDim : new int[] {2, 10, 16, 33, 64, 100}) {
        int width = Activations.padded(headDim);
        MemorySegment page = arena.allocate(4L * 4 * slots * width, 64);
        for (long i = 0; i < page.byteSize() / 4; i++) {
          page.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
        }
        float[] queries = gauss(4 * headDim);
        int[] queryAt = IntStream.range(0, 4).map(i -> i * headDim).toArray();
        long[] blocks = LongArrays.of(4, 4L * slots * headDim);
        int stride = 3 * slots;
        float[][] scores = new float[4][4 * stride];
        scalar
            .attention()
            .scores(page, blocks, slots, headDim, queries, queryAt, scores[0], 16, stride);
        vector
            .attention()
            .scores(page, blocks, slots, headDim, queries, queryAt, scores[1], 16, stride);
        assertThat(scores[1]).isEqualTo(scores[0]);
        long keys = blocks[2];
        scalar
            .attention()
            .sharedScores(page, keys, slots, headDim, queries, queryAt, scores[2], 3, stride);
        vector
            .attention()
            .sharedScores(page, keys, slots, headDim, queries, queryAt, scores[3], 3, stride);
        assertThat(scores[3]).isEqualTo(scores[2]);

        long[] values = LongArrays.of(4, 4L * slots * width);
        for (int visible : new int[] {0, 1, 0x8001, 0xFFFF, 0xA5C3, random.nextInt(1 << 16)}) {
          float[][] sums = new float[4][];
          Arrays.setAll(sums, i -> Arrays.copyOf(queries, 4 * width));
          scalar.attention().weigh(page, values, visible, width, scores[0], 16, stride, sums[0], 0);
          vector.attention().weigh(page, values, visible, width, scores[0], 16, stride, sums[1], 0);
          assertThat(sums[1]).isEqualTo(sums[0]);
          scalar
              .attention()
              .sharedWeigh(page, values[1], visible, width, scores[0], 16, stride, sums[2], 0);
          vector
              .attention()
              .sharedWeigh(page, values[1], visible, width, scores[0], 16, stride, sums[3], 0);
          assertThat(sums[3]).isEqualTo(sums[2]);
        }
      }
    }
  }

  @Test
  void exponentialsAgree() {
    for (int count : new int[] {1, 5, 16, 17, 31, 32, 100, 1000}) {
      float[] expected = gauss(count + 40);
      for (int i = 0; i < expected.length; i++) {
        expected[i] *= 50;
      }
      expected[8] = Float.NEGATIVE_INFINITY;
      float[] actual = expected.clone();
      scalar.exponentials(expected, 8, count);
      vector.exponentials(actual, 8, count);
      assertThat(Arrays.copyOfRange(actual, 0, 8 + count))
          .isEqualTo(Arrays.copyOfRange(expected, 0, 8 + count));
    }
  }

  @Test
  void swigluAgrees() {
    float[] expected = gauss(112);
    for (int i = 0; i < expected.length; i++) {
      expected[i] *= i;
    }
    float[] up = gauss(112);
    float[] actual = expected.clone();
    scalar.swiglu(expected, up, 16, 96);
    vector.swiglu(actual, up, 16, 96);
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void exponentialIsWithinTwoUnitsInTheLastPlace() {
    for (int i = 0; i < 200_000; i++) {
      float x = -87 + 175 * random.nextFloat();
      double exact = Math.exp(x);
      assertThat(Math.abs(Exp.exp(x) - exact)).isLessThanOrEqualTo(2 * Math.ulp((float) exact));
    }
    assertThat(Exp.exp(0)).isEqualTo(1);
    assertThat(Exp.exp(Float.NEGATIVE_INFINITY)).isLessThan(1e-37f);
    assertThat(Exp.exp(Float.POSITIVE_INFINITY)).isFinite();
    assertThat(Exp.exp(Float.NaN)).isNaN();
  }

  private float[] gauss(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static final class LongArrays {
    static long[] of(int count, long step) {
      return IntStream.range(0, count).mapToLong(i -> i * step).toArray();
    }
  }
}

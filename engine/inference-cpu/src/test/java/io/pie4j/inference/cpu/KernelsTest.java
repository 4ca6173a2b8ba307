package io.pie4j.inference.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pie4j.model.Tensor;
import io.pie4j.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** All kernels give the bits of scalar kernels, and every row those of that row alone. */
class KernelsTest {
  private static final int[] ROWS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 31, 70, 300};
  private static final int[] FEW_ROWS = {1, 2, 7};

  private final Arena arena = Arena.ofShared();
  private final Random random = new Random(11);
  private final Kernels scalar = new ScalarKernels();

  @AfterEach
  void free() {
    arena.close();
  }

  static Stream<Kernels> tiers() {
    return Stream.concat(
        Stream.of(new VectorKernels()),
        Arrays.stream(InstructionSet.values())
            .filter(NativeLibrary.get()::has)
            .map(set -> new NativeKernels(NativeLibrary.get(), set)));
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void productsAgree(TensorType type) {
    try (Workers workers = new Workers(1)) {
      // More blocks than any kernel takes at a time; then odd sizes, with fewer rows.
      int columns = type.quantized() ? 1280 : 600;
      Tensor wide = RandomModel.matrix(type, 19, columns, 1, random, arena);
      compare(laidOut(wide, type, workers, arena), wide, ROWS);
      int block = type.blockSize();
      int[][] shapes = {{1, block}, {67, block}, {48, 3 * block}, {6, 5 * block}};
      for (int[] shape : shapes) {
        int odd = type.quantized() ? shape[1] : shape[1] * 7 + 1;
        Tensor tensor = RandomModel.matrix(type, shape[0], odd, 1, random, arena);
        compare(laidOut(tensor, type, workers, arena), tensor, FEW_ROWS);
        compare(laidOut(tensor, TensorType.F32, workers, arena), tensor, FEW_ROWS);
      }
    }
  }

  /** A tensor in panels. */
  static Linear laidOut(Tensor tensor, TensorType type, Workers workers, Arena arena) {
    MemorySegment memory = arena.allocate(Linear.bytes(tensor, type), Linear.ALIGNMENT);
    Linear linear = Linear.over(memory, tensor, type);
    linear.fill(tensor, workers);
    return linear;
  }

  /** All tiers and numbers of rows give the bits of one row alone, which is near the product. */
  private void compare(Linear linear, Tensor tensor, int[] numbers) {
    int most = numbers[numbers.length - 1];
    Activations x = activations(linear.inputs(), most);
    float[][] alone = new float[most][];
    for (int row = 0; row < most; row++) {
      Activations one = new Activations(linear.inputs());
      one.reserve(1);
      System.arraycopy(x.values(), x.at(row), one.values(), 0, x.stride());
      alone[row] = multiply(linear, scalar, one, 1)[0];
    }
    assertIsProduct(linear, tensor, x, alone[3], 3);
    assertThat(multiply(linear, scalar, x, 7)).isDeepEqualTo(Arrays.copyOf(alone, 7));
    tiers()
        .forEach(tier -> {
          for (int rows : numbers) {
            assertThat(multiply(linear, tier, x, rows))
                .as(
                    "%s, %d x %d of %s, %d rows",
                    tier.name(), linear.outputs(), linear.inputs(), linear.type(), rows)
                .isDeepEqualTo(Arrays.copyOf(alone, rows));
          }
        });
  }

  private static void assertIsProduct(
      Linear linear, Tensor tensor, Activations x, float[] y, int row) {
    float[] w = new float[linear.inputs()];
    for (int o = 0; o < linear.outputs(); o++) {
      tensor.dequantizeRow(o, w);
      double sum = 0;
      double error = 0;
      for (int k = 0; k < w.length; k++) {
        float value = x.values()[x.at(row) + k];
        sum += (double) w[k] * value;
        // Half a step of 1 / 127 of the largest of a normal distribution's 32 values.
        error += Math.abs(w[k]) * (linear.takesBytes() ? 4.5 / 254 : 1e-6 * Math.abs(value));
      }
      assertThat((double) y[o]).isCloseTo(sum, within(error + 1e-6));
    }
  }

  /** All units one by one, as threads might take them. */
  private static float[][] multiply(Linear linear, Kernels kernels, Activations x, int rows) {
    Activations y = new Activations(linear.outputs());
    y.reserve(rows);
    if (linear.takesBytes()) {
      x.reserveBytes(rows);
      for (int row = 0; row < rows; row++) {
        x.toBytes(kernels, row, rows);
      }
    }
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

  /** Blocks of zeros, of tiny and of huge values, and the largest weights against the largest x. */
  @ParameterizedTest
  @MethodSource("tiers")
  void bytesAgreeAtTheEdges(Kernels tier) {
    float[] edges = {0, -0f, Float.MIN_VALUE, 1e-38f, 1e-30f, 1, -1, 127, 1e30f, Float.MAX_VALUE};
    float[] x = new float[32 * edges.length];
    for (int block = 0; block < edges.length; block++) {
      for (int i = 0; i < 32; i++) {
        x[32 * block + i] = edges[block] * (i == 5 ? 1 : random.nextInt(-9, 10) / 9f);
      }
    }
    long bytes = (long) edges.length * ByteRows.BLOCK;
    MemorySegment expected = arena.allocate(bytes, 64);
    MemorySegment actual = arena.allocate(bytes, 64);
    scalar.toBytes(x, 0, x.length, expected, 0, ByteRows.BLOCK);
    tier.toBytes(x, 0, x.length, actual, 0, ByteRows.BLOCK);
    assertThat(actual.mismatch(expected)).isEqualTo(-1);
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void largestBytesDoNotOverflow(Kernels tier) {
    MemorySegment data = arena.allocate(34);
    for (byte weight : new byte[] {-128, -127, 127}) {
      data.fill(weight);
      data.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, Float.floatToFloat16(1));
      try (Workers workers = new Workers(1)) {
        Tensor tensor = new Tensor("all", TensorType.Q8_0, 1, 32, data);
        Linear linear = laidOut(tensor, TensorType.Q8_0, workers, arena);
        for (int sign : new int[] {1, -1}) {
          Activations x = new Activations(32);
          x.reserve(1);
          Arrays.fill(x.values(), 0, 32, sign * 127f);
          assertThat(multiply(linear, tier, x, 1)[0][0]).isEqualTo(32f * 127 * sign * weight);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void exponentialsAgree(Kernels tier) {
    for (int count : new int[] {1, 5, 16, 17, 31, 32, 100, 1000}) {
      float[] expected = gauss(count + 40);
      for (int i = 0; i < expected.length; i++) {
        expected[i] *= 50;
      }
      expected[8] = Float.NEGATIVE_INFINITY;
      float[] actual = expected.clone();
      scalar.exponentials(expected, 8, count);
      tier.exponentials(actual, 8, count);
      assertThat(Arrays.copyOfRange(actual, 0, 8 + count))
          .isEqualTo(Arrays.copyOfRange(expected, 0, 8 + count));
    }
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void swigluAgrees(Kernels tier) {
    float[] expected = gauss(112);
    for (int i = 0; i < expected.length; i++) {
      expected[i] *= i;
    }
    float[] up = gauss(112);
    float[] actual = expected.clone();
    scalar.swiglu(expected, up, 16, 96);
    tier.swiglu(actual, up, 16, 96);
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
}

package io.pie4j.inference.cpu;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/** Every tier's attention gives the bits of the scalar one. */
class AttentionKernelsTest {
  private static final int BLOCKS = 7;

  private final Arena arena = Arena.ofShared();
  private final Random random = new Random(12);
  private final AttentionKernels scalar = new ScalarAttention();

  static Stream<AttentionKernels> tiers() {
    return Stream.concat(
        Stream.of(new VectorAttention()),
        Stream.of(InstructionSet.values())
            .filter(NativeLibrary.get()::has)
            .map(set -> new NativeAttention(NativeLibrary.get(), set)));
  }

  @AfterEach
  void free() {
    arena.close();
  }

  @Test
  void blocksBecomeTheOraclesSingles() {
    AttentionKernels tier = new VectorAttention();
    for (KvFormat format : formats()) {
      for (int headDim : new int[] {2, 10, 33, 64}) {
        int width = Activations.padded(headDim);
        int slots = 32;
        MemorySegment block = block(format, slots, width);
        MemorySegment[] singles = {
          arena.allocate(4L * 32 * width), arena.allocate(4L * 32 * width)
        };
        scalar.expandKeys(format, block, 0, slots, headDim, singles[0], 0);
        tier.expandKeys(format, block, 0, slots, headDim, singles[1], 0);
        assertThat(singles[1].mismatch(singles[0])).as("%s, %d", format, headDim).isEqualTo(-1);
        scalar.expandValues(format, block, 0, 21, width, singles[0], 0);
        tier.expandValues(format, block, 0, 21, width, singles[1], 0);
        assertThat(singles[1].mismatch(singles[0])).as("%s, %d", format, headDim).isEqualTo(-1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void scoresAndSumsAgree(AttentionKernels tier) {
    for (KvFormat format : formats()) {
      for (int pageSize : new int[] {8, 16, 21, 32}) {
        for (int headDim : new int[] {2, 10, 44, 64, 100}) {
          for (int heads = 1; heads <= 9; heads++) {
            agree(tier, format, pageSize, headDim, heads, 1 + random.nextInt(BLOCKS));
          }
        }
      }
    }
  }

  private void agree(
      AttentionKernels tier, KvFormat format, int pageSize, int headDim, int heads, int count) {
    String what = "%s, %d slots, %d wide, %d heads, %d blocks";
    what = what.formatted(format, pageSize, headDim, heads, count);
    int slots = Activations.padded(pageSize);
    int width = Activations.padded(headDim);
    int stride = 5 + count * pageSize + slots;
    float[] queries = gauss(3 + heads * headDim);
    Blocks[] keys = {new Blocks(BLOCKS), new Blocks(BLOCKS)};
    Blocks[] values = {new Blocks(BLOCKS), new Blocks(BLOCKS)};
    clear(keys, tier, format);
    clear(values, tier, format);
    int[] visible = new int[BLOCKS];
    for (int b = 0; b < count; b++) {
      addKeys(keys, block(format, slots, headDim), format, slots, headDim);
      addValues(values, block(format, pageSize, width), format, pageSize, width);
      int all = (int) ((1L << pageSize) - 1);
      visible[b] = random.nextBoolean() ? all : random.nextInt() & all;
    }
    float[] expected = new float[heads * stride];
    float[] actual = new float[heads * stride];
    scalar.scores(keys[0], pageSize, heads, headDim, queries, 3, expected, 5, stride);
    tier.scores(keys[1], pageSize, heads, headDim, queries, 3, actual, 5, stride);
    for (int head = 0; head < heads; head++) {
      int from = 5 + head * stride;
      int to = from + count * pageSize;
      assertThat(Arrays.copyOfRange(actual, from, to))
          .as(what)
          .isEqualTo(Arrays.copyOfRange(expected, from, to));
    }

    values[0].see(visible, 0);
    values[1].see(visible, 0);
    float[] sums = gauss(2 + heads * (width + Kernels.MAX_LANES));
    float[] theirs = sums.clone();
    scalar.weigh(values[0], pageSize, heads, width, expected, 5, stride, sums, 2);
    tier.weigh(values[1], pageSize, heads, width, expected, 5, stride, theirs, 2);
    for (int head = 0; head < heads; head++) {
      int from = 2 + head * (width + Kernels.MAX_LANES);
      int to = from + width + 1;
      assertThat(Arrays.copyOfRange(theirs, from, to))
          .as(what)
          .isEqualTo(Arrays.copyOfRange(sums, from, to));
    }
  }

  private static void clear(Blocks[] blocks, AttentionKernels tier, KvFormat format) {
    blocks[0].clear(KvFormat.F32);
    blocks[1].clear(tier.reads(format) ? format : KvFormat.F32);
  }

  private void addKeys(
      Blocks[] blocks, MemorySegment block, KvFormat format, int slots, int headDim) {
    MemorySegment singles = arena.allocate(4L * slots * headDim);
    scalar.expandKeys(format, block, 0, slots, headDim, singles, 0);
    blocks[0].add(singles, 0);
    blocks[1].add(blocks[1].format() == format ? block : singles, 0);
  }

  private void addValues(
      Blocks[] blocks, MemorySegment block, KvFormat format, int slots, int width) {
    MemorySegment singles = arena.allocate(4L * slots * width);
    scalar.expandValues(format, block, 0, slots, width, singles, 0);
    blocks[0].add(singles, 0);
    blocks[1].add(blocks[1].format() == format ? block : singles, 0);
  }

  private static KvFormat[] formats() {
    return Arrays.stream(KvFormat.values())
        .filter(format -> format != KvFormat.AUTO)
        .toArray(KvFormat[]::new);
  }

  /** A random block as pages hold it. */
  private MemorySegment block(KvFormat format, int slots, int values) {
    MemorySegment block = arena.allocate(format.blockBytes(slots, values));
    int count = slots * values;
    for (int i = 0; i < count; i++) {
      // The smallest halves are subnormal.
      float value = (float) random.nextGaussian() * (i % 5 == 0 ? 1e-6f : 1);
      switch (format) {
        case F16 -> block.setAtIndex(ValueLayout.JAVA_SHORT, i, KvFormat.half(value));
        case BF16 -> block.setAtIndex(ValueLayout.JAVA_SHORT, i, KvFormat.brain(value));
        case Q8 -> block.set(ValueLayout.JAVA_BYTE, i, (byte) (random.nextInt(255) - 127));
        default -> block.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
      }
    }
    for (int slot = 0; slot < slots && format == KvFormat.Q8; slot++) {
      block.set(ValueLayout.JAVA_FLOAT_UNALIGNED, count + 4L * slot, random.nextFloat() / 100);
    }
    return block;
  }

  private float[] gauss(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @ParameterizedTest
  @EnumSource(value = KvFormat.class, mode = Mode.EXCLUDE, names = "AUTO")
  void roundingIsToTheNearest(KvFormat format) {
    double share =
        switch (format) {
          case F16 -> 0x1p-11;
          case BF16 -> 0x1p-8;
          case Q8 -> 0.5 / 127 + 1e-6;
          default -> 0;
        };
    float[] values = gauss(1000);
    float largest = 127 * KvFormat.scale(values, 0, 1000);
    float scale = KvFormat.scale(values, 0, 1000);
    for (float value : values) {
      double error =
          switch (format) {
            case F16 -> Float.float16ToFloat(KvFormat.half(value)) - value;
            case BF16 -> Float.intBitsToFloat(KvFormat.brain(value) << 16) - value;
            case Q8 -> KvFormat.whole(value, KvFormat.inverse(scale)) * scale - value;
            default -> 0;
          };
      double unit = format == KvFormat.Q8 ? largest : Math.abs(value) + 0x1p-13;
      assertThat(Math.abs(error)).isLessThanOrEqualTo(share * unit);
    }
  }

  @Test
  void whatFitsNoFormatStaysNumbers() {
    assertThat(Float.float16ToFloat(KvFormat.half(1e9f))).isEqualTo(65504);
    assertThat(Float.float16ToFloat(KvFormat.half(-1e9f))).isEqualTo(-65504);
    assertThat(KvFormat.half(Float.NaN)).isZero();
    assertThat(Float.intBitsToFloat(KvFormat.brain(Float.NaN) << 16)).isNaN();
    assertThat(KvFormat.inverse(KvFormat.scale(new float[4], 0, 4))).isZero();
    assertThat(KvFormat.whole(-1e-39f, KvFormat.inverse(1e-41f))).isZero();
  }
}

package io.pie4j.inference.cpu;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.pie4j.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Quantized weights times activations as bytes, by the Vector API.
 *
 * <p>It has no instruction that multiplies bytes, and none that adds neighbours. A panel's four
 * (the bytes of four columns of 16 outputs) is therefore read as shorts: the even bytes are columns
 * 0 and 2 of each output, the odd bytes 1 and 3. Activations lie ready as pairs of shorts that fit
 * (0 with 2, 1 with 3), spread over all lanes. Products are summed as shorts for as long as they
 * fit: all 32 columns of nibbles, half of them for Q6_K, two for Q8_0. Only then do the two shorts
 * of an output become one int. All of this is exact, so that its order is free.
 */
final class VectorBytes {
  static final VectorSpecies<Integer> I =
      IntVector.SPECIES_PREFERRED.length() <= Kernels.MAX_LANES
          ? IntVector.SPECIES_PREFERRED
          : IntVector.SPECIES_512;
  static final int LANES = I.length();
  static final VectorSpecies<Float> F = I.withLanes(float.class);
  static final VectorSpecies<Short> S = I.withLanes(short.class);

  /** As many halves, or bytes, as there are lanes. */
  static final VectorSpecies<Short> HALVES =
      VectorSpecies.of(short.class, VectorShape.forBitSize(Math.max(64, 16 * LANES)));

  static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * LANES)));

  /** Ints of a row's block: 16 pairs, then what {@link ByteRows} has behind the values. */
  static final int SPREAD = 24;

  /** Where to find them. */
  static final int SCALE = 16;

  static final int BIAS = 17;
  static final int MINUS_8 = 18;
  static final int MINUS_32 = 20;

  /** Rows of a tile. */
  static final int TILE = 4;

  /** Blocks whose weights are unpacked at a time, into the first cache; whole blocks of Q4_K. */
  static final int STRIP = 8;

  /** Rows at a time, and ints of their activations that stay in the second cache. */
  private static final int MOST_ROWS = 128;

  private static final int MOST_SPREAD = 1 << 16;

  private static final IntVector BYTE_SHIFTS =
      IntVector.fromArray(IntVector.SPECIES_128, new int[] {0, 8, 16, 24}, 0);

  private VectorBytes() {}

  /** See {@link Kernels#bytes}. */
  static void multiply(
      TensorType type,
      MemorySegment w,
      int columns,
      int firstOutput,
      int endOutput,
      MemorySegment x,
      int rows,
      float[] y,
      int yStride,
      Scratch scratch) {
    int blocks = ByteRows.blocks(columns);
    long bytes = Packing.panelBytes(type, columns);
    if (rows == 1) {
      scratch.spread = Scratch.atLeast(scratch.spread, blocks * SPREAD);
      VectorByteRow.spread(type, x, blocks, scratch.spread);
      for (int o = firstOutput; o < endOutput; o += Kernels.PANEL) {
        VectorByteRow.multiply(type, w, o / Kernels.PANEL * bytes, blocks, scratch.spread, y, o);
      }
      return;
    }
    for (int row = 0; row < rows; row += MOST_ROWS) {
      int count = Math.min(MOST_ROWS, rows - row);
      int tiles = (count + TILE - 1) / TILE;
      int most = Math.max(1, MOST_SPREAD / (tiles * TILE * STRIP * SPREAD)) * STRIP;
      for (int from = 0; from < blocks; from += most) {
        int end = Math.min(blocks, from + most);
        spreadTiles(x, columns, row, count, rows, from, end, scratch);
        for (int o = firstOutput; o < endOutput; o += Kernels.PANEL) {
          long panel = o / Kernels.PANEL * bytes;
          for (int b = from; b < end; b += STRIP) {
            int strip = Math.min(STRIP, end - b);
            VectorByteScales.read(type, w, panel, b, strip, scratch);
            VectorByteTiles.unpack(type, w, panel, b, strip, scratch);
            for (int tile = 0; tile < tiles; tile++) {
              int at = (tile * (end - from) + b - from) * TILE * SPREAD;
              int first = row + tile * TILE;
              int last = row + count - 1;
              VectorByteTiles.multiply(
                  type,
                  scratch,
                  strip,
                  at,
                  b == 0,
                  y,
                  first * yStride + o,
                  Math.min(first + 1, last) * yStride + o,
                  Math.min(first + 2, last) * yStride + o,
                  Math.min(first + 3, last) * yStride + o);
            }
          }
        }
      }
    }
  }

  /**
   * Blocks {@code from} to {@code end - 1} of tiles of rows; the last tile repeats its last row.
   */
  private static void spreadTiles(
      MemorySegment x,
      int columns,
      int row,
      int count,
      int rows,
      int from,
      int end,
      Scratch scratch) {
    int padded = (count + TILE - 1) / TILE * TILE;
    scratch.spread = Scratch.atLeast(scratch.spread, padded * (end - from) * SPREAD);
    for (int r = 0; r < padded; r++) {
      int source = row + Math.min(r, count - 1);
      long step = (long) ByteRows.BLOCK * ByteRows.groupRows(source, rows);
      long at = ByteRows.at(source, columns) + from * step;
      int to = (r / TILE * (end - from) * TILE + r % TILE) * SPREAD;
      for (int b = from; b < end; b++) {
        spread(x, at, scratch.spread, to);
        at += step;
        to += TILE * SPREAD;
      }
    }
  }

  /** A row's block: for each half 4 pairs of even columns, 4 of odd ones; scale and sums. */
  private static void spread(MemorySegment x, long at, int[] out, int to) {
    for (int half = 0; half < 2; half++) {
      ShortVector fours =
          IntVector.fromMemorySegment(IntVector.SPECIES_128, x, at + 16L * half, LITTLE_ENDIAN)
              .reinterpretAsShorts();
      fours
          .lanewise(VectorOperators.LSHL, 8)
          .lanewise(VectorOperators.ASHR, 8)
          .reinterpretAsInts()
          .intoArray(out, to + 8 * half);
      fours.lanewise(VectorOperators.ASHR, 8).reinterpretAsInts().intoArray(out, to + 8 * half + 4);
      IntVector.fromMemorySegment(
              IntVector.SPECIES_128, x, at + ByteRows.SCALE + 16L * half, LITTLE_ENDIAN)
          .intoArray(out, to + SCALE + 4 * half);
    }
  }

  /** {@link ByteRows#write} by vectors of four, which every machine has. */
  static void write(float[] x, int at, MemorySegment out, long to) {
    FloatVector largest = FloatVector.fromArray(FloatVector.SPECIES_128, x, at).abs();
    for (int i = 4; i < ByteRows.COLUMNS; i += 4) {
      largest = largest.max(FloatVector.fromArray(FloatVector.SPECIES_128, x, at + i).abs());
    }
    float scale = largest.reduceLanes(VectorOperators.MAX) / 127;
    // Smaller scales have no reciprocal.
    float inverse = scale >= Float.MIN_NORMAL ? 1 / scale : 0;
    IntVector low = IntVector.zero(IntVector.SPECIES_128);
    IntVector high = low;
    for (int i = 0; i < ByteRows.COLUMNS / 2; i += 4) {
      IntVector first = rounded(x, at + i, inverse);
      IntVector second = rounded(x, at + ByteRows.COLUMNS / 2 + i, inverse);
      low = low.add(first);
      high = high.add(second);
      out.set(ValueLayout.JAVA_INT, to + i, packed(first));
      out.set(ValueLayout.JAVA_INT, to + ByteRows.COLUMNS / 2 + i, packed(second));
    }
    ByteRows.writeSums(
        out,
        to,
        scale,
        low.reduceLanes(VectorOperators.ADD),
        high.reduceLanes(VectorOperators.ADD));
  }

  /** Adding a number whose last bit counts ones rounds as {@code rint} does. */
  private static IntVector rounded(float[] x, int at, float inverse) {
    return (IntVector)
        FloatVector.fromArray(FloatVector.SPECIES_128, x, at)
            .mul(inverse)
            .add(0x1.8p23f)
            .sub(0x1.8p23f)
            .convert(VectorOperators.F2I, 0);
  }

  private static int packed(IntVector values) {
    return values
        .and(0xFF)
        .lanewise(VectorOperators.LSHL, BYTE_SHIFTS)
        .reduceLanes(VectorOperators.OR);
  }
}

package io.pie4j.inference.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Working memory of one thread; grows to what was needed most and stays. */
final class Scratch {
  /** Columns of a panel as singles. */
  float[] panel = new float[0];

  final PanelBlock panelBlock = new PanelBlock();

  /** Activations as {@link VectorBytes} wants them, and weights of {@link VectorByteTiles}. */
  int[] spread = new int[0];

  short[] shorts = new short[0];
  float[] scales = new float[0];
  float[] minimums = new float[0];

  /** Attention scores of a group's tokens, head by head, one after the other. */
  float[] scores = new float[0];

  /** Weighted sums of values of as many heads, each with the sum of its weights. */
  float[] values = new float[0];

  /** Pages that a group's tokens see anything of, and the slots they see. */
  int[] pages = new int[0];

  int[] masks = new int[0];

  /** Where a group's tokens' pages begin, and behind the last token where they end. */
  final int[] firstPage = new int[Batch.GROUP_MAX + 1];

  final Blocks blocks = new Blocks(Attention.LONE_CHUNK_SLOTS / CpuSettings.MIN_PAGE_SIZE);

  /** Of what was fetched; nobody reads it. */
  long fetched;

  private MemorySegment expanded = MemorySegment.NULL;

  /** Memory for a chunk of keys or values as singles. */
  MemorySegment expanded(long bytes) {
    if (expanded.byteSize() < bytes) {
      expanded = Arena.ofAuto().allocate(bytes, 64);
    }
    return expanded;
  }

  private final Activations gathered = new Activations(0);
  private final Activations lowRank = new Activations(0);
  private final Activations delta = new Activations(0);

  private @Nullable Sampler sampler;

  /** This thread's sampler; the arguments are the same on every call. */
  Sampler sampler(Kernels kernels, int vocabulary) {
    Sampler known = sampler;
    if (known == null) {
      known = new Sampler(kernels, vocabulary);
      sampler = known;
    }
    return known;
  }

  /** Some rows of x, one after the other. */
  Activations gathered(Activations x, int[] rows) {
    reshape(gathered, x.width(), rows.length);
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(x.values(), x.at(rows[i]), gathered.values(), gathered.at(i), x.stride());
    }
    return gathered;
  }

  Activations lowRank(int width, int rows) {
    return reshape(lowRank, width, rows);
  }

  Activations delta(int width, int rows) {
    return reshape(delta, width, rows);
  }

  private static Activations reshape(Activations activations, int width, int rows) {
    activations.become(width);
    activations.reserve(rows);
    return activations;
  }

  static float[] atLeast(float[] array, int length) {
    return array.length >= length ? array : new float[grown(length)];
  }

  static int[] atLeast(int[] array, int length) {
    return array.length >= length ? array : new int[grown(length)];
  }

  /** Room for {@code more} behind the first {@code kept}, which stay. */
  static int[] longer(int[] array, int kept, int more) {
    return array.length - kept >= more ? array : Arrays.copyOf(array, grown(kept + more));
  }

  static short[] atLeast(short[] array, int length) {
    return array.length >= length ? array : new short[grown(length)];
  }

  static long[] atLeast(long[] array, int length) {
    return array.length >= length ? array : new long[grown(length)];
  }

  private static int grown(int length) {
    return (int) Math.min(length + length / 4L + 64, Integer.MAX_VALUE - 8);
  }
}

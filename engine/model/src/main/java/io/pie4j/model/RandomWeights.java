package io.pie4j.model;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Writes normally distributed weights into a model file, in parallel and some megabytes at a time.
 * The same seed gives the same file, however many threads there are.
 *
 * <p>Singles are drawn and stored in the tensor's type as {@link Quantizer} rounds them; blocks of
 * {@link TensorType#Q4_K} and {@link TensorType#Q6_K} are drawn themselves, with scales that give
 * about the same distribution.
 */
final class RandomWeights {
  /** The deviation that these families are initialized with. */
  static final float DEVIATION = 0.02f;

  private static final int CHUNK_VALUES = 1 << 20;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final long seed;
  private final NormalTable normal = new NormalTable(DEVIATION);

  RandomWeights(long seed) {
    this.seed = seed;
  }

  /** Rows {@code from} to {@code to - 1} of the tensor of this number. */
  private record Chunk(int tensor, FileLayout.Placed placed, long from, long to) {}

  /** Fills all these tensors, by number; the others are the caller's. */
  void write(FileLayout layout, List<Integer> tensors, FileChannel channel) throws IOException {
    List<Future<Long>> written = new ArrayList<>();
    try (ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      for (int tensor : tensors) {
        FileLayout.Placed placed = layout.tensors().get(tensor);
        long step = Math.max(1, CHUNK_VALUES / placed.entry().columns());
        for (long row = 0; row < placed.entry().rows(); row += step) {
          Chunk chunk = new Chunk(tensor, placed, row, Math.min(placed.entry().rows(), row + step));
          written.add(threads.submit(() -> write(chunk, channel)));
        }
      }
      awaitAll(written, threads);
    }
  }

  private static void awaitAll(List<Future<Long>> written, ExecutorService threads)
      throws IOException {
    try {
      for (Future<Long> one : written) {
        one.get();
      }
    } catch (ExecutionException e) {
      threads.shutdownNow();
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private long write(Chunk chunk, FileChannel channel) throws IOException {
    FileLayout.Entry entry = chunk.placed.entry();
    long bytes = (chunk.to - chunk.from) * entry.rowBytes();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(bytes);
      fill(chunk, entry, memory);
      ByteBuffer buffer = memory.asByteBuffer();
      long at = chunk.placed.at() + chunk.from * entry.rowBytes();
      while (buffer.hasRemaining()) {
        at += channel.write(buffer, at);
      }
    }
    return bytes;
  }

  private void fill(Chunk chunk, FileLayout.Entry entry, MemorySegment memory) {
    Draws draws = new Draws(seed, chunk.tensor, chunk.from);
    switch (entry.type()) {
      case Q4_K -> {
        for (long at = 0; at < memory.byteSize(); at += 144) {
          q4k(draws, memory, at);
        }
      }
      case Q6_K -> {
        for (long at = 0; at < memory.byteSize(); at += 210) {
          q6k(draws, memory, at);
        }
      }
      case F32, F16, BF16, Q8_0, Q4_0 -> {
        float[] row = new float[Math.toIntExact(entry.columns())];
        for (long at = 0; at < memory.byteSize(); at += entry.rowBytes()) {
          normal.fill(draws, row);
          Quantizer.quantize(entry.type(), row, row.length, memory, at);
        }
      }
    }
  }

  /** A value is scale × group scale × (nibble - 7.5): minimums are 7.5 steps of their group. */
  private void q4k(Draws draws, MemorySegment memory, long at) {
    float step = DEVIATION / 3;
    float scale = step / 52;
    memory.set(SHORT, at, Float.floatToFloat16(scale));
    memory.set(SHORT, at + 2, Float.floatToFloat16(7.5f * scale));
    int[] groups = new int[8];
    long bits = draws.next();
    for (int i = 0; i < 8; i++) {
      groups[i] = 42 + (int) ((bits >>> (8 * i)) & 0xFF) * 21 / 255;
    }
    for (int i = 0; i < 4; i++) {
      // The same six bits are the scale and the minimum; the later groups' upper two lie above.
      int low = groups[i] | ((groups[4 + i] >> 4) << 6);
      memory.set(ValueLayout.JAVA_BYTE, at + 4 + i, (byte) low);
      memory.set(ValueLayout.JAVA_BYTE, at + 8 + i, (byte) low);
      int both = (groups[4 + i] & 0xF) * 0x11;
      memory.set(ValueLayout.JAVA_BYTE, at + 12 + i, (byte) both);
    }
    for (int i = 0; i < 128; i += 2) {
      bits = draws.next();
      for (int j = 0; j < 2; j++) {
        int low = normal.steps(bits >>> (32 * j), 3, 7.5f, 15);
        int high = normal.steps(bits >>> (32 * j + 16), 3, 7.5f, 15);
        memory.set(ValueLayout.JAVA_BYTE, at + 16 + i + j, (byte) (low | (high << 4)));
      }
    }
  }

  /** A value is scale × group scale × (six bits - 32). */
  private void q6k(Draws draws, MemorySegment memory, long at) {
    for (int half = 0; half < 2; half++) {
      for (int lane = 0; lane < 32; lane++) {
        long bits = draws.next();
        int pairs = 0;
        int[] q = new int[4];
        for (int run = 0; run < 4; run++) {
          q[run] = normal.steps(bits >>> (16 * run), 10, 32, 63);
          pairs |= (q[run] >> 4) << (2 * run);
        }
        long low = at + 64L * half + lane;
        memory.set(ValueLayout.JAVA_BYTE, low, (byte) ((q[0] & 0xF) | ((q[2] & 0xF) << 4)));
        memory.set(ValueLayout.JAVA_BYTE, low + 32, (byte) ((q[1] & 0xF) | ((q[3] & 0xF) << 4)));
        memory.set(ValueLayout.JAVA_BYTE, at + 128 + 32L * half + lane, (byte) pairs);
      }
    }
    for (int i = 0; i < 16; i += 8) {
      long bits = draws.next();
      for (int j = 0; j < 8; j++) {
        int scale = 90 + (int) ((bits >>> (8 * j)) & 0xFF) * 37 / 255;
        memory.set(ValueLayout.JAVA_BYTE, at + 192 + i + j, (byte) scale);
      }
    }
    memory.set(SHORT, at + 208, Float.floatToFloat16(DEVIATION / 10 / 108));
  }

  /** SplitMix64: one sequence for each chunk. */
  static final class Draws {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private long state;

    Draws(long seed, int tensor, long row) {
      state = mix(mix(seed + GOLDEN) + (long) tensor * GOLDEN) + row * GOLDEN;
      state = mix(state);
    }

    long next() {
      state += GOLDEN;
      return mix(state);
    }

    private static long mix(long z) {
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      return z ^ (z >>> 31);
    }
  }
}

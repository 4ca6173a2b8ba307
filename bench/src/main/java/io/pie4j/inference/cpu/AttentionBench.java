package io.pie4j.inference.cpu;

import io.pie4j.bench.Counts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Attention of one token to a chunk of pages: four heads of 64 values that share keys and values,
 * as Llama 3.2 1B has them, over pages of 16.
 */
public class AttentionBench {
  private static final int HEADS = 4;
  private static final int HEAD_DIM = 64;
  private static final int PAGE = 16;
  private static final int PAGES = Attention.CHUNK_SLOTS / PAGE;
  private static final int STRIDE = Attention.CHUNK_SLOTS + PAGE;
  private static final int WIDTH = HEAD_DIM + Kernels.MAX_LANES;

  /** Of each thread where pages come from memory. */
  private static final long STREAMED_BYTES = 128L << 20;

  /** A thread's pages: one chunk of blocks, or many one after the other. */
  @State(Scope.Thread)
  public static class Pages {
    @Param public KernelTier tier = KernelTier.FASTEST;

    @Param({"F32", "F16", "BF16", "Q8"})
    public KvFormat format = KvFormat.F32;

    /** If pages come from memory rather than from a cache. */
    @Param("false")
    public boolean streamed;

    private final Blocks blocks = new Blocks(PAGES);
    private final float[] queries = new float[HEADS * HEAD_DIM];
    private final float[] scores = new float[HEADS * STRIDE];
    private final float[] sums = new float[HEADS * WIDTH];
    private final int[] visible = new int[PAGES];
    private AttentionKernels kernels = new ScalarKernels().attention();
    private Arena arena = Arena.ofAuto();
    private MemorySegment memory = MemorySegment.NULL;
    private MemorySegment expanded = MemorySegment.NULL;
    private long blockBytes;
    private int chunks;
    private int chunk;

    @Setup
    public void open() {
      kernels = KernelChoice.of(tier).kernels().attention();
      arena = Arena.ofShared();
      blockBytes = format.blockBytes(PAGE, HEAD_DIM);
      chunks = streamed ? (int) (STREAMED_BYTES / (PAGES * blockBytes)) : 1;
      memory = KernelMemory.of((long) chunks * PAGES * blockBytes, arena);
      // A number that is not subnormal in any format.
      memory.fill((byte) 0x3C);
      expanded = arena.allocate(PAGES * KvFormat.F32.blockBytes(PAGE, HEAD_DIM), 64);
      Arrays.fill(visible, (1 << PAGE) - 1);
      Arrays.fill(queries, 0.01f);
      Arrays.fill(scores, 0.01f);
    }

    @TearDown
    public void close() {
      arena.close();
    }

    /** The next chunk, as singles if the kernels want that. */
    private void next(boolean keys) {
      boolean expand = !kernels.reads(format);
      blocks.clear(expand ? KvFormat.F32 : format);
      chunk = (chunk + 1) % chunks;
      long at = (long) chunk * PAGES * blockBytes;
      for (int i = 0; i < PAGES; i++, at += blockBytes) {
        if (expand) {
          long to = i * KvFormat.F32.blockBytes(PAGE, HEAD_DIM);
          if (keys) {
            kernels.expandKeys(format, memory, at, PAGE, HEAD_DIM, expanded, to);
          } else {
            kernels.expandValues(format, memory, at, PAGE, HEAD_DIM, expanded, to);
          }
          blocks.add(expanded, to);
        } else {
          blocks.add(memory, at);
        }
      }
      for (int i = 0; i < Blocks.AHEAD && !expand && chunk + 1 < chunks; i++, at += blockBytes) {
        blocks.addAhead(memory, at);
      }
      blocks.see(visible, 0);
    }

    private void count(Counts counts) {
      counts.add((double) HEADS * Attention.CHUNK_SLOTS * HEAD_DIM, (double) PAGES * blockBytes);
    }
  }

  @Benchmark
  public float[] scores(Pages pages, Counts counts) {
    pages.next(true);
    pages.kernels.scores(
        pages.blocks, PAGE, HEADS, HEAD_DIM, pages.queries, 0, pages.scores, 0, STRIDE);
    pages.count(counts);
    return pages.scores;
  }

  @Benchmark
  public float[] weigh(Pages pages, Counts counts) {
    pages.next(false);
    Arrays.fill(pages.sums, 0);
    pages.kernels.weigh(
        pages.blocks, PAGE, HEADS, HEAD_DIM, pages.scores, 0, STRIDE, pages.sums, 0);
    pages.count(counts);
    return pages.sums;
  }
}

package io.pie4j.inference.cpu;

import io.pie4j.bench.Counts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What is done to a row of values: each call to a row of 8,192, which stays in a core's cache. */
public class RowBench {
  private static final int VALUES = 8192;

  /** A thread's row. */
  @State(Scope.Thread)
  public static class Row {
    @Param public KernelTier tier = KernelTier.FASTEST;

    private final float[] gate = new float[VALUES];
    private final float[] up = new float[VALUES];
    private final float[] scores = new float[VALUES];
    private Kernels kernels = new ScalarKernels();
    private MemorySegment bytes = MemorySegment.NULL;

    @Setup
    public void open() {
      kernels = KernelChoice.of(tier).kernels();
      bytes = Arena.ofAuto().allocate((long) ByteRows.blocks(VALUES) * ByteRows.BLOCK, 64);
      Random random = new Random(3);
      for (int i = 0; i < VALUES; i++) {
        // The layer's result takes the place of the gate: with these it stays what it is.
        gate[i] = -0.1f - 1.9f * random.nextFloat();
        up[i] = 1 + (float) Math.exp(-gate[i]);
        scores[i] = (float) random.nextGaussian();
      }
    }
  }

  @Benchmark
  public MemorySegment toBytes(Row row, Counts counts) {
    row.kernels.toBytes(row.up, 0, VALUES, row.bytes, 0, ByteRows.BLOCK);
    counts.add(VALUES, 0);
    return row.bytes;
  }

  @Benchmark
  public float[] swiglu(Row row, Counts counts) {
    row.kernels.swiglu(row.gate, row.up, 0, VALUES);
    counts.add(VALUES, 0);
    return row.gate;
  }

  @Benchmark
  public float[] exponentials(Row row, Counts counts) {
    row.kernels.exponentials(row.scores, 0, VALUES);
    counts.add(VALUES, 0);
    return row.scores;
  }
}

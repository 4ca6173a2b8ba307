package io.pie4j.inference.cpu;

import io.pie4j.bench.Counts;
import io.pie4j.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * Linear layers, a call at a time as a worker of the driver makes it.
 *
 * <p>In the package of the kernels, which are nobody else's business: benches run on the class
 * path, where a package may be in two jars.
 */
public class LinearBench {
  /** Of a call. */
  private static final int UNITS = 16;

  /** Of weights that stay in a core's second cache. */
  private static final long CACHED_BYTES = 512 << 10;

  /** Of weights that come from memory: more than the caches of all cores. */
  private static final long STREAMED_BYTES = 256L << 20;

  /** The last one's, kept for the next measurement: filling it takes time. */
  private static Layers last = Layers.none();

  /** Layers of one shape, one after the other in memory. */
  private record Layers(TensorType type, Linear[] all, Arena arena) {
    static Layers none() {
      return new Layers(TensorType.F32, new Linear[0], Arena.ofShared());
    }

    static Layers of(TensorType type, int inputs, int outputs, int count) {
      if (!last.are(type, inputs, outputs, count)) {
        last.arena.close();
        last = none();
        Arena arena = Arena.ofShared();
        long bytes = outputs / Kernels.PANEL * Packing.panelBytes(type, inputs);
        MemorySegment memory = KernelMemory.of(bytes * count, arena);
        KernelMemory.fill(type, inputs, memory);
        Linear[] all = new Linear[count];
        for (int i = 0; i < count; i++) {
          all[i] = new Linear(inputs, outputs, type, memory.asSlice(i * bytes, bytes));
        }
        last = new Layers(type, all, arena);
      }
      return last;
    }

    boolean are(TensorType wanted, int inputs, int outputs, int count) {
      return type == wanted
          && all.length == count
          && all[0].inputs() == inputs
          && all[0].outputs() == outputs;
    }
  }

  /** Weights and activations of all threads. */
  @State(Scope.Benchmark)
  public static class Shared {
    @Param public KernelTier tier = KernelTier.FASTEST;
    @Param public TensorType type = TensorType.F32;

    @Param("1")
    public int rows;

    /** If weights come from memory rather than from a cache. */
    @Param("false")
    public boolean streamed;

    @Param("2048")
    public int inputs;

    /** Whole units, see {@link Linear}. */
    @Param("8192")
    public int outputs;

    private Kernels kernels = new ScalarKernels();
    private Linear[] layers = new Linear[0];
    private Activations x = new Activations(0);

    @Setup
    public void open() {
      kernels = KernelChoice.of(tier).kernels();
      long panel = Packing.panelBytes(type, inputs);
      if (streamed) {
        long bytes = outputs / Kernels.PANEL * panel;
        int count = Math.toIntExact((STREAMED_BYTES + bytes - 1) / bytes);
        layers = Layers.of(type, inputs, outputs, count).all;
      } else {
        int unit = new Linear(inputs, outputs, type, MemorySegment.NULL).unitOutputs();
        long units = Math.clamp(CACHED_BYTES * Kernels.PANEL / panel / unit, 1, outputs / unit);
        layers = Layers.of(type, inputs, (int) units * unit, 1).all;
      }
      x = new Activations(inputs);
      x.reserve(rows);
      Random random = new Random(5);
      for (int i = 0; i < x.values().length; i++) {
        x.values()[i] = (float) random.nextGaussian();
      }
      if (type.quantized()) {
        x.reserveBytes(rows);
        for (int row = 0; row < rows; row++) {
          x.toBytes(kernels, row, rows);
        }
      }
    }
  }

  /** A thread's place in the weights, and its results. */
  @State(Scope.Thread)
  public static class Own {
    private final Scratch scratch = new Scratch();
    private Activations y = new Activations(0);
    private int call;
    private int threads;

    @Setup
    public void open(Shared shared, ThreadParams params) {
      y = new Activations(shared.layers[0].outputs());
      y.reserve(shared.rows);
      call = params.getThreadIndex();
      threads = params.getThreadCount();
    }
  }

  @Benchmark
  public float[] multiply(Shared shared, Own own, Counts counts) {
    int units = shared.layers[0].units();
    int calls = (units + UNITS - 1) / UNITS;
    own.call = (own.call + own.threads) % (calls * shared.layers.length);
    Linear layer = shared.layers[own.call / calls];
    int first = own.call % calls * UNITS;
    int end = Math.min(first + UNITS, units);
    layer.multiply(shared.kernels, first, end, shared.x, shared.rows, own.y, own.scratch);
    int outputs = (end - first) * layer.unitOutputs();
    counts.add(
        (double) outputs * layer.inputs() * shared.rows,
        (double) outputs / Kernels.PANEL * Packing.panelBytes(shared.type, shared.inputs));
    return own.y.values();
  }
}

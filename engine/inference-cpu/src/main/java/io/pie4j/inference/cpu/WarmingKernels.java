package io.pie4j.inference.cpu;

import io.pie4j.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Scalar kernels at first, vector kernels one by one as soon as they are faster.
 *
 * <p>A vector kernel that is not compiled yet is some hundred times slower than a scalar one, and
 * compiling them all takes seconds: a prompt would wait for it. A thread of its own runs them on
 * work without effect until they are compiled. Since both give the same bits, nobody can tell.
 */
final class WarmingKernels implements Kernels {

  /** What becomes fast on its own. */
  enum Operation {
    PANELS,
    BYTES,
    TO_BYTES,
    EXPAND,
    SCORES,
    EXPONENTIALS,
    WEIGH,
    SWIGLU
  }

  /** Work without effect, to be done with some kernels. */
  interface Work {
    void run(Kernels kernels);
  }

  private static final int CALLS = 50;

  /** The compiler needs the core more. */
  private static final long PAUSE_NANOS = 5_000_000;

  private static final long GIVE_UP_NANOS = 30_000_000_000L;

  private final Kernels scalar;
  private final Kernels vector;
  private volatile Kernels panels;
  private volatile Kernels bytes;
  private volatile Kernels toBytes;
  private volatile Kernels exponentials;
  private volatile Kernels swiglu;
  private final WarmingAttention attention;
  private volatile boolean stopped;

  /**
   * @param scalar fast from the start
   * @param vector faster when warm
   */
  WarmingKernels(Kernels scalar, Kernels vector) {
    this.scalar = scalar;
    this.vector = vector;
    this.attention = new WarmingAttention(scalar.attention(), vector.attention());
    panels = scalar;
    bytes = scalar;
    toBytes = scalar;
    exponentials = scalar;
    swiglu = scalar;
  }

  /** Starts a thread that warms up what {@code work} names; it ends when all is warm. */
  Thread warm(Map<Operation, Work> work) {
    Map<Operation, Work> cold = new EnumMap<>(work);
    return Thread.ofPlatform()
        .name("pie-cpu-warm-up")
        .daemon()
        .start(() -> {
          long start = System.nanoTime();
          while (!cold.isEmpty() && System.nanoTime() - start < GIVE_UP_NANOS && !stopped) {
            cold.entrySet().removeIf(entry -> !stopped && race(entry.getKey(), entry.getValue()));
            LockSupport.parkNanos(PAUSE_NANOS);
          }
        });
  }

  /** Ends the warming up soon; what is cold stays scalar. */
  void stop() {
    stopped = true;
  }

  /** True if vectors won. */
  private boolean race(Operation operation, Work work) {
    // Twice, since the system may just have put this thread aside.
    for (int i = 0; i < 2; i++) {
      if (time(work, vector) >= time(work, scalar)) {
        return false;
      }
    }
    switch (operation) {
      case PANELS -> panels = vector;
      case BYTES -> bytes = vector;
      case TO_BYTES -> toBytes = vector;
      case EXPONENTIALS -> exponentials = vector;
      case SWIGLU -> swiglu = vector;
      case EXPAND, SCORES, WEIGH -> attention.warm(operation);
    }
    return true;
  }

  /** Which kernels do an operation now; for tests. */
  Kernels chosen(Operation operation) {
    return switch (operation) {
      case PANELS -> panels;
      case BYTES -> bytes;
      case TO_BYTES -> toBytes;
      case EXPONENTIALS -> exponentials;
      case SWIGLU -> swiglu;
      case EXPAND, SCORES, WEIGH -> attention.isWarm(operation) ? vector : scalar;
    };
  }

  private long time(Work work, Kernels kernels) {
    long start = System.nanoTime();
    for (int i = 0; i < CALLS && !stopped; i++) {
      work.run(kernels);
    }
    return System.nanoTime() - start;
  }

  @Override
  public String name() {
    return vector.name();
  }

  @Override
  public AttentionKernels attention() {
    return attention;
  }

  @Override
  public void panels(
      TensorType type,
      MemorySegment w,
      int columns,
      int firstOutput,
      int endOutput,
      float[] x,
      int xStride,
      int rows,
      float[] y,
      int yStride,
      Scratch scratch) {
    panels.panels(type, w, columns, firstOutput, endOutput, x, xStride, rows, y, yStride, scratch);
  }

  @Override
  public void bytes(
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
    bytes.bytes(type, w, columns, firstOutput, endOutput, x, rows, y, yStride, scratch);
  }

  @Override
  public void toBytes(float[] x, int at, int columns, MemorySegment out, long outAt, long step) {
    toBytes.toBytes(x, at, columns, out, outAt, step);
  }

  @Override
  public void exponentials(float[] scores, int at, int count) {
    exponentials.exponentials(scores, at, count);
  }

  @Override
  public void swiglu(float[] gate, float[] up, int at, int count) {
    swiglu.swiglu(gate, up, at, count);
  }
}

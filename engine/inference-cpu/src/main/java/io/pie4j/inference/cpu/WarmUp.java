package io.pie4j.inference.cpu;

import io.pie4j.inference.cpu.WarmingKernels.Operation;
import io.pie4j.inference.cpu.WarmingKernels.Work;
import io.pie4j.model.ModelConfig;
import io.pie4j.model.Tensor;
import io.pie4j.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Warms up the operations that a model needs, with small work without effect of the kind that it
 * needs.
 */
final class WarmUp implements AutoCloseable {
  private static final int COLUMNS = 64;
  private static final int OUTPUTS = 32;

  /** All tiles of a matrix kernel: four rows, two and one. */
  private static final int ROWS = 7;

  /** A small model has said its first words by then, at scalar speed. */
  private static final int PASSES_BEFORE = 4;

  private final Optional<WarmingKernels> kernels;
  private final Map<Operation, Work> work;
  private final boolean atOnce;
  private final AtomicBoolean panelsWanted;
  private Optional<Thread> thread = Optional.empty();
  private volatile Optional<Thread> panelsThread = Optional.empty();
  private int passes;

  /**
   * @param kernels those that are in use; nothing happens if they are as they stay
   * @param inFile matrices that are read in their file's form while passes run; such a model is too
   *     large to be run at scalar speed even once
   */
  WarmUp(Kernels kernels, ModelConfig config, List<Tensor> inFile) {
    this.kernels =
        kernels instanceof WarmingKernels warming ? Optional.of(warming) : Optional.empty();
    this.work = work(config, inFile);
    this.atOnce = !inFile.isEmpty();
    this.panelsWanted = new AtomicBoolean(!inFile.isEmpty());
  }

  /** Adapters are in panels, whatever the model is in. */
  void forAdapters() {
    if (kernels.isPresent() && panelsWanted.getAndSet(false)) {
      panelsThread =
          Optional.of(kernels.get().warm(new EnumMap<>(Map.of(Operation.PANELS, panels()))));
    }
  }

  /** To be called before every pass: when the time has come, a thread begins with it. */
  void beforePass() {
    if (kernels.isPresent() && thread.isEmpty() && (atOnce || passes++ == PASSES_BEFORE)) {
      thread = Optional.of(kernels.get().warm(work));
    }
  }

  /** Ends the thread: it reads the model's memory. */
  @Override
  public void close() {
    kernels.ifPresent(WarmingKernels::stop);
    thread.ifPresent(Threads::join);
    panelsThread.ifPresent(Threads::join);
  }

  static Map<Operation, Work> work(ModelConfig config, List<Tensor> inFile) {
    Map<Operation, Work> work = new EnumMap<>(Operation.class);
    float[] x = new float[ROWS * COLUMNS];
    if (inFile.isEmpty()) {
      work.put(Operation.PANELS, panels());
    } else {
      float[] w = new float[Kernels.DOT_ROWS * COLUMNS];
      float[] sums = new float[ROWS * Kernels.DOT_ROWS * Kernels.SUMS];
      work.put(Operation.DOTS, k -> k.dots(w, COLUMNS, x, 0, COLUMNS, ROWS, sums));
      work.put(Operation.DEQUANTIZE, dequantize(inFile));
    }
    attention(work, config.headDim(), Attention.sharesKeys(config));
    float[] row = new float[COLUMNS];
    work.put(Operation.EXPONENTIALS, k -> k.exponentials(row, 0, COLUMNS));
    work.put(Operation.SWIGLU, k -> k.swiglu(row, row, 0, COLUMNS));
    return work;
  }

  private static Work panels() {
    float[] x = new float[ROWS * COLUMNS];
    float[] y = new float[ROWS * OUTPUTS];
    MemorySegment panels = Arena.ofAuto().allocate(4L * COLUMNS * OUTPUTS, 64);
    return k -> k.panels(panels, COLUMNS, 0, OUTPUTS, x, 0, COLUMNS, ROWS, y, 0, OUTPUTS);
  }

  /** A row of every type. */
  private static Work dequantize(List<Tensor> tensors) {
    Map<TensorType, Tensor> byType = new EnumMap<>(TensorType.class);
    for (Tensor tensor : tensors) {
      byType.put(tensor.type(), tensor);
    }
    float[] out = new float[Linear.InFile.COLUMNS];
    return kernels ->
        byType
            .values()
            .forEach(tensor -> {
              int count = (int) Math.min(tensor.columns(), Linear.InFile.COLUMNS);
              kernels.dequantize(tensor, 0, 0, count, out, 0);
            });
  }

  private static void attention(Map<Operation, Work> work, int headDim, boolean shared) {
    int slots = Kernels.MAX_LANES;
    int width = Activations.padded(headDim);
    int visible = (1 << slots) - 1;
    MemorySegment page = Arena.ofAuto().allocate(4L * slots * width, 64);
    long[] at = new long[AttentionKernels.HEADS_AT_ONCE];
    int[] queryAt = new int[AttentionKernels.HEADS_AT_ONCE];
    float[] queries = new float[width];
    float[] scores = new float[AttentionKernels.HEADS_AT_ONCE * slots];
    float[] sums = new float[AttentionKernels.HEADS_AT_ONCE * width];
    if (shared) {
      work.put(
          Operation.SHARED_SCORES,
          k ->
              k.attention()
                  .sharedScores(page, 0, slots, headDim, queries, queryAt, scores, 0, slots));
      work.put(
          Operation.SHARED_WEIGH,
          k -> k.attention().sharedWeigh(page, 0, visible, width, scores, 0, slots, sums, 0));
    } else {
      work.put(
          Operation.SCORES,
          k -> k.attention().scores(page, at, slots, headDim, queries, queryAt, scores, 0, slots));
      work.put(
          Operation.WEIGH,
          k -> k.attention().weigh(page, at, visible, width, scores, 0, slots, sums, 0));
    }
  }
}

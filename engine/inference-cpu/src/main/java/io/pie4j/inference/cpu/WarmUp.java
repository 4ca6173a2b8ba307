package io.pie4j.inference.cpu;

import io.pie4j.inference.cpu.WarmingKernels.Operation;
import io.pie4j.inference.cpu.WarmingKernels.Work;
import io.pie4j.model.ModelConfig;
import io.pie4j.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Warms up the operations that a model needs, with small work without effect of the kind that it
 * needs.
 */
final class WarmUp implements AutoCloseable {
  private static final int COLUMNS = 256;
  private static final int OUTPUTS = 32;

  /** All tiles of a matrix kernel: four rows, two and one. */
  private static final int ROWS = 7;

  /** Blocks of keys or values. */
  private static final int BLOCKS = 4;

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
   * @param types of the linear layers
   * @param large too large to be run at scalar speed even once
   */
  WarmUp(
      Kernels kernels,
      ModelConfig config,
      KvFormat format,
      int pageSize,
      Set<TensorType> types,
      boolean large) {
    this.kernels = warming(kernels);
    this.work = this.kernels.isEmpty() ? Map.of() : work(config, format, pageSize, types);
    this.atOnce = large;
    this.panelsWanted = new AtomicBoolean(!types.contains(TensorType.F32));
  }

  private static Optional<WarmingKernels> warming(Kernels kernels) {
    // C kernels are fast from the start.
    return kernels instanceof WarmingKernels warming ? Optional.of(warming) : Optional.empty();
  }

  /** Adapters are in panels, whatever the model is in. */
  void forAdapters() {
    if (kernels.isPresent() && panelsWanted.getAndSet(false)) {
      panelsThread =
          Optional.of(kernels.get().warm(Map.of(Operation.PANELS, panels(TensorType.F32))));
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

  /**
   * @param types of the linear layers
   */
  static Map<Operation, Work> work(
      ModelConfig config, KvFormat format, int pageSize, Set<TensorType> types) {
    Map<Operation, Work> work = new EnumMap<>(Operation.class);
    List<Work> panels = new ArrayList<>();
    List<Work> bytes = new ArrayList<>();
    for (TensorType type : types) {
      (type.quantized() ? bytes : panels).add(type.quantized() ? bytes(type) : panels(type));
    }
    if (!panels.isEmpty()) {
      work.put(Operation.PANELS, kernels -> panels.forEach(each -> each.run(kernels)));
    }
    if (!bytes.isEmpty()) {
      work.put(Operation.BYTES, kernels -> bytes.forEach(each -> each.run(kernels)));
      float[] x = new float[COLUMNS];
      MemorySegment out = Arena.ofAuto().allocate(2 * COLUMNS, ByteRows.BLOCK);
      work.put(Operation.TO_BYTES, k -> k.toBytes(x, 0, COLUMNS, out, 0, ByteRows.BLOCK));
    }
    attention(work, config, format, pageSize);
    float[] row = new float[COLUMNS];
    work.put(Operation.EXPONENTIALS, k -> k.exponentials(row, 0, COLUMNS));
    work.put(Operation.SWIGLU, k -> k.swiglu(row, row, 0, COLUMNS));
    return work;
  }

  private static Work panels(TensorType type) {
    float[] x = new float[ROWS * COLUMNS];
    float[] y = new float[ROWS * OUTPUTS];
    Scratch scratch = new Scratch();
    MemorySegment panels = Arena.ofAuto().allocate(4L * COLUMNS * OUTPUTS, 64);
    return k -> k.panels(type, panels, COLUMNS, 0, OUTPUTS, x, COLUMNS, ROWS, y, OUTPUTS, scratch);
  }

  private static Work bytes(TensorType type) {
    float[] y = new float[ROWS * OUTPUTS];
    Scratch scratch = new Scratch();
    int panels = OUTPUTS / Kernels.PANEL;
    MemorySegment w = Arena.ofAuto().allocate(panels * Packing.panelBytes(type, COLUMNS), 64);
    long blocks = (long) ROWS * ByteRows.blocks(COLUMNS);
    MemorySegment x = Arena.ofAuto().allocate(blocks * ByteRows.BLOCK, ByteRows.BLOCK);
    // One row has kernels of its own.
    return k -> {
      k.bytes(type, w, COLUMNS, 0, OUTPUTS, x, ROWS, y, OUTPUTS, scratch);
      for (int i = 0; i < ROWS; i++) {
        k.bytes(type, w, COLUMNS, 0, OUTPUTS, x, 1, y, OUTPUTS, scratch);
      }
    };
  }

  private static void attention(
      Map<Operation, Work> work, ModelConfig config, KvFormat format, int pageSize) {
    int heads = config.heads() / config.kvHeads();
    int headDim = config.headDim();
    int slots = Activations.padded(pageSize);
    int width = Activations.padded(headDim);
    long bytes = format.blockBytes(slots, width);
    MemorySegment page = Arena.ofAuto().allocate(bytes, 64);
    MemorySegment singles = Arena.ofAuto().allocate(4L * slots * width, 64);
    Blocks blocks = new Blocks(BLOCKS);
    blocks.clear(KvFormat.F32);
    int[] visible = new int[BLOCKS];
    Arrays.fill(visible, (int) ((1L << pageSize) - 1));
    for (int i = 0; i < BLOCKS; i++) {
      blocks.add(singles, 0);
    }
    blocks.see(visible, 0);
    float[] queries = new float[heads * headDim];
    int stride = BLOCKS * pageSize + slots;
    float[] scores = new float[heads * stride];
    float[] sums = new float[heads * (width + Kernels.MAX_LANES)];
    if (format != KvFormat.F32) {
      work.put(
          Operation.EXPAND,
          k -> {
            k.attention().expandKeys(format, page, 0, slots, headDim, singles, 0);
            k.attention().expandValues(format, page, 0, pageSize, width, singles, 0);
          });
    }
    work.put(
        Operation.SCORES,
        k -> k.attention().scores(blocks, pageSize, heads, headDim, queries, 0, scores, 0, stride));
    work.put(
        Operation.WEIGH,
        k -> k.attention().weigh(blocks, pageSize, heads, width, scores, 0, stride, sums, 0));
  }
}

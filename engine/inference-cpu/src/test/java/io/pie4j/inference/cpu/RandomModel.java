package io.pie4j.inference.cpu;

import io.pie4j.model.Family;
import io.pie4j.model.ModelConfig;
import io.pie4j.model.Rope;
import io.pie4j.model.Tensor;
import io.pie4j.model.TensorType;
import io.pie4j.model.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/** A model of random weights, made in memory. */
public record RandomModel(ModelConfig config, Weights weights) {

  private static final Rope PLAIN = new Rope(10_000f, Rope.Layout.HALVES, new Rope.None());

  /** Heads in groups of three and not a multiple of four, odd widths everywhere. */
  static ModelConfig odd() {
    return new ModelConfig(
        Family.LLAMA,
        83,
        44,
        3,
        6,
        2,
        10,
        70,
        512,
        1e-5f,
        PLAIN,
        OptionalInt.empty(),
        false,
        false,
        false);
  }

  /** Whole blocks of every quantization. */
  static ModelConfig blocks() {
    return new ModelConfig(
        Family.LLAMA,
        64,
        256,
        1,
        8,
        4,
        32,
        256,
        512,
        1e-5f,
        PLAIN,
        OptionalInt.empty(),
        false,
        false,
        false);
  }

  /** The embedded model's shape: 3 M parameters. */
  static ModelConfig demo() {
    return new ModelConfig(
        Family.LLAMA,
        2048,
        192,
        6,
        6,
        2,
        32,
        512,
        2048,
        1e-5f,
        PLAIN,
        OptionalInt.empty(),
        true,
        false,
        false);
  }

  /** Llama-3.2-1B. */
  static ModelConfig billion() {
    return new ModelConfig(
        Family.LLAMA,
        128_256,
        2048,
        16,
        32,
        8,
        64,
        8192,
        8192,
        1e-5f,
        PLAIN,
        OptionalInt.empty(),
        true,
        false,
        false);
  }

  static ModelConfig with(
      ModelConfig c,
      Rope rope,
      OptionalInt window,
      boolean tied,
      boolean bias,
      boolean queryKeyNorm) {
    return new ModelConfig(
        c.family(),
        c.vocabSize(),
        c.hiddenSize(),
        c.layers(),
        c.heads(),
        c.kvHeads(),
        c.headDim(),
        c.intermediateSize(),
        c.maxPositions(),
        c.rmsNormEps(),
        rope,
        window,
        tied,
        bias,
        queryKeyNorm);
  }

  /** Every tensor drawn on its own. */
  public static RandomModel of(ModelConfig c, TensorType type, long seed, Arena arena) {
    Random random = new Random(seed);
    Tensor embedding = matrix(type, c.vocabSize(), c.hiddenSize(), 1, random, arena);
    List<Weights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < c.layers(); i++) {
      layers.add(layer(c, type, random, arena));
    }
    Tensor output =
        c.tiedEmbeddings()
            ? embedding
            : matrix(type, c.vocabSize(), c.hiddenSize(), 2, random, arena);
    Tensor norm = vector(c.hiddenSize(), 1, random, arena);
    return new RandomModel(c, new Weights(embedding, norm, output, layers));
  }

  /**
   * All layers share one layer's tensors only in size: random, but cheaply made for large shapes.
   */
  public static RandomModel fast(ModelConfig c, TensorType type, long seed, Arena arena) {
    RandomModel one = of(layers(c, 1), type, seed, arena);
    List<Weights.Layer> layers = new ArrayList<>();
    layers.add(one.weights.layer(0));
    while (layers.size() < c.layers()) {
      layers.add(copy(one.weights.layer(0), arena));
    }
    Weights w = one.weights;
    return new RandomModel(c, new Weights(w.tokenEmbedding(), w.outputNorm(), w.output(), layers));
  }

  static ModelConfig layers(ModelConfig c, int layers) {
    return new ModelConfig(
        c.family(),
        c.vocabSize(),
        c.hiddenSize(),
        layers,
        c.heads(),
        c.kvHeads(),
        c.headDim(),
        c.intermediateSize(),
        c.maxPositions(),
        c.rmsNormEps(),
        c.rope(),
        c.slidingWindow(),
        c.tiedEmbeddings(),
        c.attentionBias(),
        c.queryKeyNorm());
  }

  /** Runs it; its memory must stay longer than the driver. */
  public CpuDriver driver(CpuSettings settings) {
    return new CpuDriver("random", config, weights, settings);
  }

  private static Weights.Layer copy(Weights.Layer l, Arena arena) {
    return new Weights.Layer(
        l.attentionNorm(),
        copy(l.q(), arena),
        copy(l.k(), arena),
        copy(l.v(), arena),
        l.qBias(),
        l.kBias(),
        l.vBias(),
        copy(l.o(), arena),
        l.qNorm(),
        l.kNorm(),
        l.ffnNorm(),
        copy(l.gate(), arena),
        copy(l.up(), arena),
        copy(l.down(), arena));
  }

  private static Tensor copy(Tensor t, Arena arena) {
    MemorySegment data = arena.allocate(t.data().byteSize(), 64).copyFrom(t.data());
    return new Tensor(t.name(), t.type(), t.rows(), t.columns(), data);
  }

  private static Weights.Layer layer(ModelConfig c, TensorType type, Random random, Arena arena) {
    Optional<Tensor> none = Optional.empty();
    boolean bias = c.attentionBias();
    boolean norms = c.queryKeyNorm();
    return new Weights.Layer(
        vector(c.hiddenSize(), 1, random, arena),
        matrix(type, c.queryWidth(), c.hiddenSize(), 2, random, arena),
        matrix(type, c.kvWidth(), c.hiddenSize(), 2, random, arena),
        matrix(type, c.kvWidth(), c.hiddenSize(), 1, random, arena),
        bias ? Optional.of(vector(c.queryWidth(), 0, random, arena)) : none,
        bias ? Optional.of(vector(c.kvWidth(), 0, random, arena)) : none,
        bias ? Optional.of(vector(c.kvWidth(), 0, random, arena)) : none,
        matrix(type, c.hiddenSize(), c.queryWidth(), 1, random, arena),
        norms ? Optional.of(vector(c.headDim(), 1, random, arena)) : none,
        norms ? Optional.of(vector(c.headDim(), 1, random, arena)) : none,
        vector(c.hiddenSize(), 1, random, arena),
        matrix(type, c.intermediateSize(), c.hiddenSize(), 1, random, arena),
        matrix(type, c.intermediateSize(), c.hiddenSize(), 1, random, arena),
        matrix(type, c.hiddenSize(), c.intermediateSize(), 1, random, arena));
  }

  private static Tensor vector(int width, float around, Random random, Arena arena) {
    MemorySegment data = arena.allocate(4L * width);
    for (int i = 0; i < width; i++) {
      float value = around + 0.3f * (float) random.nextGaussian();
      data.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
    }
    return new Tensor("vector", TensorType.F32, 1, width, data);
  }

  /** Values of standard deviation about {@code gain / sqrt(columns)}. */
  static Tensor matrix(
      TensorType type, int rows, int columns, float gain, Random random, Arena arena) {
    long bytes = type.bytes(columns) * rows;
    MemorySegment data = arena.allocate(bytes + 1, 64).asSlice(1); // no alignment is promised
    float deviation = (float) (gain / Math.sqrt(columns));
    switch (type) {
      case F32 -> fill(data, 4, (at, _) -> put(data, at, gauss(random, deviation)));
      case F16 -> fill(data, 2, (at, _) -> half(data, at, gauss(random, deviation)));
      case BF16 ->
          fill(
              data,
              2,
              (at, _) ->
                  data.set(
                      SHORT,
                      at,
                      (short) (Float.floatToRawIntBits(gauss(random, deviation)) >>> 16)));
      case Q8_0 -> blocks(data, type, random, new long[] {0}, deviation / 73);
      case Q4_0 -> blocks(data, type, random, new long[] {0}, deviation / 4.6f);
      case Q4_K -> {
        blocks(data, type, random, new long[] {0, 2}, deviation / 150);
      }
      case Q6_K -> blocks(data, type, random, new long[] {208}, deviation / 1350);
    }
    return new Tensor("matrix", type, rows, columns, data);
  }

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private interface Write {
    void at(long offset, long index);
  }

  private static void fill(MemorySegment data, int step, Write write) {
    for (long i = 0; i < data.byteSize() / step; i++) {
      write.at(i * step, i);
    }
  }

  /** Random bytes, and a scale of some size at each of {@code scales}. */
  private static void blocks(
      MemorySegment data, TensorType type, Random random, long[] scales, float scale) {
    byte[] bytes = new byte[type.blockBytes()];
    for (long at = 0; at < data.byteSize(); at += bytes.length) {
      random.nextBytes(bytes);
      MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, at, bytes.length);
      for (long offset : scales) {
        half(data, at + offset, scale * (0.5f + random.nextFloat()));
      }
    }
  }

  private static float gauss(Random random, float deviation) {
    return deviation * (float) random.nextGaussian();
  }

  private static void put(MemorySegment data, long at, float value) {
    data.set(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), at, value);
  }

  private static void half(MemorySegment data, long at, float value) {
    data.set(SHORT, at, Float.floatToFloat16(value));
  }
}

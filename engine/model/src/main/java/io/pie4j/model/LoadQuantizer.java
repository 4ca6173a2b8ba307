package io.pie4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.LongStream;

/**
 * Linear layers quantized when a model is opened, into native memory.
 *
 * <p>What is quantized already stays, as do vectors, matrices whose rows are not whole blocks, and
 * the token embedding, of which a pass reads only some rows; where that is the output layer too,
 * the output layer is a copy. The output layer gets no fewer than eight bits: its error goes right
 * into the logits.
 */
final class LoadQuantizer {
  private static final int CHUNK_VALUES = 1 << 18;
  private static final long ALIGNMENT_BYTES = 64;

  private final TensorType type;
  private final Arena arena;

  private LoadQuantizer(TensorType type, Arena arena) {
    this.type = type;
    this.arena = arena;
  }

  /** Weights with the linear layers as asked; new tensors live as long as the arena. */
  static Weights quantize(Weights weights, Quantization quantization, Arena arena) {
    return switch (quantization) {
      case NONE -> weights;
      case Q8_0 -> new LoadQuantizer(TensorType.Q8_0, arena).weights(weights);
      case Q4_0 -> new LoadQuantizer(TensorType.Q4_0, arena).weights(weights);
    };
  }

  private Weights weights(Weights weights) {
    return new Weights(
        weights.tokenEmbedding(),
        weights.outputNorm(),
        matrix(weights.output(), TensorType.Q8_0),
        weights.layers().stream().map(this::layer).toList());
  }

  private Weights.Layer layer(Weights.Layer layer) {
    return new Weights.Layer(
        layer.attentionNorm(),
        matrix(layer.q(), type),
        matrix(layer.k(), type),
        matrix(layer.v(), type),
        layer.qBias(),
        layer.kBias(),
        layer.vBias(),
        matrix(layer.o(), type),
        layer.qNorm(),
        layer.kNorm(),
        layer.ffnNorm(),
        matrix(layer.gate(), type),
        matrix(layer.up(), type),
        matrix(layer.down(), type));
  }

  private Tensor matrix(Tensor tensor, TensorType to) {
    if (tensor.type().quantized() || tensor.columns() % to.blockSize() != 0) {
      return tensor;
    }
    long rowBytes = to.bytes(tensor.columns());
    MemorySegment data = allocate(tensor, rowBytes);
    long step = Math.max(1, CHUNK_VALUES / tensor.columns());
    // Few and long tasks, which all end here: the common pool is right for them.
    LongStream.range(0, (tensor.rows() + step - 1) / step)
        .parallel()
        .forEach(chunk -> {
          float[] row = new float[Math.toIntExact(tensor.columns())];
          long end = Math.min(tensor.rows(), (chunk + 1) * step);
          for (long r = chunk * step; r < end; r++) {
            tensor.dequantizeRow(r, row);
            Quantizer.quantize(to, row, row.length, data, r * rowBytes);
          }
        });
    return new Tensor(tensor.name(), to, tensor.rows(), tensor.columns(), data.asReadOnly());
  }

  private MemorySegment allocate(Tensor tensor, long rowBytes) {
    long bytes = Math.multiplyExact(rowBytes, tensor.rows());
    try {
      return arena.allocate(bytes, ALIGNMENT_BYTES);
    } catch (OutOfMemoryError e) {
      throw new OutOfMemoryError(
          "no memory for tensor %s quantized: %d bytes".formatted(tensor.name(), bytes));
    }
  }
}

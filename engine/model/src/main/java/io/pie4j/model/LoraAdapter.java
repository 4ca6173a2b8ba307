package io.pie4j.model;

import java.nio.file.Path;
import java.util.List;

/**
 * A low-rank adaptation (LoRA) of a model's linear layers, as PEFT saves it: a layer's {@code y = W
 * x} becomes {@code y = W x + scale · B (A x)}.
 *
 * @param name the folder's
 * @param deltas one for each matrix that changes
 */
public record LoraAdapter(String name, List<Delta> deltas) {

  /** Most bytes that {@link #read} takes where nothing else is said. */
  public static final long DEFAULT_BYTES_MAX = 1L << 30;

  /** Takes the list as it is now. */
  public LoraAdapter {
    deltas = List.copyOf(deltas);
  }

  /** The matrices of a layer that can be adapted. */
  public enum Matrix {
    Q("self_attn.q_proj"),
    K("self_attn.k_proj"),
    V("self_attn.v_proj"),
    O("self_attn.o_proj"),
    GATE("mlp.gate_proj"),
    UP("mlp.up_proj"),
    DOWN("mlp.down_proj");

    /** What PEFT calls it within a layer. */
    final String module;

    Matrix(String module) {
      this.module = module;
    }

    int inputs(ModelConfig config) {
      return switch (this) {
        case Q, K, V, GATE, UP -> config.hiddenSize();
        case O -> config.queryWidth();
        case DOWN -> config.intermediateSize();
      };
    }

    int outputs(ModelConfig config) {
      return switch (this) {
        case Q -> config.queryWidth();
        case K, V -> config.kvWidth();
        case O, DOWN -> config.hiddenSize();
        case GATE, UP -> config.intermediateSize();
      };
    }
  }

  /**
   * @param layer from 0
   * @param rank rows of A and columns of B
   * @param inputs columns of A
   * @param outputs rows of B
   * @param a rank x inputs, row-major
   * @param b outputs x rank, row-major; rows in the order of the model's own matrix (see {@link
   *     Rope#layout})
   * @param scale of the product
   */
  public record Delta(
      int layer,
      Matrix matrix,
      int rank,
      int inputs,
      int outputs,
      float[] a,
      float[] b,
      float scale) {}

  /**
   * Reads a folder that PEFT saved: {@code adapter_config.json} and {@code
   * adapter_model.safetensors} in F32, F16 or BF16.
   *
   * @param config of the model that it adapts
   * @param bytesMax bytes that its values may take as singles
   * @throws ModelFileException if there is no such adapter, or it is broken, is not for this model,
   *     is too large or needs more than low-rank deltas of linear layers
   */
  public static LoraAdapter read(Path folder, ModelConfig config, long bytesMax) {
    return PeftFolder.open(folder).read(config, bytesMax);
  }

  /**
   * Looks at {@code adapter_config.json} alone.
   *
   * @throws ModelFileException if it is missing, broken or asks for something else
   */
  public static void check(Path folder) {
    PeftFolder.open(folder);
  }
}

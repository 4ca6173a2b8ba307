package io.pie4j.inference;

import java.util.List;

/**
 * A low-rank adaptation of a model's linear layers (LoRA): a layer that computes {@code y = W x}
 * computes {@code y = W x + scale · B (A x)}.
 *
 * @param name for messages
 * @param deltas one for each layer and projection that the adapter changes
 */
public record AdapterWeights(String name, List<Delta> deltas) {

  public AdapterWeights {
    deltas = List.copyOf(deltas);
  }

  /** The linear layers of a Transformer block. */
  public enum Projection {
    QUERY,
    KEY,
    VALUE,
    OUTPUT,
    GATE,
    UP,
    DOWN
  }

  /**
   * @param layer the Transformer block, from 0
   * @param projection which of its linear layers
   * @param rank rows of A and columns of B
   * @param inputs columns of A
   * @param outputs rows of B
   * @param a rank × inputs, row-major
   * @param b outputs × rank, row-major
   * @param scale of the product
   */
  public record Delta(
      int layer,
      Projection projection,
      int rank,
      int inputs,
      int outputs,
      float[] a,
      float[] b,
      float scale) {
    public Delta {
      if (rank < 1 || a.length != (long) rank * inputs || b.length != (long) outputs * rank) {
        throw new IllegalArgumentException(
            "layer %d %s: %d values in A and %d in B do not make %d × %d of rank %d"
                .formatted(layer, projection, a.length, b.length, outputs, inputs, rank));
      }
    }
  }

  /** The largest rank of any layer. */
  public int rank() {
    return deltas.stream().mapToInt(Delta::rank).max().orElse(0);
  }
}

package io.pie4j.inference.cpu;

import io.pie4j.inference.AdapterWeights.Projection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which rows of a batch an adapter changes, and the changing.
 *
 * <p>Rows of one adapter are gathered, wherever they lie in the batch, and cut into blocks that
 * threads share. A row's sums do not depend on the other rows of its block, so neither does its
 * result.
 */
final class AdapterRows {
  /** Rows of a block: enough to read the weights seldom, few enough to share. */
  private static final int BLOCK_ROWS = 16;

  private record Block(LoadedAdapter adapter, int[] rows) {}

  private final List<Block> blocks = new ArrayList<>();

  /** Takes over a batch's rows; {@code adapters} by number, none if no forward names one. */
  void fill(Batch batch, LoadedAdapter[] adapters) {
    blocks.clear();
    for (int number = 0; number < adapters.length; number++) {
      if (adapters[number] != null) {
        cut(adapters[number], batch.rowsOfAdapter(number));
      }
    }
  }

  private void cut(LoadedAdapter adapter, int[] rows) {
    for (int from = 0; from < rows.length; from += BLOCK_ROWS) {
      int to = Math.min(from + BLOCK_ROWS, rows.length);
      blocks.add(new Block(adapter, Arrays.copyOfRange(rows, from, to)));
    }
  }

  boolean isEmpty() {
    return blocks.isEmpty();
  }

  /** Adds to the results of a layer's projections, all of which read x, what adapters give. */
  void add(
      Kernels kernels,
      Workers workers,
      int layer,
      Activations x,
      List<Projection> projections,
      List<Activations> results) {
    if (blocks.isEmpty()) {
      return;
    }
    workers.run(
        blocks.size(),
        cost(layer, projections),
        (first, end, scratch) -> {
          for (Block block : blocks.subList(first, end)) {
            Activations own = scratch.gathered(x, block.rows);
            for (int i = 0; i < results.size(); i++) {
              LowRank delta = block.adapter.at(layer, projections.get(i));
              if (delta != null) {
                delta.add(kernels, own, block.rows, results.get(i), scratch);
              }
            }
          }
        });
  }

  private long cost(int layer, List<Projection> projections) {
    long cost = 0;
    for (Block block : blocks) {
      for (Projection projection : projections) {
        LowRank delta = block.adapter.at(layer, projection);
        cost += delta == null ? 0 : delta.cost(block.rows.length);
      }
    }
    return cost;
  }
}

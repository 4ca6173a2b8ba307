package io.pie4j.inference.cpu;

import io.pie4j.inference.AdapterWeights;
import io.pie4j.inference.AdapterWeights.Delta;
import io.pie4j.inference.AdapterWeights.Projection;
import io.pie4j.inference.DriverException;
import io.pie4j.model.ModelConfig;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An adapter's weights, laid out for the kernels. Its memory goes when the last pass that uses it
 * is over and the collector finds it: nobody waits for that.
 */
final class LoadedAdapter {
  private final List<Map<Projection, LowRank>> layers = new ArrayList<>();

  /**
   * @throws DriverException if the weights do not fit the model
   */
  LoadedAdapter(AdapterWeights weights, ModelConfig config) {
    Arena arena = Arena.ofAuto();
    for (int i = 0; i < config.layers(); i++) {
      layers.add(new EnumMap<>(Projection.class));
    }
    for (Delta delta : weights.deltas()) {
      requireFit(weights.name(), delta, config);
      LowRank before = layers.get(delta.layer()).put(delta.projection(), LowRank.of(delta, arena));
      if (before != null) {
        throw new DriverException(
            "adapter %s: layer %d %s is given twice"
                .formatted(weights.name(), delta.layer(), delta.projection()));
      }
    }
  }

  /** Bytes that the weights take once loaded. */
  static long bytes(AdapterWeights weights) {
    return weights.deltas().stream().mapToLong(LowRank::bytes).sum();
  }

  @Nullable LowRank at(int layer, Projection projection) {
    return layers.get(layer).get(projection);
  }

  private static void requireFit(String name, Delta delta, ModelConfig config) {
    if (delta.layer() < 0 || delta.layer() >= config.layers()) {
      throw new DriverException(
          "adapter %s: layer %d, the model has %d".formatted(name, delta.layer(), config.layers()));
    }
    int inputs = inputs(delta.projection(), config);
    int outputs = outputs(delta.projection(), config);
    if (delta.inputs() != inputs || delta.outputs() != outputs) {
      throw new DriverException(
          "adapter %s: layer %d %s is %d × %d, the model's is %d × %d"
              .formatted(
                  name,
                  delta.layer(),
                  delta.projection(),
                  delta.outputs(),
                  delta.inputs(),
                  outputs,
                  inputs));
    }
  }

  private static int inputs(Projection projection, ModelConfig config) {
    return switch (projection) {
      case QUERY, KEY, VALUE, GATE, UP -> config.hiddenSize();
      case OUTPUT -> config.queryWidth();
      case DOWN -> config.intermediateSize();
    };
  }

  private static int outputs(Projection projection, ModelConfig config) {
    return switch (projection) {
      case QUERY -> config.queryWidth();
      case KEY, VALUE -> config.kvWidth();
      case OUTPUT, DOWN -> config.hiddenSize();
      case GATE, UP -> config.intermediateSize();
    };
  }
}

package io.pie4j.inference.cpu;

import io.pie4j.inference.AdapterWeights;
import io.pie4j.inference.AdapterWeights.Delta;
import io.pie4j.inference.AdapterWeights.Projection;
import io.pie4j.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Adapters of random weights that change a model plainly, of odd and different ranks. */
final class RandomAdapter {
  private RandomAdapter() {}

  static AdapterWeights of(String name, ModelConfig config, long seed) {
    Random random = new Random(seed);
    List<Delta> deltas = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      for (Projection projection : Projection.values()) {
        if (random.nextInt(4) != 0) {
          deltas.add(delta(config, layer, projection, random));
        }
      }
    }
    return new AdapterWeights(name, deltas);
  }

  private static Delta delta(ModelConfig c, int layer, Projection projection, Random random) {
    int inputs =
        switch (projection) {
          case QUERY, KEY, VALUE, GATE, UP -> c.hiddenSize();
          case OUTPUT -> c.queryWidth();
          case DOWN -> c.intermediateSize();
        };
    int outputs =
        switch (projection) {
          case QUERY -> c.queryWidth();
          case KEY, VALUE -> c.kvWidth();
          case OUTPUT, DOWN -> c.hiddenSize();
          case GATE, UP -> c.intermediateSize();
        };
    int rank = 1 + random.nextInt(19);
    float[] a = gauss(rank * inputs, 1 / Math.sqrt(inputs), random);
    float[] b = gauss(outputs * rank, 1 / Math.sqrt(rank), random);
    return new Delta(layer, projection, rank, inputs, outputs, a, b, 0.5f + random.nextFloat());
  }

  private static float[] gauss(int count, double deviation, Random random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }
}

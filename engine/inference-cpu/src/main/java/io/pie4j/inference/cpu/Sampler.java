package io.pie4j.inference.cpu;

import io.pie4j.inference.Readout;
import io.pie4j.inference.Readout.Result;
import io.pie4j.inference.Readout.Result.Distribution;
import io.pie4j.inference.Readout.Result.Token;

/** Results from one row of logits at a time; each thread has its own. */
final class Sampler {
  private static final long[] ALL = new long[0];
  private static final int FIRST_RANKED = 256;

  private final Kernels kernels;
  private final int vocabulary;
  private final Candidates candidates = new Candidates();
  private float[] exponentials = new float[0];
  private float[] weights = new float[0];

  Sampler(Kernels kernels, int vocabulary) {
    this.kernels = kernels;
    this.vocabulary = vocabulary;
  }

  Result read(Readout readout, float[] logits, int at) {
    return switch (readout) {
      case Readout.TopK topK -> distribution(topK, logits, at);
      case Readout.Draw draw -> draw(draw, logits, at);
    };
  }

  private Distribution distribution(Readout.TopK readout, float[] logits, int at) {
    int count = candidates.rank(logits, at, vocabulary, ALL, Math.min(readout.topK(), vocabulary));
    double sum = softmax(logits, at);
    int[] ids = new int[count];
    float[] probabilities = new float[count];
    for (int i = 0; i < count; i++) {
      ids[i] = candidates.id(i);
      probabilities[i] = (float) (exponentials[ids[i]] / sum);
    }
    return new Distribution(ids, probabilities);
  }

  /** Fills {@link #exponentials}, unnormalized; returns their sum. */
  private double softmax(float[] logits, int at) {
    exponentials = Scratch.atLeast(exponentials, Activations.padded(vocabulary));
    for (int i = 0; i < vocabulary; i++) {
      float logit = logits[at + i];
      exponentials[i] = Float.isNaN(logit) ? Float.NEGATIVE_INFINITY : logit;
    }
    kernels.exponentials(exponentials, 0, vocabulary);
    double sum = 0;
    for (int i = 0; i < vocabulary; i++) {
      sum += exponentials[i];
    }
    return sum;
  }

  private Token draw(Readout.Draw draw, float[] logits, int at) {
    long[] allowed = draw.allowed().orElse(ALL);
    int id;
    if (draw.temperature() == 0) {
      candidates.rank(logits, at, vocabulary, allowed, 1);
      id = candidates.id(0);
    } else if (draw.topK() == 0 && draw.topP() == 1) {
      id = drawUnranked(draw, allowed, logits, at);
    } else {
      id = drawRanked(draw, allowed, logits, at);
    }
    double sum = softmax(logits, at);
    return new Token(id, (float) Math.log(exponentials[id] / sum));
  }

  /** Nothing depends on the order of tokens, so they need not be sorted. */
  private int drawUnranked(Readout.Draw draw, long[] allowed, float[] logits, int at) {
    weigh(draw, allowed, logits, at);
    double sum = 0;
    for (int id = 0; id < vocabulary; id++) {
      sum += kept(draw, weights[id]);
    }
    double left = sum * uniform(draw.seed());
    int last = 0;
    for (int id = 0; id < vocabulary; id++) {
      double weight = kept(draw, weights[id]);
      if (weight > 0) {
        last = id;
        left -= weight;
        if (left < 0) {
          break;
        }
      }
    }
    return last;
  }

  private int drawRanked(Readout.Draw draw, long[] allowed, float[] logits, int at) {
    double sum = weigh(draw, allowed, logits, at);
    int wanted = draw.topK() == 0 ? FIRST_RANKED : Math.min(draw.topK(), vocabulary);
    int count = candidates.rank(logits, at, vocabulary, allowed, wanted);
    int kept;
    if (draw.topK() == 0) {
      kept = nucleus(draw, count, sum);
      while (kept > count) {
        wanted = (int) Math.min(8L * wanted, vocabulary);
        count = candidates.rank(logits, at, vocabulary, allowed, wanted);
        kept =
            wanted == vocabulary
                ? Math.min(count, nucleus(draw, count, sum))
                : nucleus(draw, count, sum);
      }
    } else {
      kept = Math.min(count, nucleus(draw, count, sum(count)));
    }
    double keptSum = 0;
    for (int i = 0; i < kept; i++) {
      keptSum += kept(draw, weights[candidates.id(i)]);
    }
    double left = keptSum * uniform(draw.seed());
    int last = candidates.id(0);
    for (int i = 0; i < kept; i++) {
      double weight = kept(draw, weights[candidates.id(i)]);
      if (weight > 0) {
        last = candidates.id(i);
        left -= weight;
        if (left < 0) {
          break;
        }
      }
    }
    return last;
  }

  /**
   * How many of the ranked tokens make up top-p of {@code sum}; one more than there are if not
   * enough.
   */
  private int nucleus(Readout.Draw draw, int count, double sum) {
    double enough = draw.topP() * sum;
    double reached = 0;
    for (int i = 0; i < count; i++) {
      reached += weights[candidates.id(i)];
      if (reached >= enough) {
        return i + 1;
      }
    }
    return count + 1;
  }

  private double sum(int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weights[candidates.id(i)];
    }
    return sum;
  }

  /** Fills {@link #weights}, the largest being 1, forbidden tokens 0; returns their sum. */
  private double weigh(Readout.Draw draw, long[] allowed, float[] logits, int at) {
    weights = Scratch.atLeast(weights, Activations.padded(vocabulary));
    for (int id = 0; id < vocabulary; id++) {
      float logit = logits[at + id];
      boolean counts = !Float.isNaN(logit) && Candidates.allows(allowed, id);
      weights[id] = counts ? logit / draw.temperature() : Float.NEGATIVE_INFINITY;
    }
    kernels.exponentials(weights, 0, vocabulary);
    double sum = 0;
    for (int id = 0; id < vocabulary; id++) {
      if (!Candidates.allows(allowed, id)) {
        weights[id] = 0;
      }
      sum += weights[id];
    }
    return sum;
  }

  /** A token's weight if min-p keeps it; the largest weight is 1. */
  private static double kept(Readout.Draw draw, float weight) {
    return weight >= draw.minP() ? weight : 0;
  }

  /** 0 to 1, exclusive: the seed through SplitMix64's finalizer. */
  private static double uniform(long seed) {
    long z = seed + 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return ((z ^ z >>> 31) >>> 11) * 0x1p-53;
  }
}

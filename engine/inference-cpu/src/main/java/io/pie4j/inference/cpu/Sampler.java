package io.pie4j.inference.cpu;

import io.pie4j.inference.Readout;
import io.pie4j.inference.Readout.Result;
import io.pie4j.inference.Readout.Result.Distribution;
import io.pie4j.inference.Readout.Result.Token;
import java.util.function.IntUnaryOperator;

/** Results from one row of logits at a time; each thread has its own. */
final class Sampler {
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

  /**
   * What a readout asks of a row of logits.
   *
   * @param logits by token; what is not a number becomes the least likely, and all become finite
   */
  Result read(Readout readout, float[] logits, int at) {
    for (int i = at; i < at + vocabulary; i++) {
      // Of infinities there would be differences that are no numbers.
      float logit = Float.isNaN(logits[i]) ? -Float.MAX_VALUE : logits[i];
      logits[i] = Math.clamp(logit, -Float.MAX_VALUE, Float.MAX_VALUE);
    }
    return switch (readout) {
      case Readout.TopK topK -> distribution(topK, logits, at);
      case Readout.Draw draw -> draw(draw, logits, at);
      case Readout.Full _ -> all(logits, at);
      case Readout.Score score -> score(score, logits, at);
    };
  }

  private Result.Probabilities all(float[] logits, int at) {
    double sum = softmax(logits, at);
    float[] values = new float[vocabulary];
    for (int id = 0; id < vocabulary; id++) {
      values[id] = (float) (exponentials[id] / sum);
    }
    return new Result.Probabilities(values);
  }

  /** From the logits, since the unlikeliest tokens' exponentials are all the same. */
  private Result.Scores score(Readout.Score readout, float[] logits, int at) {
    float max = logits[at + Candidates.best(logits, at, vocabulary)];
    double sum = softmax(logits, at);
    double logSum = StrictMath.log(sum);
    double mean = 0;
    for (int id = 0; id < vocabulary; id++) {
      double distance = (double) logits[at + id] - max;
      // Beyond, the exponential is a bound instead of a value, and the product is nothing.
      if (distance > Exp.MIN) {
        mean += exponentials[id] * distance;
      }
    }
    int[] tokens = readout.tokens();
    float[] logProbabilities = new float[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      logProbabilities[i] = (float) ((double) logits[at + tokens[i]] - max - logSum);
    }
    return new Result.Scores(logProbabilities, (float) (logSum - mean / sum));
  }

  private Distribution distribution(Readout.TopK readout, float[] logits, int at) {
    int count = candidates.rank(logits, at, vocabulary, Math.min(readout.topK(), vocabulary));
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
    System.arraycopy(logits, at, exponentials, 0, vocabulary);
    kernels.exponentials(exponentials, 0, vocabulary);
    return sum(exponentials, vocabulary);
  }

  /** Four partial sums in a fixed order. */
  private static double sum(float[] values, int count) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      s0 += values[i];
      s1 += values[i + 1];
      s2 += values[i + 2];
      s3 += values[i + 3];
    }
    for (; i < count; i++) {
      s0 += values[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  private Token draw(Readout.Draw draw, float[] logits, int at) {
    double sum = softmax(logits, at);
    if (draw.allowed().isPresent()) {
      forbid(draw.allowed().get(), logits, at);
    }
    int id;
    if (draw.temperature() == 0) {
      id = Candidates.best(logits, at, vocabulary);
    } else if (draw.topK() == 0 && draw.topP() == 1) {
      weigh(draw, logits, at);
      id = pick(draw, vocabulary, i -> i);
    } else {
      int kept = keep(draw, logits, at);
      id = pick(draw, kept, candidates::id);
    }
    return new Token(id, (float) StrictMath.log(exponentials[id] / sum));
  }

  private void forbid(long[] allowed, float[] logits, int at) {
    for (int id = 0; id < vocabulary; id++) {
      if ((allowed[id >>> 6] >>> id & 1) == 0) {
        logits[at + id] = Float.NaN;
      }
    }
  }

  /** Fills {@link #weights}, the largest being 1, forbidden tokens' 0; returns their sum. */
  private double weigh(Readout.Draw draw, float[] logits, int at) {
    weights = Scratch.atLeast(weights, Activations.padded(vocabulary));
    for (int id = 0; id < vocabulary; id++) {
      float logit = logits[at + id];
      weights[id] = Float.isNaN(logit) ? Float.NEGATIVE_INFINITY : logit / draw.temperature();
    }
    kernels.exponentials(weights, 0, vocabulary);
    for (int id = 0; id < vocabulary; id++) {
      weights[id] = Float.isNaN(logits[at + id]) ? 0 : weights[id];
    }
    return sum(weights, vocabulary);
  }

  /** Ranks until top-k and top-p are decided; returns how many of the ranked tokens they keep. */
  private int keep(Readout.Draw draw, float[] logits, int at) {
    double sum = weigh(draw, logits, at);
    if (draw.topK() != 0) {
      int count = candidates.rank(logits, at, vocabulary, Math.min(draw.topK(), vocabulary));
      double ranked = 0;
      for (int i = 0; i < count; i++) {
        ranked += weights[candidates.id(i)];
      }
      return Math.min(count, nucleus(draw, count, ranked));
    }
    for (int wanted = Math.min(FIRST_RANKED, vocabulary); ; wanted = more(wanted)) {
      int count = candidates.rank(logits, at, vocabulary, wanted);
      int kept = nucleus(draw, count, sum);
      if (kept <= count || wanted == vocabulary) {
        return Math.min(kept, count);
      }
    }
  }

  private int more(int wanted) {
    return (int) Math.min(8L * wanted, vocabulary);
  }

  /**
   * How many ranked tokens make up top-p of {@code sum}; {@code count + 1} if all are not enough.
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

  /** Draws one of {@code count} tokens by weight, leaving out what min-p does not keep. */
  private int pick(Readout.Draw draw, int count, IntUnaryOperator idOf) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += kept(draw, weights[idOf.applyAsInt(i)]);
    }
    double left = sum * uniform(draw.seed());
    int last = 0;
    for (int i = 0; i < count; i++) {
      int id = idOf.applyAsInt(i);
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

  /** A token's weight if min-p keeps it; the largest weight is 1. */
  private static double kept(Readout.Draw draw, float weight) {
    return weight >= draw.minP() ? weight : 0;
  }

  /** From 0 to 1, exclusive: the seed through SplitMix64's finalizer. */
  private static double uniform(long seed) {
    long z = seed + 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return ((z ^ z >>> 31) >>> 11) * 0x1p-53;
  }
}

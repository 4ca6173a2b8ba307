package io.pie4j.inferlet;

import io.pie4j.api.Distribution;

/**
 * Makes green tokens likelier (Kirchenbauer et al. 2023, arXiv 2301.10226, algorithm 2): adds
 * {@code delta} to their logits and leaves the choice to another sampler. {@link GreenList#zScore}
 * finds it in the text. It follows one text: it remembers the token that it chose last.
 */
public final class Watermark implements Sampler {
  private final GreenList list;
  private final double delta;
  private final Sampler choice;
  private int previous;

  /**
   * @param delta what green tokens' logits get; about 2
   * @param choice how a token is chosen afterwards, from the whole vocabulary
   * @param previous the text's last token so far
   */
  public Watermark(GreenList list, double delta, Sampler choice, int previous) {
    this.list = list;
    this.delta = delta;
    this.choice = choice;
    this.previous = previous;
  }

  @Override
  public int candidates() {
    return list.vocabulary();
  }

  @Override
  public int choose(Distribution distribution) {
    int[] ids = distribution.ids();
    double[] logits = new double[ids.length];
    for (int i = 0; i < ids.length; i++) {
      logits[i] =
          Math.log(distribution.probabilities()[i]) + (list.isGreen(previous, ids[i]) ? delta : 0);
    }
    previous = choice.choose(Softmax.of(ids, logits));
    return previous;
  }
}

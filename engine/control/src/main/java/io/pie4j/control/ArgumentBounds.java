package io.pie4j.control;

import io.pie4j.control.ControlException.Code;
import io.pie4j.inference.AttentionMask;
import io.pie4j.inference.DriverInfo;

/**
 * What a call's arguments must hold by themselves, whatever the program has: the bounds of the
 * model and of its driver. Counts are unsigned, as in the programming interface.
 */
record ArgumentBounds(DriverInfo info) {

  void requireCounts(String call, int[] tokens, int[] positions, int[] embeds) {
    if (tokens.length != positions.length || tokens.length != embeds.length) {
      throw ControlException.invalid(
          "%s: %d tokens, %d positions and %d embeds must be as many"
              .formatted(call, tokens.length, positions.length, embeds.length));
    }
  }

  void requireTokens(String call, int[] tokens) {
    requireBelow(call, "tokens", tokens, info.vocabularySize());
  }

  void requirePositions(String call, int[] positions) {
    requireBelow(call, "positions", positions, info.maxPositions());
  }

  void requireSlots(String call, String argument, int offset, int count) {
    int pageSize = info.pageSize();
    if (offset < 0 || count < 0 || offset > pageSize - count) {
      throw ControlException.invalid(
          "%s: %s: %s tokens from slot %s are outside a page of %d"
              .formatted(
                  call,
                  argument,
                  Integer.toUnsignedString(count),
                  Integer.toUnsignedString(offset),
                  pageSize));
    }
  }

  void requireShape(String call, int inputEmbeds, int outputPages, int outputEmbeds) {
    requireNewTokens(call, inputEmbeds);
    if (outputEmbeds > inputEmbeds) {
      throw ControlException.invalid(
          "%s: %d output-embeds for %d new tokens".formatted(call, outputEmbeds, inputEmbeds));
    }
    if (outputPages == 0) {
      requireOnePass(call, "no output-pages", inputEmbeds);
    } else if ((long) outputPages * info.pageSize() < inputEmbeds) {
      throw ControlException.invalid(
          "%s: %d output-pages cannot hold %d new tokens"
              .formatted(call, outputPages, inputEmbeds));
    }
  }

  AttentionMask attention(String call, int inputPages, int inputEmbeds, int[][] mask) {
    requireNewTokens(call, inputEmbeds);
    requireOnePass(call, "an explicit mask", inputEmbeds);
    long columnsMost = (long) inputPages * info.pageSize() + inputEmbeds;
    return RunLengths.attention(call, mask, inputEmbeds, columnsMost);
  }

  /** A page's slots to hide, slot i as bit i. */
  int hidden(String call, boolean[] mask) {
    if (mask.length != info.pageSize()) {
      throw ControlException.invalid(
          "%s: mask has %d flags, a page has %d slots"
              .formatted(call, mask.length, info.pageSize()));
    }
    int bits = 0;
    for (int i = 0; i < mask.length; i++) {
      bits |= mask[i] ? 1 << i : 0;
    }
    return bits;
  }

  /** How many tokens a distribution has; asked for more than there are, all. */
  int topK(String call, int asked, int limit) {
    if (asked == 0) {
      throw ControlException.invalid(call + ": top-k must be at least 1, is 0");
    }
    if (Integer.compareUnsigned(asked, limit) > 0) {
      throw new ControlException(
          Code.QUOTA_EXCEEDED,
          "%s: top-k is %s, the limit is %d"
              .formatted(call, Integer.toUnsignedString(asked), limit));
    }
    return Math.min(asked, info.vocabularySize());
  }

  void requireWholeVocabulary(String call, int limit) {
    if (info.vocabularySize() > limit) {
      throw new ControlException(
          Code.QUOTA_EXCEEDED,
          "%s: the vocabulary has %d tokens, the limit of top-k is %d; ask for the most likely with get-next-dist"
              .formatted(call, info.vocabularySize(), limit));
    }
  }

  private static void requireNewTokens(String call, int inputEmbeds) {
    if (inputEmbeds == 0) {
      throw ControlException.invalid(call + ": input-embeds is empty");
    }
  }

  private void requireOnePass(String call, String why, int tokens) {
    if (tokens > info.maxTokensPerPass()) {
      throw ControlException.invalid(
          "%s: %d new tokens with %s must fit one pass, the limit is %d"
              .formatted(call, tokens, why, info.maxTokensPerPass()));
    }
  }

  private static void requireBelow(String call, String argument, int[] values, int limit) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0 || values[i] >= limit) {
        throw ControlException.invalid(
            "%s: %s[%d] is %s, must be below %d"
                .formatted(call, argument, i, Integer.toUnsignedString(values[i]), limit));
      }
    }
  }
}

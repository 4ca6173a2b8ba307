package io.pie4j.inferlet;

import io.pie4j.api.Model;

/** When to stop generating; looked at after every token. */
@FunctionalInterface
public interface Stop {

  /**
   * @param generated all tokens generated so far, at least one
   */
  boolean reached(Tokens generated);

  /** Either condition. */
  default Stop or(Stop other) {
    return generated -> reached(generated) || other.reached(generated);
  }

  /** After so many tokens. */
  static Stop maxTokens(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("max tokens must be at least 1, is " + count);
    }
    return generated -> generated.size() >= count;
  }

  /** After any of the tokens by which the model ends an answer. */
  static Stop eos(Model model) {
    return atAnyOf(model.stopTokens());
  }

  /** After any of these tokens. */
  static Stop atAnyOf(int... tokens) {
    int[] ends = tokens.clone();
    return generated -> {
      int last = generated.get(generated.size() - 1);
      for (int end : ends) {
        if (last == end) {
          return true;
        }
      }
      return false;
    };
  }

  /** After any of these sequences of tokens, none of which is empty. */
  static Stop endsWithAny(int[]... sequences) {
    int[][] ends = new int[sequences.length][];
    for (int i = 0; i < ends.length; i++) {
      if (sequences[i].length == 0) {
        throw new IllegalArgumentException("end " + i + " is empty: generating would end at once");
      }
      ends[i] = sequences[i].clone();
    }
    return generated -> {
      for (int[] sequence : ends) {
        if (generated.endsWith(sequence)) {
          return true;
        }
      }
      return false;
    };
  }
}

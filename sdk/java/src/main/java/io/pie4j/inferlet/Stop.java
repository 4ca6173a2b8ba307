package io.pie4j.inferlet;

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

  static Stop maxTokens(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("max tokens must be at least 1, is " + count);
    }
    return generated -> generated.size() >= count;
  }

  /** After any of these tokens, as a model's {@code stopTokens()}. */
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

  /** After any of these sequences. */
  static Stop endsWithAny(int[]... sequences) {
    return generated -> {
      for (int[] sequence : sequences) {
        if (generated.endsWith(sequence)) {
          return true;
        }
      }
      return false;
    };
  }
}

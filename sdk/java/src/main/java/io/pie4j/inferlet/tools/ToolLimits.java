package io.pie4j.inferlet.tools;

/**
 * What a model may do with tools.
 *
 * @param rounds answers with calls in them, one after the other
 * @param calls calls in one answer
 * @param callChars characters of one call
 * @param resultChars characters of one result; longer ones are cut
 */
public record ToolLimits(int rounds, int calls, int callChars, int resultChars) {
  /** 8 rounds of 16 calls of 16,384 characters. */
  public static final ToolLimits STANDARD = new ToolLimits(8, 16, 16_384, 16_384);

  /** All must be positive. */
  public ToolLimits {
    if (rounds < 1 || calls < 1 || callChars < 1 || resultChars < 1) {
      throw new IllegalArgumentException("limits of tools must be positive");
    }
  }
}

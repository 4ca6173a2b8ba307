package io.pie4j.inferlets.codeact;

/**
 * What one piece of code may use.
 *
 * @param sourceChars characters of its source
 * @param steps expressions, statements and elements worked on
 * @param bytes memory asked for, in total: what becomes garbage counts too
 * @param depth expressions, statements and calls inside each other, in the source and as it runs
 * @param outputChars characters that it prints
 */
public record Limits(int sourceChars, long steps, long bytes, int depth, int outputChars) {
  /**
   * A million steps, 32 MiB; deep enough for some forty calls inside each other, which is what the
   * stack of a WebAssembly program holds with a margin.
   */
  public static final Limits STANDARD = new Limits(65_536, 1_000_000, 32L << 20, 200, 4_096);

  /** All must be positive. */
  public Limits {
    if (sourceChars < 1 || steps < 1 || bytes < 1 || depth < 1 || outputChars < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }

  /** The same with another number of steps. */
  public Limits withSteps(long most) {
    return new Limits(sourceChars, most, bytes, depth, outputChars);
  }
}

package io.pie4j.model.chat;

/**
 * What one template may cost. The defaults leave room for conversations of several hundred thousand
 * characters and stop a hostile template within about a second.
 *
 * @param sourceCharsMax length of the template's source, UTF-16 units
 * @param nestingMax how deep blocks and parentheses may be nested in the source
 * @param depthMax how deep evaluation may go, in nested expressions and statements over all macro
 *     calls; 1,000 needs less than 512 KiB of stack
 * @param stepsMax evaluated nodes plus the work of operations on long strings and lists
 * @param allocatedBytesMax bytes of all strings and lists that a rendering makes, intermediate ones
 *     included
 * @param outputCharsMax length of the rendered text, UTF-16 units
 */
public record TemplateLimits(
    int sourceCharsMax,
    int nestingMax,
    int depthMax,
    long stepsMax,
    long allocatedBytesMax,
    int outputCharsMax) {

  /** The limits that apply unless others are given. */
  public static final TemplateLimits DEFAULTS =
      new TemplateLimits(1 << 20, 100, 500, 5_000_000, 256L << 20, 16 << 20);

  /** All limits are at least 1. */
  public TemplateLimits {
    long least =
        Math.min(
            Math.min(Math.min(sourceCharsMax, nestingMax), Math.min(depthMax, stepsMax)),
            Math.min(allocatedBytesMax, outputCharsMax));
    if (least < 1) {
      throw new IllegalArgumentException("every template limit must be at least 1, found " + least);
    }
  }
}

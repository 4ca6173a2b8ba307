package io.pie4j.inferlet.constraint;

/**
 * How a JSON Schema is meant.
 *
 * @param maxSpaces how many spaces and line ends may follow one another between the parts of a
 *     text; {@link #ANY_SPACES} for any number
 * @param assertFormats whether {@code format} constrains strings; if not, it is an annotation, as
 *     the standard has it by default
 */
public record SchemaOptions(int maxSpaces, boolean assertFormats) {
  /** No bound on spaces. */
  public static final int ANY_SPACES = Expr.UNBOUNDED;

  /** Every text that JSON allows; formats are held. */
  public static final SchemaOptions DEFAULT = new SchemaOptions(ANY_SPACES, true);

  public SchemaOptions {
    if (maxSpaces < 0) {
      throw new IllegalArgumentException("maxSpaces must be 0 or more, is " + maxSpaces);
    }
  }
}

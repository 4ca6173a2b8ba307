package io.pie4j.inferlet.constraint;

/**
 * What a text must be, and how far it has come. Begins with no tokens; {@link #accept} adds one. At
 * every point at which it {@link #mayEnd} not, there is a text that ends it well.
 */
public interface Constraint {
  /** The tokens that may come next; the model's stop tokens if the text may end here. */
  Mask mask();

  /**
   * Adds a token.
   *
   * @throws IllegalArgumentException if it is not allowed here, or something came to an end before
   */
  void accept(int token);

  /** Whether the text so far is whole. */
  boolean mayEnd();

  /** Whether it is whole and nothing but spaces could follow: the time to stop. */
  boolean complete();

  /**
   * The tokens that come next whatever the model says, because each is the only one allowed. Does
   * not add them.
   *
   * @param max bound on how many are looked for
   */
  int[] forced(int max);

  /**
   * Tokens that end the text soon: in a program that has a bound of tokens, what to say when it is
   * near. Empty if it may end here. Does not add them.
   */
  int[] ending();

  /** A bound on the bytes that {@link #ending} needs, 0 if the text may end here. */
  int endingBytes();

  /** The same text so far, to go on in another way. */
  Constraint fork();
}

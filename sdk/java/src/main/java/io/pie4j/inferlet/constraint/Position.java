package io.pie4j.inferlet.constraint;

/**
 * How far a text has come, in all the ways in which it may be read. There is one for all texts that
 * the same may follow, as far as that is known.
 */
abstract class Position<P extends Position<P>> {
  /** Behind a byte more. */
  abstract P next(int value);

  /** Whether nothing may follow, nor the text end. */
  abstract boolean isDead();

  abstract boolean ends();

  /** Bytes that at least lead to the end, nearly. */
  abstract int distance();

  /** Where every plain character (see {@link Vocabulary}) leads; some other place if it differs. */
  abstract P afterPlain();

  /** Whether plain characters lead nowhere else. */
  abstract boolean isPlainLoop();
}

package io.pie4j.inferlet.constraint;

/** Reads texts byte by byte and tells which tokens may come next. */
interface Automaton<P extends Position<P>> {
  Vocabulary vocabulary();

  /** Before a text. */
  P start();

  /** Called before each public step: what was kept is bounded. */
  void tidy(P current);

  /** The tokens that may come next; the stop tokens if the text may end. */
  Mask mask(P position);

  default Constraint begin() {
    return new Matcher<>(this, start());
  }

  default boolean allows(byte[] text) {
    P at = start();
    for (byte value : text) {
      tidy(at);
      at = at.next(value & 0xff);
    }
    return at.ends();
  }
}

package io.pie4j.inferlet.constraint;

/** Has an automaton that is built as it is walked. */
interface Rule {
  State start();

  /** Lets go of all states; those still in use go on working. */
  void forget();
}

package io.pie4j.inferlet.constraint;

/**
 * What a constraint may cost; beyond it there is a {@link ConstraintException}, never a hang.
 *
 * @param nfaStates states of the automata that a grammar or a pattern is translated to
 * @param states states of one pattern made deterministic, and alternatives of one schema
 * @param stacks ways in which the text so far may be read at the same time
 * @param depth how deep rules may be nested; deeper ones are not allowed as tokens
 * @param stepsPerMask transitions that one mask may take
 * @param keptStates states and transitions kept for later masks before all are dropped
 * @param keptMaskBytes bytes of masks kept for later before all are dropped
 */
public record Limits(
    int nfaStates,
    int states,
    int stacks,
    int depth,
    int stepsPerMask,
    int keptStates,
    int keptMaskBytes) {
  /** Enough for schemas of hundreds of properties and grammars of programming languages. */
  public static final Limits DEFAULT =
      new Limits(200_000, 10_000, 2_000, 500, 20_000_000, 100_000, 16 << 20);
}

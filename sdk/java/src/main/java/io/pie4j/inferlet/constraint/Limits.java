package io.pie4j.inferlet.constraint;

/**
 * What a constraint may cost; beyond it there is a {@link ConstraintException}, never a hang.
 *
 * @param sourceChars how long a grammar, a pattern or a schema may be, in chars
 * @param nesting how deep its groups may be nested
 * @param nfaStates states of the automata that a grammar or a pattern is translated to
 * @param states states of one pattern made deterministic, and alternatives of one schema
 * @param schemaSteps alternatives that are put together while a schema is read
 * @param stacks ways in which the text so far may be read at the same time
 * @param depth how deep rules may be nested; deeper ones are not allowed as tokens
 * @param stepsPerMask transitions that one mask may take
 * @param keptStates states and transitions kept for later masks before all are dropped
 * @param keptMaskBytes bytes of masks kept for later before all are dropped
 */
public record Limits(
    int sourceChars,
    int nesting,
    int nfaStates,
    int states,
    int schemaSteps,
    int stacks,
    int depth,
    int stepsPerMask,
    int keptStates,
    int keptMaskBytes) {
  /** Enough for schemas of hundreds of properties and grammars of programming languages. */
  public static final Limits DEFAULT =
      new Limits(
          1 << 20, 200, 200_000, 10_000, 1_000_000, 2_000, 500, 20_000_000, 100_000, 16 << 20);

  /** With fewer or more ways to read a text, and steps and kept states for it. */
  public Limits withReading(
      int newStacks, int newDepth, int newStepsPerMask, int newKeptStates, int newKeptMaskBytes) {
    return new Limits(
        sourceChars,
        nesting,
        nfaStates,
        states,
        schemaSteps,
        newStacks,
        newDepth,
        newStepsPerMask,
        newKeptStates,
        newKeptMaskBytes);
  }

  String checked(String what, String source) {
    if (source.length() > sourceChars) {
      throw new ConstraintException(
          what + " has " + source.length() + " chars; at most " + sourceChars + " are taken");
    }
    return source;
  }
}

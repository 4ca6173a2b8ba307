package io.pie4j.inferlet;

/**
 * Guesses what a model will say next, for {@link Speculation}: the model checks all guesses in one
 * forward pass and keeps those that it would have said itself. A drafter can therefore be wrong but
 * cannot change the text.
 *
 * <p>Calls come in this order: {@link #update} with all tokens so far, and then, again and again,
 * {@link #draft}, {@link #verified}, and {@link #update} with the tokens that are new.
 */
public interface Drafter {

  /** Tells it tokens that are settled, behind those of earlier calls. */
  void update(int[] tokens);

  /** What may follow the last token that {@link #update} told. It may be empty. */
  DraftTree draft();

  /**
   * Tells it what became of the last draft.
   *
   * @param draft the part of it that was checked, which is smaller where the model's positions end
   * @param likeliest the model's most likely token behind each node, the root first: {@code
   *     draft.size() + 1} of them
   * @param accepted tokens of the draft that were right
   */
  default void verified(DraftTree draft, int[] likeliest, int accepted) {}

  /** Guesses nothing: plain generation. */
  static Drafter none() {
    return new Drafter() {
      @Override
      public void update(int[] tokens) {}

      @Override
      public DraftTree draft() {
        return DraftTree.empty();
      }
    };
  }
}

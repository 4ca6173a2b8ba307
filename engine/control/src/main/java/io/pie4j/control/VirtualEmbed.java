package io.pie4j.control;

/**
 * An embed of one program; see {@link VirtualPage}. All but {@code id} and {@code call} belong to
 * the controller's loop.
 */
final class VirtualEmbed {

  enum Content {
    EMPTY,
    /** A token's embedding. */
    INPUT,
    /** A token's final hidden state. */
    OUTPUT
  }

  final int id;
  long call;

  /** Index among what its program holds, while bound. */
  int place;

  Binding binding = Binding.PENDING;

  /** Valid while bound. */
  int physical;

  Content content = Content.EMPTY;

  /** Of the token, unless empty. */
  int position;

  /** One more than the index in a list that is being looked at, else 0. */
  int mark;

  VirtualEmbed(int id) {
    this.id = id;
  }
}

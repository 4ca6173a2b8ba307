package io.pie4j.control;

/**
 * A KvPage of one program. Commands refer to the object, not to the id, so an id can be given to a
 * new page while commands on the old one still wait.
 *
 * <p>All but {@code id} and {@code call} belong to the controller's loop.
 */
final class VirtualPage {
  final int id;

  /** The program's call that named this page last: finds duplicates. */
  long call;

  /** Index among what its program holds, while bound. */
  int place;

  Binding binding = Binding.PENDING;

  /** Valid while bound. */
  PageContent content = PageContent.NONE;

  /** Slots that hold a token, slot i as bit i. */
  int written;

  /** Written slots that the program has masked. */
  int hidden;

  VirtualPage(int id) {
    this.id = id;
  }

  int physical() {
    return content.physical;
  }

  int visible() {
    return written & ~hidden;
  }
}

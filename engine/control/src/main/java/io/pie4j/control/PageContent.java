package io.pie4j.control;

/**
 * What a page holds, wherever it is. Virtual pages and exports that share it refer to the same
 * object. Belongs to the loop.
 */
final class PageContent {
  /** Of what is not bound; never written. */
  static final PageContent NONE = new PageContent(-1);

  /** The physical page. */
  int physical;

  /** Virtual pages and exports that refer to this. */
  int references;

  PageContent(int physical) {
    this.physical = physical;
  }
}

package io.pie4j.inferlet;

/**
 * A KvPage that several contexts of a program may refer to. Each sees so many of its first tokens;
 * who writes behind the last of them takes the slots, and others copy what they see first.
 */
final class Page {
  final int id;

  /** Spans that refer to it. */
  int references = 1;

  /** Slots in use, counting commands that are enqueued. */
  int filled;

  /** The slots that the engine hides from this program, slot i as bit i. */
  int hidden;

  /** Whether it lies before other pages somewhere, so that nobody may add tokens to it. */
  boolean sealed;

  /** Who wrote to it last: only it knows that nothing it enqueued writes there still. */
  Cache writer;

  Page(int id, Cache writer) {
    this.id = id;
    this.writer = writer;
  }
}

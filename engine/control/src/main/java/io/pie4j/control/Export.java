package io.pie4j.control;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pages under a name: reserved when a program calls, visible when its queue gets there.
 *
 * <p>The name holds it, and so does every import until its queue binds the pages; the last one to
 * let go gives the contents back. So who found the name gets the pages even if the name is removed
 * meanwhile.
 */
final class Export {
  private static final PageContent[] NOTHING = {};

  final String name;
  final UserAccount user;
  final int pages;
  private final AtomicInteger holders = new AtomicInteger(1);

  // Written by the loop, before visible is.
  private PageContent[] contents = NOTHING;
  private int[] written = {};
  private volatile boolean visible;

  Export(String name, UserAccount user, int pages) {
    this.name = name;
    this.user = user;
    this.pages = pages;
  }

  boolean isVisible() {
    return visible;
  }

  boolean isHeld() {
    return holders.get() > 0;
  }

  /** Called by the loop. */
  void publish(PageContent[] newContents, int[] newWritten) {
    contents = newContents;
    written = newWritten;
    visible = true;
  }

  /** Slots that hold a token, for each page. */
  int[] written() {
    return written;
  }

  PageContent[] contents() {
    return contents;
  }

  /** The loop gives the contents back, once. */
  PageContent[] takeContents() {
    PageContent[] taken = contents;
    contents = NOTHING;
    return taken;
  }

  /** False if it is not there, or not any more. */
  boolean hold() {
    int seen;
    do {
      seen = holders.get();
      if (seen == 0 || !visible) {
        return false;
      }
    } while (!holders.compareAndSet(seen, seen + 1));
    return true;
  }

  /** Whether nobody holds it any more: then the loop must give the contents back. */
  boolean letGo() {
    return holders.decrementAndGet() == 0;
  }

  ExportedPages describe() {
    int tokens = 0;
    for (int slots : written) {
      tokens += Integer.bitCount(slots);
    }
    return new ExportedPages(name, user.name, pages, tokens);
  }
}

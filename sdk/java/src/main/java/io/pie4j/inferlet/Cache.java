package io.pie4j.inferlet;

import io.pie4j.api.Allocate;
import io.pie4j.api.Api;
import io.pie4j.api.Forward;
import io.pie4j.api.Queue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The pages of one context: which tokens lie where, who else refers to them, and what is hidden.
 *
 * <p><b>Sharing.</b> Contexts of one program name the same pages; a page is given back by the last
 * of them. Nobody changes what another sees: tokens are appended behind all that anybody sees, or
 * to a copy; masks and truncations of a shared page are made on a copy.
 *
 * <p><b>Queues.</b> Each context has a queue of its own, and between queues there is no order. A
 * cache that was shared may be used only when what it shares has been computed; then whatever
 * another context still does to a page is behind the tokens that are seen here.
 *
 * <p><b>Laziness.</b> Hiding tokens and going back only change the spans. What the engine must know
 * of it is told with the next forward, so that a page that is hidden altogether, or dropped, costs
 * no command: it is left out of the input pages.
 */
final class Cache {
  private final Allocate allocate;
  private final Forward forward;
  private final Queue queue;
  private final int pageSize;
  private final List<Span> spans = new ArrayList<>();

  /** Allocated for a step that was then refused. */
  private final List<Page> spares = new ArrayList<>();

  /**
   * No longer referred to, but perhaps by commands that are enqueued; others may give them back.
   */
  private final List<Page> leaving = new ArrayList<>();

  private boolean settled = true;

  /** How often something was enqueued that uses the pages. */
  private int stamp;

  private int size;

  Cache(Api api, Queue queue, int pageSize) {
    allocate = api.allocate();
    forward = api.forward();
    this.queue = queue;
    this.pageSize = pageSize;
  }

  /** Tokens in it, dropped ones included. */
  int size() {
    return size;
  }

  int pagesHeld() {
    return spans.size() + spares.size();
  }

  List<Span> spans() {
    return spans;
  }

  /**
   * Refers to all that another cache holds, behind what is here.
   *
   * @return how many tokens came with it
   */
  int share(Cache other) {
    seal();
    for (Span span : other.spans) {
      span.page.references++;
      spans.add(new Span(span.page, size + span.start, span.count, span.hidden));
    }
    size += other.size;
    return other.size;
  }

  /** Takes pages that the program was given, with the tokens that are theirs of {@code total}. */
  void take(int[] ids, int[] starts, int[] counts, int total) {
    for (int i = 0; i < ids.length; i++) {
      seal();
      Page page = new Page(ids[i], this);
      page.filled = counts[i];
      spans.add(new Span(page, size + starts[i], counts[i], 0));
    }
    size += total;
  }

  /**
   * Publishes what is visible. Hidden tokens would be seen again where the pages are imported, and
   * so would others' tokens: what lies in a page with such is copied to pages of its own first.
   *
   * @return where each page's tokens lie
   */
  List<Run> publish(String name) {
    List<Run> runs = new ArrayList<>();
    List<Page> pages = new ArrayList<>();
    List<Page> copies = new ArrayList<>();
    for (Span span : spans) {
      if (span.hidden == 0 && span.page.filled == span.count) {
        runs.add(new Run(span.start, span.count));
        pages.add(span.page);
      } else {
        copyRuns(span, runs, copies, pages);
      }
    }
    int[] ids = new int[pages.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = pages.get(i).id;
    }
    try {
      allocate.exportKvpage(queue, ids, name);
      use();
    } finally {
      release(copies);
    }
    return runs;
  }

  private void copyRuns(Span span, List<Run> runs, List<Page> copies, List<Page> pages) {
    int from = 0;
    while (from < span.count) {
      int to = from;
      while (to < span.count && (span.hidden >>> to & 1) == 0) {
        to++;
      }
      if (to > from) {
        Page copy = newPages(1).getFirst();
        allocate.copyKvpage(queue, span.page.id, copy.id, from, 0, to - from);
        spares.remove(copy);
        copies.add(copy);
        pages.add(copy);
        runs.add(new Run(span.start + from, to - from));
      }
      from = to + 1;
    }
  }

  /** Tokens that lie in one page. */
  record Run(int start, int count) {}

  /** Nobody appends to a page behind which others come: their order would be lost. */
  private void seal() {
    if (!spans.isEmpty() && spans.getLast().count < pageSize) {
      spans.getLast().page.sealed = true;
    }
  }

  /** The pages to attend to, with what is hidden hidden. */
  int[] inputPages() {
    int[] ids = new int[spans.size()];
    int used = 0;
    for (Span span : spans) {
      if (!span.isHidden()) {
        applyMask(span);
        ids[used++] = span.page.id;
      }
    }
    return used == ids.length ? ids : Arrays.copyOf(ids, used);
  }

  private void applyMask(Span span) {
    int seen = Span.slots(0, span.count);
    if (((span.page.hidden ^ span.hidden) & seen) == 0) {
      return;
    }
    if (span.page.references > 1) {
      copy(span);
    }
    boolean[] flags = new boolean[pageSize];
    for (int i = 0; i < span.count; i++) {
      flags[i] = (span.hidden >>> i & 1) != 0;
    }
    forward.maskKvpage(queue, span.page.id, flags);
    span.page.hidden = span.hidden;
  }

  /**
   * Makes the last page one that this context may append to, unless it is full. To be called before
   * {@link #inputPages}, since it may put a copy in its place.
   */
  void openLast() {
    if (spans.isEmpty() || spans.getLast().count == pageSize) {
      return;
    }
    Span last = spans.getLast();
    Page page = last.page;
    if (page.sealed) {
      copy(last);
    } else if (page.filled > last.count) {
      if (page.references == 1 && page.writer == this) {
        forward.truncateKvpage(queue, page.id, last.count);
        page.filled = last.count;
        page.hidden &= Span.slots(0, last.count);
      } else {
        copy(last);
      }
    }
  }

  private void copy(Span span) {
    Page copy = newPages(1).getFirst();
    allocate.copyKvpage(queue, span.page.id, copy.id, 0, 0, span.count);
    use();
    spares.remove(copy);
    copy.filled = span.count;
    Page old = span.page;
    span.page = copy;
    release(List.of(old));
  }

  /**
   * Pages with room for so many more tokens, allocated where needed; {@link #openLast} comes first
   * and {@link #append} follows when they are used.
   */
  int[] outputPages(int count) {
    int room = spans.isEmpty() ? 0 : pageSize - spans.getLast().count;
    int fresh = Math.max(0, (count - room + pageSize - 1) / pageSize);
    List<Page> more = fresh == 0 ? List.of() : newPages(fresh);
    int open = room > 0 ? 1 : 0;
    int[] ids = new int[open + fresh];
    if (open == 1) {
      ids[0] = spans.getLast().page.id;
    }
    for (int i = 0; i < fresh; i++) {
      ids[open + i] = more.get(i).id;
    }
    return ids;
  }

  /** So many tokens were written to the output pages. */
  void append(int count) {
    use();
    int left = count;
    if (!spans.isEmpty() && spans.getLast().count < pageSize) {
      left -= fill(spans.getLast(), left);
    }
    while (left > 0) {
      Span next = new Span(spares.removeFirst(), size, 0, 0);
      spans.add(next);
      left -= fill(next, left);
    }
  }

  private int fill(Span span, int count) {
    int taken = Math.min(count, pageSize - span.count);
    span.count += taken;
    span.page.filled = span.count;
    span.page.writer = this;
    size += taken;
    return taken;
  }

  /** The first spare pages, at least so many of them. */
  private List<Page> newPages(int count) {
    int missing = count - spares.size();
    if (missing > 0) {
      for (int id : allocate.allocKvpage(queue, missing)) {
        spares.add(new Page(id, this));
      }
    }
    return spares.subList(0, count);
  }

  /** Tokens that are not hidden. */
  int visible() {
    int count = 0;
    for (Span span : spans) {
      count += Integer.bitCount(Span.slots(0, span.count) & ~span.hidden);
    }
    return count;
  }

  /** Puts a copy of a token in the place of an earlier one; both are behind all that others see. */
  void move(int from, int to) {
    if (from != to) {
      Span source = holding(from);
      Span target = holding(to);
      allocate.copyKvpage(
          queue, source.page.id, target.page.id, from - source.start, to - target.start, 1);
      use();
    }
  }

  private Span holding(int token) {
    for (int i = spans.size() - 1; i >= 0; i--) {
      Span span = spans.get(i);
      if (span.start <= token && token < span.end()) {
        return span;
      }
    }
    throw new IndexOutOfBoundsException("token " + token + " of " + size + " is not in the cache");
  }

  /** Forgets all tokens behind the first {@code count}. */
  void truncate(int count) {
    List<Page> dropped = new ArrayList<>();
    while (!spans.isEmpty() && spans.getLast().start >= count) {
      dropped.add(spans.removeLast().page);
    }
    if (!spans.isEmpty() && spans.getLast().end() > count) {
      Span last = spans.getLast();
      last.count = count - last.start;
      last.hidden &= Span.slots(0, last.count);
    }
    size = Math.min(size, count);
    release(dropped);
  }

  /** Hides or shows the tokens from {@code from} up to, but not including, {@code to}. */
  void mask(int from, int to, boolean hidden) {
    for (Span span : spans) {
      int bits = Span.slots(Math.max(from - span.start, 0), Math.min(to - span.start, span.count));
      span.hidden = hidden ? span.hidden | bits : span.hidden & ~bits;
    }
  }

  /** Gives back the pages of which nothing is visible. */
  void dropHidden() {
    List<Page> dropped = new ArrayList<>();
    List<Span> kept = new ArrayList<>(spans.size());
    for (Span span : spans) {
      if (span.isHidden()) {
        dropped.add(span.page);
      } else {
        kept.add(span);
      }
    }
    spans.clear();
    spans.addAll(kept);
    release(dropped);
  }

  private void use() {
    settled = false;
    stamp++;
  }

  /** Whether all that was enqueued is known to have run. */
  boolean isSettled() {
    return settled;
  }

  int stamp() {
    return stamp;
  }

  /** What was enqueued up to that stamp has run. */
  void settled(int since) {
    if (since != stamp) {
      return;
    }
    settled = true;
    if (!leaving.isEmpty()) {
      List<Page> left = List.copyOf(leaving);
      leaving.clear();
      release(left);
    }
  }

  /** Gives everything back. */
  void close() {
    settled = true; // what fails on the way is nobody's concern
    List<Page> all = new ArrayList<>(spares);
    all.addAll(leaving);
    leaving.clear();
    for (Span span : spans) {
      all.add(span.page);
    }
    spans.clear();
    spares.clear();
    release(all);
  }

  private void release(List<Page> pages) {
    int[] ids = new int[pages.size()];
    int unused = 0;
    for (Page page : pages) {
      if (page.references > 1 && !settled) {
        leaving.add(page);
      } else if (--page.references == 0) {
        ids[unused++] = page.id;
      }
    }
    if (unused > 0) {
      allocate.deallocKvpage(queue, Arrays.copyOf(ids, unused));
    }
  }
}

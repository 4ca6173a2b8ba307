package io.pie4j.inferlets.contract;

import io.pie4j.api.AttentionMask;
import io.pie4j.api.Distribution;
import io.pie4j.api.Forward;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The Transformer pass. */
final class ForwardChecks {
  private static final int[] NONE = {};

  private ForwardChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of("forward-answers", ForwardChecks::answers, "forward.forward"),
        Check.of("forward-splits", ForwardChecks::splits, "forward.forward"),
        Check.of("forward-masks", ForwardChecks::masks, "forward.forward"),
        Check.of("mask-kvpage", ForwardChecks::maskPage, "forward.mask-kvpage"),
        Check.of("truncate-kvpage", ForwardChecks::truncate, "forward.truncate-kvpage"));
  }

  /** What the model was taught, token by token through pages. */
  private static void answers(Stage stage) {
    Passes passes = stage.passes();
    String answer = passes.answer(passes.question("What is the capital of France?"), 12);
    Expect.that(answer.contains("Paris"), "the capital of France: " + answer);
  }

  /** One forward, or one for each page's worth, whatever the pages' order. */
  private static void splits(Stage stage) {
    Passes passes = stage.passes();
    int[] question = passes.question("Tell me a story about a dog.");
    int count = question.length;
    int size = passes.model().pageSize();
    Distribution whole = passes.alone(question, Passes.range(0, count));
    int[] pages = passes.pagesFor(count);
    for (int from = 0; from < count - 1; from += size) {
      int to = Math.min(count - 1, from + size);
      passes.fill(
          Arrays.copyOf(pages, from / size),
          Arrays.copyOfRange(question, from, to),
          Passes.range(from, to),
          new int[] {pages[from / size]});
    }
    int[] last = {question[count - 1]};
    int[] position = {count - 1};
    Expect.same(passes.next(pages, last, position, NONE), whole, "page by page");
    int[] backwards = new int[pages.length];
    for (int i = 0; i < pages.length; i++) {
      backwards[i] = pages[pages.length - 1 - i];
    }
    Expect.same(passes.next(backwards, last, position, NONE), whole, "pages backwards");
    Expect.different(
        passes.next(Arrays.copyOfRange(pages, 1, pages.length), last, position, NONE),
        whole,
        "without the first page");
    Expect.different(
        passes.next(pages, last, new int[] {count + 40}, NONE), whole, "at another position");
  }

  /** The mask that positions imply, and one that hides what comes first. */
  private static void masks(Stage stage) {
    Passes passes = stage.passes();
    int[] question = passes.question("What is the capital of Italy?");
    int count = question.length;
    int kept = count / 2;
    int[] pages = passes.pagesFor(kept);
    passes.fill(NONE, Arrays.copyOf(question, kept), Passes.range(0, kept), pages);
    int[] rest = Arrays.copyOfRange(question, kept, count);
    int[] positions = Passes.range(kept, count);
    Expect.same(
        passes.next(pages, rest, positions, NONE, Optional.of(mask(0, kept, rest.length))),
        passes.alone(question, Passes.range(0, count)),
        "with the mask that positions imply");
    Expect.same(
        passes.next(pages, rest, positions, NONE, Optional.of(mask(kept, kept, rest.length))),
        passes.alone(rest, positions),
        "with a mask that hides all pages");
  }

  /** Each new token sees all before it, except the first so many. */
  private static AttentionMask mask(int hidden, int cached, int count) {
    int[][] rows = new int[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = new int[] {hidden, cached + i + 1 - hidden, count - i - 1};
    }
    return new AttentionMask(List.of(rows));
  }

  private static void maskPage(Stage stage) {
    Forward forward = stage.api().forward();
    Passes passes = stage.passes();
    int[] question = passes.question("What is the capital of Italy?");
    int before = question.length - 1;
    int[] pages = passes.pagesFor(before);
    passes.fill(NONE, Arrays.copyOf(question, before), Passes.range(0, before), pages);
    int[] last = {question[before]};
    int[] position = {before};
    Distribution whole = passes.next(pages, last, position, NONE);
    boolean[] mask = new boolean[passes.model().pageSize()];
    Arrays.fill(mask, true);
    for (int page : pages) {
      forward.maskKvpage(passes.queue(), page, mask);
    }
    Expect.same(
        passes.next(pages, last, position, NONE),
        passes.alone(last, position),
        "with all pages hidden");
    Arrays.fill(mask, false);
    for (int page : pages) {
      forward.maskKvpage(passes.queue(), page, mask);
    }
    Expect.same(passes.next(pages, last, position, NONE), whole, "with all pages shown again");
    // Where only the first tokens are hidden, the last token sees as through an explicit mask.
    mask[0] = true;
    mask[1] = true;
    forward.maskKvpage(passes.queue(), pages[0], mask);
    AttentionMask explicit = new AttentionMask(List.of(new int[][] {{0, before - 2 + 1}}));
    Distribution partly = passes.next(pages, last, position, NONE);
    Expect.same(
        partly,
        passes.next(pages, last, position, NONE, Optional.of(explicit)),
        "with two tokens hidden, by position and by a mask over what is visible");
    forward.maskKvpage(passes.queue(), pages[0], new boolean[mask.length]);
    AttentionMask hiding = new AttentionMask(List.of(new int[][] {{2, before - 2 + 1}}));
    Expect.same(
        passes.next(pages, last, position, NONE, Optional.of(hiding)),
        partly,
        "with two tokens hidden by an explicit mask");
  }

  /** What was cut off is gone, and its place is free for others. */
  private static void truncate(Stage stage) {
    Forward forward = stage.api().forward();
    Passes passes = stage.passes();
    int size = passes.model().pageSize();
    int kept = 5;
    int[] page = passes.pages(1);
    int[] france = passes.question("What is the capital of France?");
    int[] italy = passes.question("Tell me a story about a cat, and count to five.");
    passes.fill(NONE, Arrays.copyOf(france, size), Passes.range(0, size), page);
    forward.truncateKvpage(passes.queue(), page[0], kept);
    int[] mixed = Arrays.copyOf(france, kept + 3);
    System.arraycopy(italy, kept, mixed, kept, 3);
    int[] more = {mixed[kept], mixed[kept + 1], mixed[kept + 2]};
    Expect.same(
        passes.next(page, more, Passes.range(kept, kept + 3), page),
        passes.alone(mixed, Passes.range(0, mixed.length)),
        "what goes on behind the cut");
  }
}

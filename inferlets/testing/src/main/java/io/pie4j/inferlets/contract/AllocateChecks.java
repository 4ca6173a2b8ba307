package io.pie4j.inferlets.contract;

import io.pie4j.api.Allocate;
import io.pie4j.api.Distribution;
import io.pie4j.api.ErrorCode;
import java.util.Arrays;
import java.util.List;

/** Memory for keys, values and embeddings. */
final class AllocateChecks {
  private static final int[] NONE = {};

  private AllocateChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of(
            "pages-are-given-and-taken",
            AllocateChecks::pages,
            "allocate.alloc-kvpage",
            "allocate.dealloc-kvpage"),
        Check.of(
            "embeds-are-given-and-taken",
            AllocateChecks::embeds,
            "allocate.alloc-emb",
            "allocate.dealloc-emb"),
        Check.of("copy-kvpage", AllocateChecks::copy, "allocate.copy-kvpage"));
  }

  private static void pages(Stage stage) {
    Allocate allocate = stage.api().allocate();
    Passes passes = stage.passes();
    int[] pages = allocate.allocKvpage(passes.queue(), 5);
    Expect.equal(Arrays.stream(pages).distinct().count(), 5L, "different pages");
    stage.synchronize(passes.queue());
    stage.confirm("pages in use: 5");
    int[] tokens = {1, 2, 3};
    passes.fill(NONE, tokens, Passes.range(0, 3), Arrays.copyOf(pages, 1));
    allocate.deallocKvpage(passes.queue(), Arrays.copyOf(pages, 4));
    stage.synchronize(passes.queue());
    stage.confirm("pages in use: 1");
    Expect.refused(
        ErrorCode.NOT_FOUND,
        () -> passes.fill(NONE, tokens, Passes.range(0, 3), new int[] {pages[0]}),
        "forward",
        "output-pages",
        "" + pages[0]);
    passes.fill(NONE, tokens, Passes.range(0, 3), new int[] {pages[4]});
    stage.synchronize(passes.queue());
  }

  private static void embeds(Stage stage) {
    Allocate allocate = stage.api().allocate();
    Passes passes = stage.passes();
    int[] embeds = allocate.allocEmb(passes.queue(), 7);
    Expect.equal(Arrays.stream(embeds).distinct().count(), 7L, "different embeds");
    stage.synchronize(passes.queue());
    stage.confirm("embeds in use: 7");
    allocate.deallocEmb(passes.queue(), Arrays.copyOf(embeds, 5));
    stage.synchronize(passes.queue());
    stage.confirm("embeds in use: 2");
    int[] one = {1};
    Expect.refused(
        ErrorCode.NOT_FOUND,
        () -> stage.api().inputText().embedTxt(passes.queue(), one, one, new int[] {embeds[0]}),
        "embed-txt",
        "embeds",
        "" + embeds[0]);
    stage.api().inputText().embedTxt(passes.queue(), one, one, new int[] {embeds[6]});
    stage.synchronize(passes.queue());
  }

  /** Tokens that are copied from page to page, to other slots, are what was copied. */
  private static void copy(Stage stage) {
    Allocate allocate = stage.api().allocate();
    Passes passes = stage.passes();
    int[] question = passes.question("What is the capital of Spain?");
    int before = question.length - 1;
    int size = passes.model().pageSize();
    int[] pages = passes.pagesFor(before);
    passes.fill(NONE, Arrays.copyOf(question, before), Passes.range(0, before), pages);
    // Each page's tokens in two parts, to two pages, at other offsets than they came from.
    int[] copies = passes.pages(2 * pages.length);
    for (int page = 0; page < pages.length; page++) {
      int held = Math.min(size, before - page * size);
      int half = held / 2;
      allocate.copyKvpage(passes.queue(), pages[page], copies[2 * page], 0, size - half, half);
      allocate.copyKvpage(passes.queue(), pages[page], copies[2 * page + 1], half, 0, held - half);
    }
    allocate.deallocKvpage(passes.queue(), pages);
    int[] last = {question[before]};
    Distribution found = passes.next(copies, last, new int[] {before}, NONE);
    Expect.same(found, passes.alone(question, Passes.range(0, question.length)), "the copy");
    Expect.different(found, passes.alone(last, new int[] {before}), "with and without the copy");
  }
}

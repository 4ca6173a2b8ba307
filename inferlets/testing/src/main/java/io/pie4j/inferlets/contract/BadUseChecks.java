package io.pie4j.inferlets.contract;

import io.pie4j.api.ApiException;
import io.pie4j.api.AttentionMask;
import io.pie4j.api.Distribution;
import io.pie4j.api.ErrorCode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Bad use: a typed error that names the call and the argument, after which the program goes on as
 * if nothing had been. (What messaging, store, http, exports and files refuse is checked with
 * them.)
 */
final class BadUseChecks {
  private static final int FOREIGN = 123_456;
  private static final int[] NONE = {};

  private BadUseChecks() {}

  static List<Check> all() {
    return List.of(
        bad("foreign-ids", BadUseChecks::foreignIds),
        bad("freed-ids", BadUseChecks::freedIds),
        bad("freed-twice", BadUseChecks::freedTwice),
        bad("overlapping-writes", BadUseChecks::overlappingWrites),
        bad("masks-of-the-wrong-size", BadUseChecks::wrongMasks),
        bad("lists-of-different-lengths", BadUseChecks::lengths),
        bad("lists-too-long", BadUseChecks::tooLong),
        bad("tokens-and-positions-out-of-range", BadUseChecks::outOfRange),
        bad("slots-out-of-range", BadUseChecks::slots),
        bad("top-k-out-of-range", BadUseChecks::topK),
        bad("full-pages", BadUseChecks::fullPages),
        bad("unwritten-embeds", BadUseChecks::unwritten),
        bad("too-many-queues", BadUseChecks::queues),
        bad("full-queue", BadUseChecks::fullQueue),
        bad("too-much-text", BadUseChecks::text));
  }

  /** What goes wrong in {@code body} must not change what the program is told afterwards. */
  private static Check bad(String name, java.util.function.BiConsumer<Stage, Passes> body) {
    return Check.of(
        "bad-" + name,
        stage -> {
          Passes passes = stage.passes();
          int[] question = passes.question("What is the capital of France?");
          int[] positions = Passes.range(0, question.length);
          Distribution expected = passes.alone(question, positions);
          body.accept(stage, passes);
          Expect.same(passes.alone(question, positions), expected, "the answer afterwards");
          stage.synchronize(passes.queue());
        });
  }

  private static void foreignIds(Stage stage, Passes passes) {
    var api = stage.api();
    var queue = passes.queue();
    int[] foreign = {FOREIGN};
    int[] one = {1};
    int[] embed = passes.embeds(1);
    int[] page = passes.pages(1);
    ErrorCode code = ErrorCode.NOT_FOUND;
    String id = "" + FOREIGN;
    Expect.refused(
        code, () -> api.inputText().embedTxt(queue, one, one, foreign), "embed-txt", "embeds", id);
    Expect.refused(
        code,
        () -> api.forward().forward(queue, foreign, embed, NONE, embed, Optional.empty()),
        "forward",
        "input-pages",
        id);
    Expect.refused(
        code,
        () -> api.forward().forward(queue, NONE, foreign, NONE, embed, Optional.empty()),
        "forward",
        "input-embeds",
        id);
    Expect.refused(
        code,
        () -> api.forward().forward(queue, NONE, embed, foreign, embed, Optional.empty()),
        "forward",
        "output-pages",
        id);
    Expect.refused(
        code,
        () -> api.forward().forward(queue, NONE, embed, NONE, foreign, Optional.empty()),
        "forward",
        "output-embeds",
        id);
    boolean[] mask = new boolean[passes.model().pageSize()];
    Expect.refused(
        code, () -> api.forward().maskKvpage(queue, FOREIGN, mask), "mask-kvpage", "page", id);
    Expect.refused(
        code, () -> api.forward().truncateKvpage(queue, FOREIGN, 0), "truncate-kvpage", "page", id);
    Expect.refused(
        code,
        () -> api.allocate().copyKvpage(queue, FOREIGN, page[0], 0, 0, 1),
        "copy-kvpage",
        "source",
        id);
    Expect.refused(
        code,
        () -> api.allocate().copyKvpage(queue, page[0], FOREIGN, 0, 0, 1),
        "copy-kvpage",
        "target",
        id);
    Expect.refused(
        code, () -> api.allocate().deallocKvpage(queue, foreign), "dealloc-kvpage", "pages", id);
    Expect.refused(
        code, () -> api.allocate().deallocEmb(queue, foreign), "dealloc-emb", "embeds", id);
    Expect.refused(
        code,
        () -> api.outputText().getNextDist(queue, FOREIGN, OptionalInt.empty()),
        "get-next-dist",
        "embed",
        id);
  }

  private static void freedIds(Stage stage, Passes passes) {
    var api = stage.api();
    var queue = passes.queue();
    int[] embed = passes.embeds(1);
    int[] page = passes.pages(1);
    api.allocate().deallocEmb(queue, embed);
    api.allocate().deallocKvpage(queue, page);
    ErrorCode code = ErrorCode.NOT_FOUND;
    Expect.refused(
        code,
        () -> api.inputText().embedTxt(queue, new int[] {1}, new int[] {1}, embed),
        "embed-txt",
        "embeds");
    Expect.refused(
        code, () -> api.forward().truncateKvpage(queue, page[0], 0), "truncate-kvpage", "page");
    Expect.refused(
        code, () -> api.allocate().deallocKvpage(queue, page), "dealloc-kvpage", "pages");
    Expect.refused(code, () -> api.allocate().deallocEmb(queue, embed), "dealloc-emb", "embeds");
  }

  private static void freedTwice(Stage stage, Passes passes) {
    var allocate = stage.api().allocate();
    int[] pages = passes.pages(2);
    int[] embeds = passes.embeds(2);
    ErrorCode code = ErrorCode.INVALID_ARGUMENT;
    Expect.refused(
        code,
        () -> allocate.deallocKvpage(passes.queue(), new int[] {pages[0], pages[1], pages[0]}),
        "dealloc-kvpage",
        "pages");
    Expect.refused(
        code,
        () -> allocate.deallocEmb(passes.queue(), new int[] {embeds[0], embeds[0]}),
        "dealloc-emb",
        "embeds");
    // Nothing was given back.
    allocate.deallocKvpage(passes.queue(), pages);
    allocate.deallocEmb(passes.queue(), embeds);
  }

  private static void overlappingWrites(Stage stage, Passes passes) {
    var api = stage.api();
    var queue = passes.queue();
    int[] embeds = passes.embeds(2);
    int[] page = passes.pages(1);
    int[] two = {1, 2};
    int[] twice = {embeds[0], embeds[0]};
    ErrorCode code = ErrorCode.INVALID_ARGUMENT;
    Expect.refused(
        code, () -> api.inputText().embedTxt(queue, two, two, twice), "embed-txt", "embeds");
    api.inputText().embedTxt(queue, two, two, embeds);
    Expect.refused(
        code,
        () -> api.forward().forward(queue, NONE, embeds, NONE, twice, Optional.empty()),
        "forward",
        "output-embeds");
    Expect.refused(
        code,
        () ->
            api.forward()
                .forward(queue, NONE, embeds, new int[] {page[0], page[0]}, NONE, Optional.empty()),
        "forward",
        "output-pages");
    Expect.refused(
        code,
        () -> api.allocate().copyKvpage(queue, page[0], page[0], 0, 1, 2),
        "copy-kvpage",
        "overlap");
  }

  private static void wrongMasks(Stage stage, Passes passes) {
    var forward = stage.api().forward();
    var queue = passes.queue();
    int[] embeds = passes.embeds(2);
    int[] page = passes.pages(1);
    stage.api().inputText().embedTxt(queue, new int[] {1, 2}, new int[] {0, 1}, embeds);
    ErrorCode code = ErrorCode.INVALID_ARGUMENT;
    Expect.refused(
        code,
        () -> forward.maskKvpage(queue, page[0], new boolean[passes.model().pageSize() + 1]),
        "mask-kvpage",
        "mask");
    Expect.refused(
        code, () -> forward.maskKvpage(queue, page[0], new boolean[0]), "mask-kvpage", "mask");
    List<int[][]> wrong =
        List.of(
            new int[][] {{0, 1, 1}}, // one row for two tokens
            new int[][] {{0, 1, 1}, {0, 1000}}, // more columns than there can be
            new int[][] {{0, 1, 1}, {-5, 2}}); // 4 billion columns
    for (int[][] rows : wrong) {
      AttentionMask mask = new AttentionMask(List.of(rows));
      Expect.refused(
          code,
          () -> forward.forward(queue, NONE, embeds, NONE, NONE, Optional.of(mask)),
          "forward",
          "mask");
    }
    // Fewer columns than tokens are visible by then: the queue tells it.
    passes.fill(NONE, new int[] {1, 2, 3}, Passes.range(0, 3), page);
    AttentionMask narrow = new AttentionMask(List.of(new int[][] {{0, 2}, {0, 2}}));
    Expect.refused(
        code,
        () -> {
          forward.forward(queue, page, embeds, NONE, NONE, Optional.of(narrow));
          stage.synchronize(queue);
        },
        "forward",
        "mask");
  }

  private static void lengths(Stage stage, Passes passes) {
    var api = stage.api();
    var queue = passes.queue();
    int[] embeds = passes.embeds(2);
    ErrorCode code = ErrorCode.INVALID_ARGUMENT;
    Expect.refused(
        code,
        () -> api.inputText().embedTxt(queue, new int[] {1}, new int[] {1, 2}, embeds),
        "embed-txt",
        "tokens",
        "positions",
        "embeds");
    Expect.refused(
        code,
        () -> api.forward().forward(queue, NONE, NONE, NONE, NONE, Optional.empty()),
        "forward",
        "input-embeds");
    api.inputText().embedTxt(queue, new int[] {1, 2}, new int[] {0, 1}, embeds);
    Expect.refused(
        code,
        () ->
            api.forward()
                .forward(queue, NONE, new int[] {embeds[0]}, NONE, embeds, Optional.empty()),
        "forward",
        "output-embeds");
  }

  private static void tooLong(Stage stage, Passes passes) {
    var api = stage.api();
    var queue = passes.queue();
    int[] embed = passes.embeds(1);
    int[] page = passes.pages(1);
    int[] many = new int[1_000_000];
    Arrays.fill(many, page[0]);
    int[] manyEmbeds = new int[1_000_000];
    Arrays.fill(manyEmbeds, embed[0]);
    api.inputText().embedTxt(queue, new int[] {1}, new int[] {0}, embed);
    ErrorCode code = ErrorCode.QUOTA_EXCEEDED;
    Expect.refused(
        code,
        () -> api.forward().forward(queue, many, embed, NONE, NONE, Optional.empty()),
        "forward",
        "input-pages",
        "1000000");
    Expect.refused(
        ErrorCode.INVALID_ARGUMENT,
        () -> api.forward().forward(queue, NONE, manyEmbeds, page, NONE, Optional.empty()),
        "forward",
        "output-pages",
        "1000000");
    Expect.refused(code, () -> api.allocate().allocKvpage(queue, -1), "alloc-kvpage", "4294967295");
    Expect.refused(
        code, () -> api.allocate().allocKvpage(queue, 1_000_000), "alloc-kvpage", "1000000");
    Expect.refused(code, () -> api.allocate().allocEmb(queue, 1_000_000), "alloc-emb", "1000000");
  }

  private static void outOfRange(Stage stage, Passes passes) {
    var text = stage.api().inputText();
    var queue = passes.queue();
    int[] embeds = passes.embeds(2);
    int[] fine = {0, 1};
    ErrorCode code = ErrorCode.INVALID_ARGUMENT;
    Expect.refused(
        code,
        () -> text.embedTxt(queue, new int[] {0, passes.model().vocabSize()}, fine, embeds),
        "embed-txt",
        "tokens[1]");
    Expect.refused(
        code,
        () -> text.embedTxt(queue, new int[] {-1, 0}, fine, embeds),
        "embed-txt",
        "tokens[0]",
        "4294967295");
    Expect.refused(
        code,
        () -> text.embedTxt(queue, fine, new int[] {0, passes.model().maxPositions()}, embeds),
        "embed-txt",
        "positions[1]");
  }

  private static void slots(Stage stage, Passes passes) {
    var api = stage.api();
    var queue = passes.queue();
    int[] pages = passes.pages(2);
    int size = passes.model().pageSize();
    ErrorCode code = ErrorCode.INVALID_ARGUMENT;
    Expect.refused(
        code,
        () -> api.allocate().copyKvpage(queue, pages[0], pages[1], 1, 0, size),
        "copy-kvpage",
        "source-offset");
    Expect.refused(
        code,
        () -> api.allocate().copyKvpage(queue, pages[0], pages[1], 0, 1, size),
        "copy-kvpage",
        "target-offset");
    Expect.refused(
        code, () -> api.allocate().copyKvpage(queue, pages[0], pages[1], 0, 0, -1), "copy-kvpage");
    Expect.refused(
        code,
        () -> api.forward().truncateKvpage(queue, pages[0], size + 1),
        "truncate-kvpage",
        "tokens");
    // Slots that hold nothing can't be copied; the queue tells it.
    Expect.refused(
        code,
        () -> {
          api.allocate().copyKvpage(queue, pages[0], pages[1], 0, 0, 1);
          stage.synchronize(queue);
        },
        "copy-kvpage");
  }

  private static void topK(Stage stage, Passes passes) {
    var output = stage.api().outputText();
    var queue = passes.queue();
    int embed = passes.output(new int[] {1, 2, 3});
    Expect.refused(
        ErrorCode.INVALID_ARGUMENT,
        () -> output.getNextDist(queue, embed, OptionalInt.of(0)),
        "get-next-dist",
        "top-k");
    Expect.refused(
        ErrorCode.QUOTA_EXCEEDED,
        () -> output.getNextDist(queue, embed, OptionalInt.of(1_000_000)),
        "get-next-dist",
        "top-k",
        "1000000");
  }

  private static void fullPages(Stage stage, Passes passes) {
    int size = passes.model().pageSize();
    int[] page = passes.pages(1);
    int[] tokens = new int[size - 1];
    passes.fill(NONE, tokens, Passes.range(0, size - 1), page);
    stage.synchronize(passes.queue());
    Expect.refused(
        ErrorCode.INVALID_ARGUMENT,
        () -> {
          passes.fill(page, new int[] {1, 2}, new int[] {size, size + 1}, page);
          stage.synchronize(passes.queue());
        },
        "forward",
        "output-pages");
  }

  /** Every call behind the first that failed fails with it, until the program has seen it. */
  private static void unwritten(Stage stage, Passes passes) {
    int[] embeds = passes.embeds(2);
    var api = stage.api();
    var queue = passes.queue();
    try {
      api.forward().forward(queue, NONE, embeds, NONE, embeds, Optional.empty());
      passes.read(embeds[0]);
    } catch (ApiException failure) {
      Expect.equal(failure.code(), ErrorCode.INVALID_ARGUMENT, failure.getMessage());
      Expect.that(failure.getMessage().startsWith("forward"), failure.getMessage());
      return;
    }
    throw new IllegalStateException("an embed that was never written was computed");
  }

  private static void queues(Stage stage, Passes passes) {
    var queues = new io.pie4j.api.Queue[1000];
    Expect.refused(
        ErrorCode.QUOTA_EXCEEDED,
        () -> {
          for (int i = 0; i < queues.length; i++) {
            queues[i] = stage.queue();
          }
        },
        "create-queue");
    for (int i = 0; queues[i] != null; i++) {
      queues[i].close();
    }
    stage.queue().close();
  }

  /** The call that is one too many fails, or the future if it is for that to fail. */
  private static void fullQueue(Stage stage, Passes passes) {
    var queue = stage.queue();
    int[] embed = stage.api().allocate().allocEmb(queue, 1);
    int[] one = {1};
    stage.whileDriverIsBusy(() -> {
      Expect.refused(
          ErrorCode.QUOTA_EXCEEDED,
          () -> {
            for (int i = 0; i < 100_000; i++) {
              stage.api().inputText().embedTxt(queue, one, one, embed);
            }
          },
          "embed-txt");
      try (var full = stage.api().queues().synchronize(queue)) {
        Expect.refused(ErrorCode.QUOTA_EXCEEDED, full::await, "synchronize");
      }
    });
  }

  private static void text(Stage stage, Passes passes) {
    var api = stage.api();
    String huge = "x".repeat(2 << 20);
    ErrorCode code = ErrorCode.QUOTA_EXCEEDED;
    Expect.refused(code, () -> api.runtime().print(huge), "print");
    Expect.refused(code, () -> api.client().send(huge), "send");
    Expect.refused(code, () -> api.runtime().log(io.pie4j.api.LogLevel.INFO, huge), "log");
  }
}

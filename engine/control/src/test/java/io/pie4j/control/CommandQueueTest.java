package io.pie4j.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.control.ControlException.Code;
import io.pie4j.control.Stepped.Program;
import io.pie4j.inference.AttentionMask;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a call refuses by itself, and says. */
class CommandQueueTest {
  private static final int[] NONE = {};

  private final Stepped engine =
      new Stepped(
          ControlSettings.defaults()
              .withQuotas(new Quotas(10, 20, 2, 5, 16))
              .withPrefillChunkTokens(4));
  private final Program p = engine.program();
  private final CommandQueue queue = p.queue;

  @Test
  void idsThatDoNotExist() {
    Stepped.assertFails(
        Code.NOT_FOUND,
        "forward: input-pages[1]: there is no page 77",
        () -> queue.forward(new int[] {0, 77}, new int[] {0}, NONE, NONE));
    Stepped.assertFails(
        Code.NOT_FOUND,
        "forward: input-embeds[0]: there is no embed 4294967295",
        () -> queue.forward(NONE, new int[] {-1}, NONE, NONE));
    Stepped.assertFails(
        Code.NOT_FOUND,
        "dealloc-kvpage: pages[0]: there is no page 9",
        () -> queue.deallocatePages(new int[] {9}));
    Stepped.assertFails(
        Code.NOT_FOUND,
        "get-next-dist: embed: there is no embed 8",
        () -> queue.nextDistribution(8, 1));
    Stepped.assertFails(
        Code.NOT_FOUND,
        "copy-kvpage: target: there is no page 12",
        () -> queue.copyPage(0, 12, 0, 0, 1));
  }

  @Test
  void freedIds() {
    queue.deallocatePages(new int[] {p.pages[1]});
    Stepped.assertFails(
        Code.NOT_FOUND,
        "mask-kvpage: page: there is no page 1",
        () -> queue.maskPage(1, new boolean[4]));
    Stepped.assertFails(
        Code.NOT_FOUND,
        "dealloc-kvpage: pages[1]: there is no page 1",
        () -> queue.deallocatePages(new int[] {0, 1}));
    queue.truncatePage(0, 0);
  }

  @Test
  void idsOfAnotherProgramMeanNothing() {
    Program other = engine.program();
    int[] more = other.queue.allocatePages(1);
    Stepped.assertFails(
        Code.NOT_FOUND,
        "truncate-kvpage: page: there is no page " + more[0],
        () -> queue.truncatePage(more[0], 0));
  }

  @Test
  void idsNamedTwice() {
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "dealloc-emb: embeds[2]: embed 1 is named twice",
        () -> queue.deallocateEmbeds(new int[] {0, 1, 1}));
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "forward: output-pages[1]: page 0 is named twice",
        () -> queue.forward(NONE, new int[] {0}, new int[] {0, 0}, NONE));
    queue.forward(new int[] {0, 0}, new int[] {0, 0}, NONE, NONE);
  }

  @Test
  void tokensPositionsAndLengths() {
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "embed-txt: tokens[0] is 1048576, must be below 1048576",
        () -> queue.embedText(new int[] {1 << 20}, new int[] {0}, new int[] {0}));
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "embed-txt: positions[0] is 256, must be below 256",
        () -> queue.embedText(new int[] {1}, new int[] {256}, new int[] {0}));
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "embed-txt: 2 tokens, 1 positions and 1 embeds must be as many",
        () -> queue.embedText(new int[] {1, 2}, new int[] {0}, new int[] {0}));
  }

  @Test
  void forwardsThatCannotBe() {
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "forward: input-embeds is empty",
        () -> queue.forward(NONE, NONE, NONE, NONE));
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "forward: 2 output-embeds for 1 new tokens",
        () -> queue.forward(NONE, new int[] {0}, NONE, new int[] {0, 1}));
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "forward: 1 output-pages cannot hold 5 new tokens",
        () -> queue.forward(NONE, new int[] {0, 1, 2, 3, 4}, new int[] {0}, NONE));
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "forward: 9 new tokens with no output-pages must fit one pass, the limit is 8",
        () -> queue.forward(NONE, new int[9], NONE, NONE));
    queue.forward(NONE, Arrays.copyOf(p.embeds, 3), new int[] {0}, NONE);
    queue.forward(NONE, Arrays.copyOf(p.embeds, 2), new int[] {0}, NONE);
    Pending<Done> done = queue.synchronize();
    engine.settle();
    Stepped.assertFails(
        Code.INVALID_ARGUMENT, "forward: output-pages have 1 free slots for 2 new tokens", done);
  }

  @Test
  void masks() {
    int[] one = {0};
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "forward: mask has 2 rows for 1 new tokens",
        () -> queue.forward(NONE, one, NONE, NONE, new int[2][0]));
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "forward: mask row 1 covers 2 columns, row 0 1",
        () -> queue.forward(NONE, new int[] {0, 1}, NONE, NONE, new int[][] {{1}, {0, 2}}));
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "forward: mask row 0 covers 6 columns, there are at most 5",
        () -> queue.forward(new int[] {0}, one, NONE, NONE, new int[][] {{5, 1}}));
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "mask-kvpage: mask has 3 flags, a page has 4 slots",
        () -> queue.maskPage(0, new boolean[3]));
    queue.forward(new int[] {0}, one, NONE, NONE, new int[][] {{1, 1}});
    Pending<Done> done = queue.synchronize();
    engine.settle();
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "forward: mask covers 2 columns, there are 1 (visible tokens of input-pages, then new"
            + " tokens)",
        done);
  }

  @Test
  void slotsOutsideAPage() {
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "copy-kvpage: source-offset: 2 tokens from slot 3 are outside a page of 4",
        () -> queue.copyPage(0, 1, 3, 0, 2));
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "copy-kvpage: source and target slots overlap in page 0",
        () -> queue.copyPage(0, 0, 0, 1, 2));
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "truncate-kvpage: tokens: 5 tokens from slot 0 are outside a page of 4",
        () -> queue.truncatePage(0, 5));
    queue.copyPage(0, 1, 0, 0, 1);
    Pending<Done> done = queue.synchronize();
    engine.settle();
    Stepped.assertFails(
        Code.INVALID_ARGUMENT, "copy-kvpage: source: page 0 holds no token in slot 0", done);
  }

  @Test
  void quotas() {
    Stepped.assertFails(
        Code.QUOTA_EXCEEDED,
        "alloc-kvpage: 7 pages asked, 4 held, the limit is 10",
        () -> queue.allocatePages(7));
    Stepped.assertFails(
        Code.QUOTA_EXCEEDED,
        "alloc-emb: 2147483647 embeds asked, 8 held, the limit is 20",
        () -> queue.allocateEmbeds(Integer.MAX_VALUE));
    Stepped.assertFails(
        Code.QUOTA_EXCEEDED,
        "alloc-emb: 4294967295 embeds asked, 8 held, the limit is 20",
        () -> queue.allocateEmbeds(-1));
    Stepped.assertFails(
        Code.QUOTA_EXCEEDED,
        "get-next-dist: top-k is 17, the limit is 16",
        () -> queue.nextDistribution(0, 17));
    Stepped.assertFails(
        Code.QUOTA_EXCEEDED,
        "forward: input-pages names 11, the limit is 10",
        () -> queue.forward(new int[11], new int[] {0}, NONE, NONE));
    p.space.createQueue();
    Stepped.assertFails(
        Code.QUOTA_EXCEEDED,
        "create-queue: 2 queues are open, the limit is 2",
        p.space::createQueue);
    for (int i = 0; i < 5; i++) {
      queue.synchronize();
    }
    Stepped.assertFails(
        Code.QUOTA_EXCEEDED,
        "synchronize: 5 commands are queued, which is the limit",
        queue::synchronize);
    engine.settle();
    queue.synchronize();
  }

  @Test
  void whatIsFreedCanBeAllocatedAgainAtOnce() {
    for (int i = 0; i < 20; i++) {
      int[] pages = queue.allocatePages(6);
      queue.deallocatePages(pages);
      Pending<Done> done = queue.synchronize();
      engine.settle();
      assertThat(done.poll()).contains(Done.DONE);
    }
    queue.deallocatePages(p.pages);
    queue.allocatePages(10);
    Pending<Done> done = queue.synchronize();
    engine.settle();
    assertThat(done.poll()).contains(Done.DONE);
  }

  @Test
  void runLengths() {
    AttentionMask mask = RunLengths.attention("c", new int[][] {{3, 100, 2}, {0, 105}}, 2, 105);
    for (int column = 0; column < 105; column++) {
      assertThat(mask.visible(0, column)).isEqualTo(column >= 3 && column < 103);
      assertThat(mask.visible(1, column)).isTrue();
    }
    assertThat(RunLengths.allowedTokens("sample", new int[] {1, 2, 61, 1}, 70))
        .containsExactly(0b110, 1);
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "sample: allowed leaves no token to choose",
        () -> queue.sample(0, new Sampling(0, 0, 1, 0, 0), new int[] {1 << 20}));
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "sample: allowed covers 1048577 columns, there are at most 1048576",
        () -> queue.sample(0, new Sampling(0, 0, 1, 0, 0), new int[] {1 << 20, 1}));
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "sample: allowed has a run of length -3",
        () -> queue.sample(0, new Sampling(0, 0, 1, 0, 0), new int[] {-3}));
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "sample: top-p must be above 0 and at most 1, is NaN",
        () -> new Sampling(0, 0, Float.NaN, 0, 0));
  }

  @Test
  void readoutsBeyondTheQuota() {
    Stepped.assertFails(
        Code.QUOTA_EXCEEDED,
        "get-full-dist: the vocabulary has 1048576 tokens, the limit of top-k is 16; "
            + "ask for the most likely with get-next-dist",
        () -> queue.allProbabilities(0));
    Stepped.assertFails(
        Code.QUOTA_EXCEEDED,
        "score: tokens names 17, the limit (of top-k) is 16",
        () -> queue.score(0, new int[17]));
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "score: tokens[1] is 4294967295, must be below 1048576",
        () -> queue.score(0, new int[] {0, -1}));
    Stepped.assertFails(
        Code.NOT_FOUND, "score: embed: there is no embed 9", () -> queue.score(9, NONE));
  }
}

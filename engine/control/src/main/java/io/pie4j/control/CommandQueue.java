package io.pie4j.control;

import io.pie4j.control.ControlException.Code;
import io.pie4j.inference.AttentionMask;
import io.pie4j.inference.Readout;
import java.util.Optional;

/**
 * An order among calls of one program (paper §4.1). Calls only enqueue and return at once; any
 * thread may make them. Between two queues there is no order but what {@link #synchronize} makes,
 * save that a command waits for the allocation of what it names.
 *
 * <p><b>Errors.</b> What is wrong with the arguments alone, or names an id that the program does
 * not have, is thrown by the call, and nothing is enqueued. What turns out later (no memory, no
 * free slots, an embed that was never written, a driver that failed) is kept as the queue's error:
 * every command enqueued before the program has seen it fails with it too, futures included. The
 * program sees it when {@link Pending#await} or {@link Pending#poll} throws it; what it enqueues
 * from then on runs. Allocation and deallocation are done even on a failed queue, so which ids a
 * program holds never depends on errors of other calls.
 */
public final class CommandQueue implements AutoCloseable {
  private final AddressSpace space;
  private final QueueState state;
  private final ControlLoop loop;
  private final ArgumentBounds bounds;

  // Guarded by the space's lock.
  private boolean closed;
  private long enqueued;
  private int epoch;

  CommandQueue(AddressSpace space, QueueState state, ControlLoop loop) {
    this.space = space;
    this.state = state;
    this.loop = loop;
    this.bounds = new ArgumentBounds(loop.info());
  }

  /** A hint, effective from the next pass on. */
  public void setPriority(Priority priority) {
    state.priority = priority;
  }

  /** Completes when everything enqueued so far has run; fails with the queue's error. */
  public Pending<Done> synchronize() {
    Pending<Done> answer = new Pending<>(this);
    synchronized (space) {
      begin("synchronize");
      enqueue(new Command.Synchronize(answer));
    }
    return answer;
  }

  /**
   * Page ids, valid at once; memory is bound when the queue gets there.
   *
   * @throws ControlException QUOTA_EXCEEDED; later on the queue OUT_OF_MEMORY
   */
  public int[] allocatePages(int count) {
    synchronized (space) {
      begin("alloc-kvpage");
      VirtualPage[] pages = space.newPages("alloc-kvpage", count);
      int[] ids = new int[count];
      for (int i = 0; i < count; i++) {
        ids[i] = pages[i].id;
      }
      if (count > 0) {
        enqueue(new Command.AllocatePages(pages));
      }
      return ids;
    }
  }

  public void deallocatePages(int[] pages) {
    synchronized (space) {
      begin("dealloc-kvpage");
      VirtualPage[] freed = space.distinctPages("dealloc-kvpage", "pages", pages);
      space.removePages(freed);
      if (freed.length > 0) {
        enqueue(new Command.FreePages(freed));
      }
    }
  }

  /**
   * Publishes pages under a name, as they are when the queue gets there: their tokens, without this
   * program's masks. The name is taken from now on; imports find it when the queue has been there.
   * The pages stay this program's, what it writes to them later is its own. The export outlives the
   * program; {@link Controller#unexport} ends it.
   *
   * @param pages at least one, none twice
   * @throws ControlException NOT_FOUND, INVALID_ARGUMENT (a name that is taken, too),
   *     QUOTA_EXCEEDED (names or pages of the user)
   */
  public void exportPages(int[] pages, String name) {
    String call = "export-kvpage";
    if (pages.length == 0) {
      throw ControlException.invalid(call + ": pages is empty");
    }
    synchronized (space) {
      begin(call);
      VirtualPage[] exported = space.distinctPages(call, "pages", pages);
      Export export = loop.exports().reserve(call, name, space.account(), exported.length);
      enqueue(new Command.ExportPages(exported, export));
    }
  }

  /**
   * The pages under a name as they were exported, as this program's own: what it writes to them
   * nobody else sees. Memory is shared until then.
   *
   * @return page ids, valid at once, in the order of the export
   * @throws ControlException NOT_FOUND, QUOTA_EXCEEDED
   */
  public int[] importPages(String name) {
    String call = "import-kvpage";
    synchronized (space) {
      begin(call);
      Export export = loop.exports().hold(call, name);
      VirtualPage[] pages;
      try {
        pages = space.newPages(call, export.pages);
      } catch (ControlException e) {
        loop.letGo(export);
        throw e;
      }
      int[] ids = new int[pages.length];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = pages[i].id;
      }
      enqueue(new Command.ImportPages(pages, export));
      return ids;
    }
  }

  /** As {@link #allocatePages}, for embeds: one token each. */
  public int[] allocateEmbeds(int count) {
    synchronized (space) {
      begin("alloc-emb");
      VirtualEmbed[] embeds = space.newEmbeds(count);
      int[] ids = new int[count];
      for (int i = 0; i < count; i++) {
        ids[i] = embeds[i].id;
      }
      if (count > 0) {
        enqueue(new Command.AllocateEmbeds(embeds));
      }
      return ids;
    }
  }

  public void deallocateEmbeds(int[] embeds) {
    synchronized (space) {
      begin("dealloc-emb");
      VirtualEmbed[] freed = space.distinctEmbeds("dealloc-emb", "embeds", embeds);
      space.removeEmbeds(freed);
      if (freed.length > 0) {
        enqueue(new Command.FreeEmbeds(freed));
      }
    }
  }

  /**
   * Copies tokens between slots of pages. Source slots must hold tokens; target slots are
   * overwritten, and their tokens are visible.
   */
  public void copyPage(int source, int target, int sourceOffset, int targetOffset, int count) {
    String call = "copy-kvpage";
    bounds.requireSlots(call, "source-offset", sourceOffset, count);
    bounds.requireSlots(call, "target-offset", targetOffset, count);
    synchronized (space) {
      begin(call);
      VirtualPage from = space.page(call, "source", source);
      VirtualPage to = space.page(call, "target", target);
      if (from == to && Math.abs(sourceOffset - targetOffset) < count) {
        throw ControlException.invalid(
            call + ": source and target slots overlap in page " + source);
      }
      if (count > 0) {
        enqueue(new Command.CopyPage(from, to, sourceOffset, targetOffset, count));
      }
    }
  }

  /** Writes each token's input embedding with its position to an embed. Arrays are copied. */
  public void embedText(int[] tokens, int[] positions, int[] embeds) {
    String call = "embed-txt";
    int[] t = tokens.clone();
    int[] p = positions.clone();
    bounds.requireCounts(call, t, p, embeds);
    bounds.requireTokens(call, t);
    bounds.requirePositions(call, p);
    synchronized (space) {
      begin(call);
      VirtualEmbed[] targets = space.distinctEmbeds(call, "embeds", embeds);
      if (t.length > 0) {
        enqueue(new Command.EmbedTokens(t, p, targets));
      }
    }
  }

  /**
   * Runs new tokens through all layers (paper §4.2). They attend to every visible token of the
   * input pages and to one another, by position. Their keys and values go to the free slots of the
   * output pages in order (none are kept if there are no output pages); the output embeds receive
   * the last so many tokens' hidden states and may be input embeds too.
   */
  public void forward(int[] inputPages, int[] inputEmbeds, int[] outputPages, int[] outputEmbeds) {
    forward(inputPages, inputEmbeds, outputPages, outputEmbeds, Optional.empty(), Optional.empty());
  }

  /**
   * As above, with an explicit mask in place of positions: one row a new token, each the lengths of
   * runs that alternate between hidden and visible, hidden first, over the visible tokens of the
   * input pages in order and then the new tokens.
   */
  public void forward(
      int[] inputPages, int[] inputEmbeds, int[] outputPages, int[] outputEmbeds, int[][] mask) {
    forward(
        inputPages,
        inputEmbeds,
        outputPages,
        outputEmbeds,
        Optional.of(bounds.attention("forward", inputPages.length, inputEmbeds.length, mask)),
        Optional.empty());
  }

  /** As {@link #forward(int[], int[], int[], int[])}, with an adapter's weights added. */
  public void forward(
      LoadedAdapter adapter,
      int[] inputPages,
      int[] inputEmbeds,
      int[] outputPages,
      int[] outputEmbeds) {
    forward(
        inputPages, inputEmbeds, outputPages, outputEmbeds, Optional.empty(), Optional.of(adapter));
  }

  /** As above, with an explicit mask. */
  public void forward(
      LoadedAdapter adapter,
      int[] inputPages,
      int[] inputEmbeds,
      int[] outputPages,
      int[] outputEmbeds,
      int[][] mask) {
    forward(
        inputPages,
        inputEmbeds,
        outputPages,
        outputEmbeds,
        Optional.of(
            bounds.attention("forward-with-adapter", inputPages.length, inputEmbeds.length, mask)),
        Optional.of(adapter));
  }

  @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // one body behind four calls
  private void forward(
      int[] inputPages,
      int[] inputEmbeds,
      int[] outputPages,
      int[] outputEmbeds,
      Optional<AttentionMask> mask,
      Optional<LoadedAdapter> adapter) {
    String call = adapter.isEmpty() ? "forward" : "forward-with-adapter";
    bounds.requireShape(call, inputEmbeds.length, outputPages.length, outputEmbeds.length);
    synchronized (space) {
      begin(call);
      VirtualPage[] context = space.pages(call, "input-pages", inputPages);
      VirtualEmbed[] inputs = space.embeds(call, "input-embeds", inputEmbeds);
      VirtualPage[] kept = space.distinctPages(call, "output-pages", outputPages);
      VirtualEmbed[] outputs = space.distinctEmbeds(call, "output-embeds", outputEmbeds);
      // Last, since from here on the command is a user of the adapter.
      Optional<Adapters.Entry> used = adapter.map(a -> a.forCommand(call, loop.adapters()));
      enqueue(new Command.ForwardTokens(context, inputs, kept, outputs, mask, used));
    }
  }

  /**
   * Hides (true) or shows (false) a page's tokens for this program; one flag a slot. Flags of empty
   * slots mean nothing: a token written later is visible.
   */
  public void maskPage(int page, boolean[] hidden) {
    String call = "mask-kvpage";
    int bits = bounds.hidden(call, hidden);
    synchronized (space) {
      begin(call);
      enqueue(new Command.MaskPage(space.page(call, "page", page), bits));
    }
  }

  /** Keeps what is in the page's first {@code tokens} slots and frees the slots behind them. */
  public void truncatePage(int page, int tokens) {
    String call = "truncate-kvpage";
    bounds.requireSlots(call, "tokens", 0, tokens);
    synchronized (space) {
      begin(call);
      enqueue(new Command.TruncatePage(space.page(call, "page", page), tokens));
    }
  }

  /**
   * The next token's distribution at an output embed, cut to its most likely tokens.
   *
   * @param topK at least 1; the whole vocabulary if it is larger
   */
  public Pending<Readout.Result.Distribution> nextDistribution(int embed, int topK) {
    String call = "get-next-dist";
    int tokens = bounds.topK(call, topK, space.quotas().topK());
    Pending<Readout.Result.Distribution> answer = new Pending<>(this);
    synchronized (space) {
      begin(call);
      VirtualEmbed from = space.embed(call, "embed", embed);
      enqueue(new Command.NextDistribution(from, tokens, answer));
    }
    return answer;
  }

  /**
   * The probability of every token at an output embed.
   *
   * @throws ControlException QUOTA_EXCEEDED if the quota of top-k is below the vocabulary size
   */
  public Pending<Readout.Result.Probabilities> allProbabilities(int embed) {
    String call = "get-full-dist";
    bounds.requireWholeVocabulary(call, space.quotas().topK());
    Pending<Readout.Result.Probabilities> answer = new Pending<>(this);
    synchronized (space) {
      begin(call);
      VirtualEmbed from = space.embed(call, "embed", embed);
      enqueue(new Command.AllProbabilities(from, answer));
    }
    return answer;
  }

  /**
   * How likely some tokens are at an output embed, and the entropy of the whole distribution. The
   * array is copied.
   *
   * @param tokens in any order, at most as many as the quota of top-k
   */
  public Pending<Readout.Result.Scores> score(int embed, int[] tokens) {
    String call = "score";
    int limit = space.quotas().topK();
    if (tokens.length > limit) {
      throw new ControlException(
          Code.QUOTA_EXCEEDED,
          call + ": tokens names " + tokens.length + ", the limit (of top-k) is " + limit);
    }
    int[] named = tokens.clone();
    bounds.requireTokens(call, named);
    Pending<Readout.Result.Scores> answer = new Pending<>(this);
    synchronized (space) {
      begin(call);
      VirtualEmbed from = space.embed(call, "embed", embed);
      enqueue(new Command.Score(from, named, answer));
    }
    return answer;
  }

  /** A token chosen by the driver at an output embed. */
  public Pending<Readout.Result.Token> sample(int embed, Sampling sampling) {
    return sample(embed, sampling, Optional.empty());
  }

  /**
   * As above, among the allowed tokens: lengths of runs over the vocabulary, forbidden first; what
   * they do not cover is forbidden.
   */
  public Pending<Readout.Result.Token> sample(int embed, Sampling sampling, int[] allowed) {
    int vocabularySize = loop.info().vocabularySize();
    return sample(
        embed, sampling, Optional.of(RunLengths.allowedTokens("sample", allowed, vocabularySize)));
  }

  private Pending<Readout.Result.Token> sample(
      int embed,
      Sampling sampling,
      @SuppressWarnings("OptionalUsedAsFieldOrParameterType") Optional<long[]> allowed) {
    Pending<Readout.Result.Token> answer = new Pending<>(this);
    synchronized (space) {
      begin("sample");
      VirtualEmbed from = space.embed("sample", "embed", embed);
      enqueue(new Command.Sample(from, sampling, allowed, answer));
    }
    return answer;
  }

  /** No further calls; what is enqueued still runs. Idempotent. */
  @Override
  public void close() {
    synchronized (space) {
      if (!closed) {
        closed = true;
        space.queueClosed();
        loop.put(new Message.QueueClosed(state));
      }
    }
  }

  long unfinished() {
    return enqueued - state.done.getAcquire();
  }

  QueueState state() {
    return state;
  }

  /** The program has seen an error: what it enqueues from now on is not failed by it. */
  void acknowledge(int errorEpoch) {
    synchronized (space) {
      epoch = Math.max(epoch, errorEpoch + 1);
    }
  }

  /** Checks that one more command can be taken, before the call changes anything. */
  private void begin(String call) {
    space.beginCall();
    if (closed) {
      throw new ControlException(Code.NOT_FOUND, call + ": the queue is closed");
    }
    int limit = space.quotas().queueDepth();
    if (unfinished() >= limit) {
      throw new ControlException(
          Code.QUOTA_EXCEEDED, call + ": " + limit + " commands are queued, which is the limit");
    }
  }

  private void enqueue(Command command) {
    enqueued++;
    loop.put(new Message.Queued(state, command, epoch));
  }
}

package io.pie4j.inferlet;

import io.pie4j.api.Api;
import io.pie4j.api.AttentionMask;
import io.pie4j.api.FutureDistribution;
import io.pie4j.api.FutureToken;
import io.pie4j.api.Model;
import io.pie4j.api.Queue;
import io.pie4j.api.Sampling;
import io.pie4j.api.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a context computes: tokens with their positions, the cache of those that are computed, and
 * the last one's output. Nothing here waits, but {@link #awaitReady}.
 */
final class Sequence {
  /** Tokens of one forward: bounds the input embeds that a long prompt holds at a time. */
  private static final int CHUNK = 512;

  private final Api api;
  private final Lease lease;
  private final Queue queue;
  private final Cache cache;
  final Tokens tokens;
  private final Tokens positions;
  private int nextPosition;
  private Output output;

  /** How many tokens there were when the output was computed; 0 if it is nobody's. */
  private int outputOf;

  /** Done when what was shared with this sequence is computed. */
  private Task<Done> ready = Task.completed(Done.DONE);

  /** Tokens of the last draft. */
  private int drafted;

  private int forwards;
  private int tokensComputed;
  private boolean failed;
  private boolean closed;

  /** An output embed, which forks may read too. */
  private static final class Output {
    final int[] embed;
    int references = 1;

    Output(int[] embed) {
      this.embed = embed;
    }
  }

  Sequence(Api api, Lease lease) {
    this.api = api;
    this.lease = lease;
    queue = api.queues().createQueue(lease.model);
    cache = new Cache(api, queue, lease.pageSize);
    tokens = new Tokens();
    positions = new Tokens();
    try {
      output = new Output(api.allocate().allocEmb(queue, 1));
    } catch (RuntimeException refused) {
      queue.close();
      throw refused;
    }
  }

  private Sequence(Sequence parent) {
    api = parent.api;
    lease = parent.lease;
    queue = api.queues().createQueue(lease.model);
    cache = new Cache(api, queue, lease.pageSize);
    cache.share(parent.cache);
    tokens = parent.tokens.copy();
    positions = parent.positions.copy();
    nextPosition = parent.nextPosition;
    output = parent.output;
    output.references++;
    outputOf = parent.outputOf;
    lease.share();
  }

  Model model() {
    return lease.model;
  }

  Queue queue() {
    return queue;
  }

  Cache cache() {
    return cache;
  }

  int forwards() {
    return forwards;
  }

  int tokensComputed() {
    return tokensComputed;
  }

  Task<Done> ready() {
    return ready;
  }

  /** Parks until what was shared with this sequence is computed. */
  void awaitReady() {
    if (!ready.isDone()) {
      ready.await(api);
    }
  }

  void fail() {
    failed = true;
  }

  void requireUsable() {
    if (closed) {
      throw new IllegalStateException("the context is closed");
    }
    if (failed) {
      throw new IllegalStateException(
          "an earlier step of the context failed, so its cache is incomplete; begin a new one");
    }
  }

  /** Whether the next token still has a position. */
  boolean hasRoom() {
    place();
    return nextPosition <= lease.model.maxPositions();
  }

  /** Tokens that are added from now on get positions from here. */
  void startAt(int position) {
    place();
    nextPosition = position;
  }

  int nextPosition() {
    place();
    return nextPosition;
  }

  /** Gives all tokens that have none their positions. */
  private void place() {
    while (positions.size() < tokens.size()) {
      positions.add(nextPosition++);
    }
  }

  /** The same tokens on another queue; all must be computed. */
  Sequence fork() {
    Sequence child = new Sequence(this);
    child.ready = settling();
    return child;
  }

  /** Puts another's tokens, all computed, with their positions behind those here. */
  void append(Sequence other) {
    Task<Done> theirs = other.settling();
    Task<Done> ours = ready;
    ready = ours.then(done -> theirs);
    place();
    cache.share(other.cache);
    tokens.addAll(other.tokens.toArray());
    positions.addAll(other.positions.toArray());
    nextPosition = Math.max(nextPosition, other.nextPosition);
    outputOf = 0;
  }

  /** Takes computed tokens in pages that were exported. */
  void take(Saved saved) {
    int[] pages = api.allocate().importKvpage(queue, saved.export());
    int[] counts = saved.counts();
    if (pages.length != counts.length) {
      api.allocate().deallocKvpage(queue, pages);
      throw new IllegalArgumentException(
          "import: '"
              + saved.export()
              + "' has "
              + pages.length
              + " pages; "
              + saved.tokens().length
              + " tokens take "
              + counts.length);
    }
    tokens.addAll(saved.tokens());
    positions.addAll(saved.positions());
    nextPosition = positions.size() == 0 ? 0 : positions.get(positions.size() - 1) + 1;
    cache.take(pages, saved.starts(), counts, saved.tokens().length);
  }

  /** Publishes the pages of all tokens, which must be computed. */
  Saved publish(String name, Chat.Saved chat) {
    List<Cache.Run> runs = cache.publish(name);
    int[] starts = new int[runs.size()];
    int[] counts = new int[runs.size()];
    for (int i = 0; i < counts.length; i++) {
      starts[i] = runs.get(i).start();
      counts[i] = runs.get(i).count();
    }
    place();
    return new Saved(
        name, model().name(), tokens.toArray(), positions.toArray(), starts, counts, chat);
  }

  /** Done when all that is enqueued has run. */
  Task<Done> settling() {
    if (cache.isSettled()) {
      return ready;
    }
    int stamp = cache.stamp();
    return Task.of(api.queues().synchronize(queue))
        .map(done -> {
          cache.settled(stamp);
          return done;
        });
  }

  void rewind(int size) {
    place();
    tokens.truncate(size);
    positions.truncate(size);
    nextPosition = size == 0 ? 0 : positions.get(size - 1) + 1;
    cache.truncate(size);
    if (outputOf != size) {
      outputOf = 0;
    }
  }

  /** Computes what was added since the last time. */
  void compute() {
    compute(tokens.size(), List.of(), Optional.empty());
  }

  /** As {@link #compute()}; if nobody has the last token's output, that is computed again. */
  void computeOutput() {
    if (cache.size() == tokens.size() && outputOf != cache.size()) {
      cache.truncate(cache.size() - 1);
    }
    compute();
  }

  FutureToken sample(Sampling sampling, int[] allowed) {
    return api.sample().sample(queue, output.embed[0], sampling, Optional.of(allowed));
  }

  FutureDistribution readOut(int candidates) {
    return readOut(output.embed[0], candidates);
  }

  private FutureDistribution readOut(int embed, int candidates) {
    return api.outputText().getNextDist(queue, embed, OptionalInt.of(candidates));
  }

  /**
   * Computes the tokens, of which those behind the first {@code size} are not yet, and reads out
   * what comes after each of them.
   */
  List<FutureDistribution> computeEach(int size, int candidates) {
    return computeEach(size, candidates, Optional.empty());
  }

  private List<FutureDistribution> computeEach(
      int size, int candidates, Optional<AttentionMask> mask) {
    List<FutureDistribution> futures = new ArrayList<>();
    try {
      computeEach(size, mask, (nth, embed) -> futures.add(readOut(embed, candidates)));
    } catch (RuntimeException refused) {
      futures.forEach(FutureDistribution::close);
      throw refused;
    }
    return futures;
  }

  /** Reads out one of the tokens' outputs. */
  private interface ReadOut {
    void of(int nth, int embed);
  }

  private void computeEach(int size, Optional<AttentionMask> mask, ReadOut readOut) {
    int[] more = api.allocate().allocEmb(queue, tokens.size() - size - 1);
    try {
      List<int[]> embeds = new ArrayList<>();
      for (int embed : more) {
        embeds.add(new int[] {embed});
      }
      compute(size, embeds, mask);
      for (int i = 0; i < more.length; i++) {
        readOut.of(i, more[i]);
      }
      readOut.of(more.length, output.embed[0]);
    } finally {
      if (more.length > 0) {
        api.allocate().deallocEmb(queue, more);
      }
    }
  }

  /**
   * Computes the last token, which is the only one that is not yet, and a draft behind it, in one
   * forward; reads out what comes after that token and after each of the draft. Until {@link #keep}
   * the cache holds the draft, too.
   */
  List<FutureDistribution> computeDraft(DraftTree draft, int candidates) {
    place();
    int settled = tokens.size();
    if (cache.size() != settled - 1 || draft.size() >= CHUNK) {
      throw new IllegalArgumentException(
          "a draft must have less than "
              + CHUNK
              + " tokens and come behind one token that is not computed, has "
              + draft.size()
              + " behind "
              + (settled - cache.size()));
    }
    // A chain needs no mask: positions hide the same. Models with a window keep theirs so.
    Optional<AttentionMask> mask =
        draft.isChain()
            ? Optional.empty()
            : Optional.of(new AttentionMask(draft.masks(cache.visible())));
    for (int node = 1; node <= draft.size(); node++) {
      tokens.add(draft.token(node));
      positions.add(nextPosition - 1 + draft.depth(node));
    }
    drafted = draft.size();
    try {
      return computeEach(settled - 1, candidates, mask);
    } finally {
      tokens.truncate(settled);
      positions.truncate(settled);
    }
  }

  /** Keeps a path's nodes of the last draft, which are among the tokens now, and no others. */
  void keep(int[] path) {
    int first = cache.size() - drafted;
    for (int i = 0; i < path.length; i++) {
      cache.move(first + path[i] - 1, first + i);
    }
    cache.truncate(first + path.length);
    if (outputOf != cache.size()) {
      outputOf = 0;
    }
  }

  /**
   * How likely tokens are, one behind the other. They are computed, but for the last one, in one
   * forward; the output that they come behind must be there.
   */
  Task<float[]> score(int[] more) {
    List<Task<Scores>> scores = new ArrayList<>();
    scores.add(score(output.embed[0], more[0]));
    int size = tokens.size();
    tokens.addAll(Arrays.copyOf(more, more.length - 1));
    if (more.length > 1) {
      computeEach(size, Optional.empty(), (nth, embed) -> scores.add(score(embed, more[nth + 1])));
    }
    tokens.add(more[more.length - 1]);
    return Task.all(scores)
        .map(all -> {
          float[] logProbabilities = new float[all.size()];
          for (int i = 0; i < logProbabilities.length; i++) {
            logProbabilities[i] = all.get(i).logProbabilities()[0];
          }
          return logProbabilities;
        });
  }

  private Task<Scores> score(int embed, int token) {
    return Task.of(api.sample().score(queue, embed, new int[] {token}));
  }

  private void compute(int wantedFrom, List<int[]> wanted, Optional<AttentionMask> mask) {
    requireUsable();
    if (!hasRoom()) {
      throw new IllegalStateException(
          "the context has "
              + (nextPosition == tokens.size() ? "" : "positions for ")
              + nextPosition
              + " tokens; model "
              + lease.model.name()
              + " takes at most "
              + lease.model.maxPositions());
    }
    while (cache.size() < tokens.size()) {
      int from = cache.size();
      int end = Math.min(tokens.size(), from + CHUNK);
      List<int[]> outputs = new ArrayList<>();
      for (int i = Math.max(from, wantedFrom); i < Math.min(end, tokens.size() - 1); i++) {
        outputs.add(wanted.get(i - wantedFrom));
      }
      compute(from, end, outputs, mask);
    }
  }

  /**
   * One embed, one forward.
   *
   * @param outputs of the last tokens but, at the end of the sequence, the very last one
   */
  private void compute(int from, int end, List<int[]> outputs, Optional<AttentionMask> mask) {
    int count = end - from;
    cache.openLast();
    int[] context = cache.inputPages();
    int[] kept = cache.outputPages(count);
    Output last = ownOutput();
    boolean atEnd = end == tokens.size();
    // A single token needs no input embed of its own: its output may take the place of its input.
    boolean inPlace = count == 1 && outputs.isEmpty();
    int[] inputs = inPlace ? last.embed : api.allocate().allocEmb(queue, count);
    int[] read = new int[outputs.size() + (atEnd || outputs.isEmpty() ? 1 : 0)];
    Arrays.fill(read, last.embed[0]);
    for (int i = 0; i < outputs.size(); i++) {
      read[i] = outputs.get(i)[0];
    }
    try {
      api.inputText().embedTxt(queue, tokens.range(from, end), positions.range(from, end), inputs);
      api.forward().forward(queue, context, inputs, kept, read, mask);
    } finally {
      if (!inPlace) {
        api.allocate().deallocEmb(queue, inputs);
      }
    }
    cache.append(count);
    outputOf = atEnd || outputs.isEmpty() ? end : 0;
    forwards++;
    tokensComputed += count;
  }

  /** An output embed that no fork reads. */
  private Output ownOutput() {
    if (output.references > 1) {
      Output own = new Output(api.allocate().allocEmb(queue, 1));
      output.references--;
      output = own;
    }
    return output;
  }

  void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (queue) {
      try {
        if (--output.references == 0) {
          api.allocate().deallocEmb(queue, output.embed);
        }
      } finally {
        cache.close();
      }
    } finally {
      lease.close();
    }
  }
}

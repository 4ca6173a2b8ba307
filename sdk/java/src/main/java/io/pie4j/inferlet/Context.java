package io.pie4j.inferlet;

import io.pie4j.api.Api;
import io.pie4j.api.ApiException;
import io.pie4j.api.Distribution;
import io.pie4j.api.FutureDistribution;
import io.pie4j.api.FutureToken;
import io.pie4j.api.IdleScope;
import io.pie4j.api.Model;
import io.pie4j.api.Queue;
import io.pie4j.api.SampledToken;
import io.pie4j.api.Sampling;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A sequence of tokens and its KV cache: fill it with text, generate from it, fork it (paper §6.3).
 *
 * <p>Filling only notes tokens. They are computed together when something needs them: {@link
 * #flush}, a decode step, or {@link #generate}. Every step is one embed, one forward and one
 * readout on the context's own queue, enqueued without waiting; the program waits once, for the
 * distribution. The methods that give a {@link Task} do not wait at all; until their task has ended
 * the context takes no other call but {@link #close}.
 *
 * <p>Messages are written by the model's chat template, with the cue for an answer before the first
 * token that is generated, or filled as text or tokens, behind them: these begin the answer. After
 * {@link #flush} there is none before what is filled.
 *
 * <p>A step that fails leaves the cache incomplete, so that the context can only be closed; others,
 * its forks among them, go on.
 */
public final class Context implements AutoCloseable {
  private final Api api;
  private final Sequence sequence;
  private final Chat chat;
  private Task<?> underWay = Task.completed(Done.DONE);

  private Context(Api api, Sequence sequence, Chat chat) {
    this.api = api;
    this.sequence = sequence;
    this.chat = chat;
  }

  /** An empty context of the engine's default model. */
  public static Context create(Api api) {
    return create(api, Lease.ofDefault(api));
  }

  /** An empty context of a model, which stays the caller's to close. */
  public static Context create(Api api, Model model) {
    return create(api, new Lease(model, false));
  }

  static Context create(Api api, Lease lease) {
    try {
      Sequence sequence = new Sequence(api, lease);
      return new Context(api, sequence, new Chat(api.tokenize(), lease.model, sequence.tokens));
    } catch (RuntimeException refused) {
      lease.close();
      throw refused;
    }
  }

  /**
   * A context of pages that were exported by {@link #export}, as if the tokens had been computed
   * here.
   *
   * @param tokens all that the exported context had, from position 0
   * @throws ApiException NOT_FOUND if nothing is exported under the name
   * @throws IllegalArgumentException if they do not fill the pages
   */
  public static Context fromImported(Api api, Model model, String name, int... tokens) {
    return new SavedContexts(api).imported(model, name, tokens);
  }

  /**
   * The context that was saved under a name, by this program or another of the user's; empty if
   * there is none of the engine's default model, or if its pages are gone.
   */
  public static Optional<Context> open(Api api, String name) {
    return new SavedContexts(api).open(Lease.ofDefault(api), name);
  }

  /** As above, of a model, which stays the caller's to close. */
  public static Optional<Context> open(Api api, Model model, String name) {
    return new SavedContexts(api).open(new Lease(model, false), name);
  }

  /**
   * A context with the same tokens that goes on by itself, on a queue of its own. Both refer to the
   * same pages; who first adds to a page that is not full adds in place, the others to copies. What
   * is not computed yet is computed first, once for both; the fork's first step waits for it.
   */
  public Context fork() {
    flush();
    sequence.requireUsable();
    Sequence child = sequence.fork();
    return new Context(api, child, chat.copy(child.tokens));
  }

  public Model model() {
    return sequence.model();
  }

  /** Its queue, for commands of the program's own that shall keep their order with its steps. */
  public Queue queue() {
    return sequence.queue();
  }

  /** All tokens, computed or not, dropped ones included. */
  public int[] tokens() {
    chat.write(false);
    return sequence.tokens.toArray();
  }

  /** How many tokens there are, computed or not, dropped ones included. */
  public int size() {
    chat.write(false);
    return sequence.tokens.size();
  }

  /** The position that the next token gets; as many as there are tokens, if none was skipped. */
  public int position() {
    chat.write(false);
    return sequence.nextPosition();
  }

  /** How many tokens behind the last one the model still has positions for. */
  public int room() {
    return model().maxPositions() - sequence.nextPosition();
  }

  /** Forwards enqueued so far, those of forks not counted. */
  public int forwards() {
    return sequence.forwards();
  }

  /** Tokens that went through them. */
  public int tokensComputed() {
    return sequence.tokensComputed();
  }

  /** Pages that it refers to; forks may refer to the same ones. */
  public int pagesHeld() {
    return sequence.cache().pagesHeld();
  }

  /**
   * Adds plain text; at the very beginning also the tokens that the model expects before any text.
   */
  public void fill(String text) {
    requireFree();
    chat.writePending();
    if (sequence.tokens.size() == 0) {
      sequence.tokens.addAll(model().prefixTokens());
    }
    sequence.tokens.addAll(api.tokenize().tokenize(model(), text, false));
  }

  /** Adds tokens as they are. */
  public void fillTokens(int... more) {
    requireFree();
    chat.writePending();
    sequence.tokens.addAll(more);
  }

  /** Adds a system message by the model's chat template. */
  public void fillSystem(String content) {
    requireFree();
    chat.add("system", content);
  }

  /** Adds a user message by the model's chat template; ends an answer before it. */
  public void fillUser(String content) {
    requireFree();
    chat.add("user", content);
  }

  /** Adds a tool's result by the model's chat template, if that knows such messages. */
  public void fillTool(String content) {
    requireFree();
    chat.add("tool", content);
  }

  /** Adds an assistant message by the model's chat template. */
  public void fillAssistant(String content) {
    requireFree();
    chat.add("assistant", content);
  }

  /**
   * Enqueues the computation of all tokens filled so far; does not wait, but a fork's first time.
   */
  public void flush() {
    requireFree();
    chat.write(false);
    if (sequence.cache().size() < sequence.tokens.size()) {
      sequence.requireUsable();
      awaitReady();
    }
    sequence.compute();
  }

  /**
   * The next token's distribution, cut to its {@code candidates} most likely tokens. The context
   * gets the cue for an answer if it ends with a message, and else stays as it is.
   */
  public Distribution decodeStepDist(int candidates) {
    requireFree();
    prepareStep();
    sequence.requireUsable();
    awaitReady();
    sequence.computeOutput();
    return await(sequence.readOut(candidates));
  }

  /** Chooses the next token and adds it. */
  public int decodeStep(Sampler sampler) {
    int token = sampler.choose(decodeStepDist(sampler.candidates()));
    fillTokens(token);
    return token;
  }

  /**
   * Lets the driver draw the next token among those that are allowed, which no cut distribution
   * can: all of them may be unlikely. Does not add it.
   *
   * @param allowed run lengths over the vocabulary, forbidden first
   */
  public SampledToken sample(Sampling sampling, int[] allowed) {
    requireFree();
    prepareStep();
    sequence.requireUsable();
    awaitReady();
    sequence.computeOutput();
    int stamp = sequence.cache().stamp();
    FutureToken future = sequence.sample(sampling, allowed);
    try {
      SampledToken token;
      if (Loop.current().isIdle()) {
        try (future) {
          token = future.await();
        }
      } else {
        token = Task.of(future).await(api);
      }
      sequence.cache().settled(stamp);
      return token;
    } catch (RuntimeException failure) {
      sequence.fail();
      throw failure;
    }
  }

  /**
   * Adds tokens, computes them in one forward, and gives what comes after each of them: how likely
   * the model finds a given text, or which of a draft's tokens it agrees with.
   */
  public Distribution[] extend(int[] tokens, int candidates) {
    if (tokens.length == 0) {
      return new Distribution[0];
    }
    fillTokens(tokens);
    sequence.requireUsable();
    awaitReady();
    int before = sequence.tokens.size() - tokens.length;
    return await(sequence.computeEach(before, candidates));
  }

  private Distribution[] await(List<FutureDistribution> futures) {
    Distribution[] after = new Distribution[futures.size()];
    int read = 0;
    try {
      while (read < after.length) {
        FutureDistribution next = futures.get(read);
        after[read++] = await(next);
      }
    } finally {
      futures.subList(read, after.length).forEach(FutureDistribution::close);
    }
    return after;
  }

  /**
   * Adds tokens and computes them, but for the last one, in one forward: the natural logarithms of
   * their probabilities, each behind those before it. The context gets the cue for an answer if it
   * ends with a message.
   */
  public Task<float[]> score(int... tokens) {
    requireFree();
    if (tokens.length == 0) {
      return Task.completed(new float[0]);
    }
    prepareStep();
    sequence.requireUsable();
    return start(() ->
        whenReady(() -> {
          sequence.computeOutput();
          Task<float[]> scores = sequence.score(tokens);
          scores.onDone(() -> {
            if (scores.hasFailed()) {
              sequence.fail();
            }
          });
          return scores;
        }));
  }

  /** Generates until {@code stop}, or until the model takes no further token. */
  public Generation generate(Sampler sampler, Stop stop) {
    return generate(sampler, stop, text -> {});
  }

  /**
   * Generates until {@code stop}, or until the model takes no further token, and hands text on as
   * it comes, whole characters only. The context keeps all tokens, the last one included.
   */
  public Generation generate(Sampler sampler, Stop stop, Consumer<String> onText) {
    try (Steps steps = steps(sampler, stop)) {
      while (steps.next()) {
        if (!steps.text().isEmpty()) {
          onText.accept(steps.text());
        }
      }
      return steps.generation();
    }
  }

  /** Generates token by token, as the program asks for them; close it when done. */
  public Steps steps(Sampler sampler, Stop stop) {
    return new Steps(this, api.tokenize().stream(model(), true), sampler, stop);
  }

  /** As {@link #generate}, while the program does other things. */
  public Task<Generation> generation(Sampler sampler, Stop stop) {
    return generation(sampler, stop, text -> {});
  }

  /** As above, with the text as it comes. */
  public Task<Generation> generation(Sampler sampler, Stop stop, Consumer<String> onText) {
    requireFree();
    Steps steps = steps(sampler, stop);
    Task<Generation> task =
        Task.repeat(() ->
                step(sampler.candidates())
                    .map(next -> {
                      steps.take(next);
                      if (!steps.text().isEmpty()) {
                        onText.accept(steps.text());
                      }
                      return !steps.ended();
                    }))
            .map(done -> steps.generation());
    task.onDone(steps::close);
    underWay = task;
    return task;
  }

  /** As {@link #decodeStepDist}, while the program does other things. */
  public Task<Distribution> distribution(int candidates) {
    requireFree();
    return start(() -> step(candidates));
  }

  /** As {@link #flush}, done when all is computed. */
  public Task<Done> flushed() {
    requireFree();
    chat.write(false);
    sequence.requireUsable();
    return start(() ->
        whenReady(() -> {
          sequence.compute();
          return sequence.settling();
        }));
  }

  /**
   * Forgets all tokens behind the first {@code size}, and messages among them.
   *
   * @throws IllegalArgumentException if there are fewer
   */
  public void rewind(int size) {
    requireFree();
    if (size < 0 || size > size()) {
      throw new IllegalArgumentException(
          "rewind: size must be from 0 to " + size() + ", is " + size);
    }
    if (size < sequence.tokens.size()) {
      chat.rewind(size);
      sequence.rewind(size);
    }
  }

  /**
   * Hides the tokens from {@code from} up to, but not including, {@code to} from all that is
   * computed later, or shows them again. Positions stay as they are. What is not computed yet is
   * computed first.
   *
   * @throws IllegalArgumentException if there are no such tokens
   */
  public void maskTokenRange(int from, int to, boolean hidden) {
    requireFree();
    if (from < 0 || from > to || to > size()) {
      throw new IllegalArgumentException(
          "mask-token-range: tokens " + from + " to " + to + ", there are " + size());
    }
    if (to > sequence.cache().size()) {
      flush();
    }
    sequence.cache().mask(from, to, hidden);
  }

  /** Gives back the pages whose tokens are all hidden. They stay hidden; positions go on. */
  public void dropMaskedKvPages() {
    requireFree();
    sequence.cache().dropHidden();
  }

  /**
   * Tokens that are added from now on get positions from here on, as if others came between. What
   * is computed later attends to the tokens at lower positions, wherever they lie (paper §4.2).
   */
  public void startAt(int position) {
    requireFree();
    if (position < 0 || position >= model().maxPositions()) {
      throw new IllegalArgumentException(
          "start-at: position must be from 0 to "
              + (model().maxPositions() - 1)
              + ", is "
              + position);
    }
    chat.write(false);
    sequence.startAt(position);
  }

  /**
   * Puts another context's tokens, with their positions and without computing them again, behind
   * those here: they do not see each other, and what is computed later sees both. The pages are
   * shared, the other context stays as it is. The next token's position is behind all of both.
   */
  public void append(Context other) {
    flush();
    other.flush();
    if (!model().name().equals(other.model().name())) {
      throw new IllegalArgumentException(
          "append: the context is of model " + other.model().name() + ", not " + model().name());
    }
    sequence.requireUsable();
    sequence.append(other.sequence);
  }

  /**
   * Publishes what is visible of it under a name, for {@link #fromImported}; it outlives the
   * context and the program.
   *
   * @throws ApiException QUOTA_EXCEEDED, DENIED, and INVALID_ARGUMENT for a name that is taken
   */
  public void export(String name) {
    publish(name);
  }

  /** Goes on where a saved context was; this one must be empty. */
  void resume(Saved saved) {
    sequence.take(saved);
    chat.resume(saved.chat());
  }

  Saved publish(String name) {
    flush();
    if (size() == 0) {
      throw new IllegalStateException("export: the context is empty: fill it with something");
    }
    sequence.requireUsable();
    awaitReady();
    Saved saved = sequence.publish(name, chat.save());
    sequence.settling().await(api);
    return saved;
  }

  /**
   * Keeps it under a name, in place of what was saved under it before: pages as an export, tokens,
   * positions and messages in the store. {@link #open} gives a context that goes on where this one
   * is.
   *
   * @throws ApiException QUOTA_EXCEEDED, DENIED
   */
  public void save(String name) {
    new SavedContexts(api).save(this, name);
  }

  /**
   * Says that the program's pages are not needed until the scope is closed, such as during a slow
   * call (paper §8).
   */
  public IdleScope idle() {
    return api.contextState().idle(model());
  }

  /** Gives pages, embeds and queue back, and ends its task; a second time does nothing. */
  @Override
  public void close() {
    underWay.cancel();
    sequence.close();
  }

  void addGenerated(int token) {
    sequence.tokens.add(token);
  }

  boolean hasRoom() {
    return sequence.hasRoom();
  }

  /**
   * What comes after the last token and after each of a draft's behind it, by one forward; nothing
   * else may be done before {@link #keep}, but adding the tokens that are right.
   */
  Distribution[] verify(DraftTree draft, int candidates) {
    requireFree();
    sequence.requireUsable();
    awaitReady();
    return await(sequence.computeDraft(draft, candidates));
  }

  /** Keeps what was computed of these nodes of the draft and forgets the others. */
  void keep(int[] path) {
    sequence.keep(path);
  }

  private void requireFree() {
    if (!underWay.isDone()) {
      throw new IllegalStateException(
          "the context has a task under way; await or cancel it before anything else");
    }
  }

  private <T> Task<T> start(Supplier<Task<T>> begin) {
    Task<T> task = begin.get();
    underWay = task;
    return task;
  }

  private void prepareStep() {
    chat.write(true);
    if (sequence.tokens.size() == 0) {
      throw new IllegalStateException("the context is empty: fill it with something to continue");
    }
  }

  private Task<Distribution> step(int candidates) {
    prepareStep();
    sequence.requireUsable();
    return whenReady(() -> {
      sequence.computeOutput();
      int stamp = sequence.cache().stamp();
      Task<Distribution> next = Task.of(sequence.readOut(candidates));
      next.onDone(() -> {
        if (next.hasFailed()) {
          sequence.fail();
        }
      });
      return next.map(distribution -> {
        sequence.cache().settled(stamp);
        return distribution;
      });
    });
  }

  /** Begins when what was shared with the context is computed. */
  private <T> Task<T> whenReady(Supplier<Task<T>> begin) {
    return sequence.ready().then(done -> begin.get());
  }

  private void awaitReady() {
    try {
      sequence.awaitReady();
    } catch (RuntimeException failure) {
      sequence.fail();
      throw failure;
    }
  }

  /** Waits alone if nothing else goes on, which is one call less. */
  private Distribution await(FutureDistribution future) {
    int stamp = sequence.cache().stamp();
    try {
      Distribution result;
      if (Loop.current().isIdle()) {
        try (future) {
          result = future.await();
        }
      } else {
        result = Task.of(future).await(api);
      }
      sequence.cache().settled(stamp);
      return result;
    } catch (RuntimeException failure) {
      sequence.fail();
      throw failure;
    }
  }
}

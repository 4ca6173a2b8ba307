package io.pie4j.inferlet;

import io.pie4j.api.Api;
import io.pie4j.api.Distribution;
import io.pie4j.api.FutureDistribution;
import io.pie4j.api.Model;
import io.pie4j.api.Queue;
import io.pie4j.api.TextStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * A sequence of tokens and its KV cache: fill it with text, generate from it (paper §6.3).
 *
 * <p>Filling only notes tokens. They are computed together when something needs them: {@link
 * #flush}, a decode step, or {@link #generate}. Every step is one embed, one forward and one
 * readout on one queue, enqueued without waiting; the program waits once, for the distribution.
 *
 * <p>Messages are written by the model's chat template, with the cue for an answer before the first
 * token that is generated, or filled as text or tokens, behind them: these begin the answer. After
 * {@link #flush} there is none before what is filled.
 */
public final class Context implements AutoCloseable {
  /** Tokens of one forward: bounds the input embeds that a long prompt holds at a time. */
  private static final int CHUNK = 512;

  private final Api api;
  private final Model model;
  private final boolean ownsModel;
  private final Queue queue;
  private final int pageSize;
  private final int[] output;
  private final Tokens tokens = new Tokens();
  private final Chat chat;
  private int[] pages = new int[0];
  private int computed;
  private boolean failed;
  private boolean closed;

  private Context(Api api, Model model, boolean ownsModel) {
    this.api = api;
    this.model = model;
    this.ownsModel = ownsModel;
    pageSize = model.pageSize();
    chat = new Chat(api.tokenize(), model, tokens);
    queue = api.queues().createQueue(model);
    try {
      output = api.allocate().allocEmb(queue, 1);
    } catch (RuntimeException refused) {
      queue.close();
      throw refused;
    }
  }

  /** An empty context of the engine's default model. */
  public static Context create(Api api) {
    List<Model> models = api.models().availableModels();
    if (models.isEmpty()) {
      throw new IllegalStateException("the engine serves no model that this program may use");
    }
    for (Model other : models.subList(1, models.size())) {
      other.close();
    }
    Model model = models.get(0);
    try {
      return new Context(api, model, true);
    } catch (RuntimeException refused) {
      model.close();
      throw refused;
    }
  }

  /** An empty context of a model, which stays the caller's to close. */
  public static Context create(Api api, Model model) {
    return new Context(api, model, false);
  }

  public Model model() {
    return model;
  }

  /** All tokens, computed or not. */
  public int[] tokens() {
    chat.write(false);
    return tokens.toArray();
  }

  /** How many tokens there are, computed or not. */
  public int size() {
    chat.write(false);
    return tokens.size();
  }

  /**
   * Adds plain text; at the very beginning also the tokens that the model expects before any text.
   */
  public void fill(String text) {
    chat.writePending();
    if (tokens.size() == 0) {
      tokens.addAll(model.prefixTokens());
    }
    tokens.addAll(api.tokenize().tokenize(model, text, false));
  }

  /** Adds tokens as they are. */
  public void fillTokens(int... more) {
    chat.writePending();
    tokens.addAll(more);
  }

  /** Adds a system message by the model's chat template. */
  public void fillSystem(String content) {
    chat.add("system", content);
  }

  /** Adds a user message by the model's chat template; ends an answer before it. */
  public void fillUser(String content) {
    chat.add("user", content);
  }

  /** Adds an assistant message by the model's chat template. */
  public void fillAssistant(String content) {
    chat.add("assistant", content);
  }

  /** Enqueues the computation of all tokens filled so far; does not wait. */
  public void flush() {
    chat.write(false);
    compute();
  }

  /**
   * The next token's distribution, cut to its {@code candidates} most likely tokens. The context
   * gets the cue for an answer if it ends with a message, and else stays as it is.
   */
  public Distribution decodeStepDist(int candidates) {
    chat.write(true);
    if (tokens.size() == 0) {
      throw new IllegalStateException("the context is empty: fill it with something to continue");
    }
    compute();
    FutureDistribution next =
        api.outputText().getNextDist(queue, output[0], OptionalInt.of(candidates));
    try (next) {
      return next.await();
    } catch (RuntimeException failure) {
      failed = true;
      throw failure;
    }
  }

  /** Chooses the next token and adds it. */
  public int decodeStep(Sampler sampler) {
    int token = sampler.choose(decodeStepDist(sampler.candidates()));
    fillTokens(token);
    return token;
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
    Tokens generated = new Tokens();
    float[] logProbabilities = new float[16];
    StringBuilder text = new StringBuilder();
    try (TextStream stream = api.tokenize().stream(model, true)) {
      do {
        Distribution next = decodeStepDist(sampler.candidates());
        int token = sampler.choose(next);
        int count = generated.size();
        if (count == logProbabilities.length) {
          logProbabilities = Arrays.copyOf(logProbabilities, count * 2);
        }
        logProbabilities[count] = logProbability(next, token);
        fillTokens(token);
        generated.add(token);
        emit(stream.feed(new int[] {token}), text, onText);
      } while (!stop.reached(generated) && tokens.size() <= model.maxPositions());
      emit(stream.finish(), text, onText);
    }
    return new Generation(
        text.toString(), generated.toArray(), Arrays.copyOf(logProbabilities, generated.size()));
  }

  /** Gives pages, embeds and queue back; a second time does nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (queue) {
      try {
        api.allocate().deallocEmb(queue, output);
      } finally {
        api.allocate().deallocKvpage(queue, pages);
      }
    } finally {
      if (ownsModel) {
        model.close();
      }
    }
  }

  private static void emit(String piece, StringBuilder text, Consumer<String> onText) {
    if (!piece.isEmpty()) {
      text.append(piece);
      onText.accept(piece);
    }
  }

  private static float logProbability(Distribution distribution, int token) {
    for (int i = 0; i < distribution.ids().length; i++) {
      if (distribution.ids()[i] == token) {
        return (float) Math.log(distribution.probabilities()[i]);
      }
    }
    return Float.NEGATIVE_INFINITY;
  }

  /**
   * Computes what was filled since the last time; the output embed then holds the last token's
   * output.
   */
  private void compute() {
    if (closed) {
      throw new IllegalStateException("the context is closed");
    }
    if (failed) {
      throw new IllegalStateException(
          "an earlier step of the context failed, so its cache is incomplete; begin a new one");
    }
    if (tokens.size() > model.maxPositions()) {
      throw new IllegalStateException(
          "the context has "
              + tokens.size()
              + " tokens; model "
              + model.name()
              + " takes at most "
              + model.maxPositions());
    }
    while (computed < tokens.size()) {
      compute(Math.min(tokens.size() - computed, CHUNK));
    }
  }

  /** Computes the next {@code count} tokens; one embed, one forward. */
  private void compute(int count) {
    int end = computed + count;
    growTo(end);
    int[] positions = new int[count];
    for (int i = 0; i < count; i++) {
      positions[i] = computed + i;
    }
    // A single token needs no input embed of its own: its output may take the place of its input.
    int[] inputs = count == 1 ? output : api.allocate().allocEmb(queue, count);
    try {
      api.inputText().embedTxt(queue, tokens.range(computed, end), positions, inputs);
      api.forward()
          .forward(
              queue,
              Arrays.copyOf(pages, pagesFor(computed)),
              inputs,
              Arrays.copyOfRange(pages, computed / pageSize, pagesFor(end)),
              output,
              Optional.empty());
    } finally {
      if (count > 1) {
        api.allocate().deallocEmb(queue, inputs);
      }
    }
    computed = end;
  }

  private void growTo(int size) {
    int needed = pagesFor(size) - pages.length;
    if (needed > 0) {
      int[] more = api.allocate().allocKvpage(queue, needed);
      int held = pages.length;
      pages = Arrays.copyOf(pages, held + needed);
      System.arraycopy(more, 0, pages, held, needed);
    }
  }

  private int pagesFor(int size) {
    return (size + pageSize - 1) / pageSize;
  }
}

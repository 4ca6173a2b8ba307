package io.pie4j.inferlet;

import io.pie4j.api.Api;
import io.pie4j.api.Distribution;
import io.pie4j.api.FutureDistribution;
import io.pie4j.api.Model;
import io.pie4j.api.Queue;
import io.pie4j.api.TextStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * A sequence of tokens and its KV cache: fill it with text, generate from it (paper §6.3).
 *
 * <p>Filling only notes tokens. They are computed together when something needs them: {@link
 * #flush}, a decode step, or {@link #generate}. Every step is one embed, one forward and one
 * readout on one queue, enqueued without waiting; the program waits once, for the distribution.
 */
public final class Context implements AutoCloseable {
  /** Tokens of one forward: bounds the input embeds that a long prompt holds at a time. */
  private static final int CHUNK = 512;

  private final Api api;
  private final Model model;
  private final Queue queue;
  private final int pageSize;
  private final Chat chat;
  private final Tokens tokens = new Tokens();
  private int[] pages = new int[0];
  private int computed;
  private final int[] output;

  private Context(Api api, Model model) {
    this.api = api;
    this.model = model;
    queue = api.queues().createQueue(model);
    pageSize = model.pageSize();
    chat = new Chat(model);
    output = api.allocate().allocEmb(queue, 1);
  }

  /** An empty context of the engine's default model. */
  public static Context create(Api api) {
    return create(api, api.models().availableModels().get(0));
  }

  public static Context create(Api api, Model model) {
    return new Context(api, model);
  }

  public Model model() {
    return model;
  }

  /** All tokens, computed or not. */
  public int[] tokens() {
    return tokens.toArray();
  }

  public int size() {
    return tokens.size();
  }

  /**
   * Adds plain text; at the very beginning also the tokens that the model expects before any text.
   */
  public void fill(String text) {
    if (tokens.size() == 0) {
      tokens.addAll(model.prefixTokens());
    }
    tokens.addAll(api.tokenize().tokenize(model, text, false));
  }

  /** Adds tokens as they are. */
  public void fillTokens(int... more) {
    tokens.addAll(more);
  }

  /** Adds a system message by the model's chat template. */
  public void fillSystem(String content) {
    chat.add("system", content);
  }

  /** Adds a user message by the model's chat template. */
  public void fillUser(String content) {
    chat.add("user", content);
  }

  /** Adds an assistant message by the model's chat template. */
  public void fillAssistant(String content) {
    chat.add("assistant", content);
  }

  /** Enqueues the computation of all tokens filled so far; does not wait. */
  public void flush() {
    fillChat(false);
    compute();
  }

  /** The next token's distribution, cut to its most likely tokens. The context stays as it is. */
  public Distribution decodeStepDist(int candidates) {
    fillChat(true);
    if (tokens.size() == 0) {
      throw new IllegalStateException("the context is empty: fill it with something to continue");
    }
    compute();
    try (FutureDistribution next =
        api.outputText().getNextDist(queue, output[0], OptionalInt.of(candidates))) {
      return next.await();
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
   * Generates until {@code stop} and hands text on as it comes, whole characters only. The last
   * token stays in the context.
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
    chat.generated(text.toString(), api.tokenize().detokenize(model, generated.toArray(), false));
    return new Generation(
        text.toString(), generated.toArray(), Arrays.copyOf(logProbabilities, generated.size()));
  }

  /** Gives pages and embeds back. */
  @Override
  public void close() {
    api.allocate().deallocKvpage(queue, pages);
    api.allocate().deallocEmb(queue, output);
    queue.close();
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

  private void fillChat(boolean answerNext) {
    String text = chat.take(answerNext);
    if (!text.isEmpty()) {
      tokens.addAll(api.tokenize().tokenize(model, text, true));
    }
  }

  /**
   * Computes what was filled since the last time; the output embed then holds the last token's
   * output.
   */
  private void compute() {
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
    api.inputText().embedTxt(queue, tokens.range(computed, end), positions, inputs);
    api.forward()
        .forward(
            queue,
            Arrays.copyOf(pages, (computed + pageSize - 1) / pageSize),
            inputs,
            Arrays.copyOfRange(pages, computed / pageSize, (end + pageSize - 1) / pageSize),
            output,
            Optional.empty());
    if (count > 1) {
      api.allocate().deallocEmb(queue, inputs);
    }
    computed = end;
  }

  private void growTo(int size) {
    int needed = (size + pageSize - 1) / pageSize - pages.length;
    if (needed > 0) {
      int[] more = api.allocate().allocKvpage(queue, needed);
      int held = pages.length;
      pages = Arrays.copyOf(pages, held + needed);
      System.arraycopy(more, 0, pages, held, needed);
    }
  }
}

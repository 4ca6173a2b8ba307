package io.pie4j.inferlets.contract;

import io.pie4j.api.Api;
import io.pie4j.api.AttentionMask;
import io.pie4j.api.ChatMessage;
import io.pie4j.api.Distribution;
import io.pie4j.api.Model;
import io.pie4j.api.Queue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Forward passes in few words, on one queue. */
final class Passes {
  /** How much of a distribution is looked at. */
  static final int DEPTH = 64;

  private static final int[] NONE = {};

  private final Stage stage;
  private final Api api;
  private final Model model;
  private final Queue queue;

  Passes(Stage stage, Model model) {
    this.stage = stage;
    this.api = stage.api();
    this.model = model;
    queue = api.queues().createQueue(model);
  }

  Queue queue() {
    return queue;
  }

  Model model() {
    return model;
  }

  /** A question as the model was taught to read it; more than a page of tokens. */
  int[] question(String text) {
    String chat = model.formatChat(List.of(new ChatMessage("user", text)), true);
    int[] tokens = api.tokenize().tokenize(model, chat, true);
    Expect.that(tokens.length > 4, "the question has only " + tokens.length + " tokens");
    return tokens;
  }

  int[] pages(int count) {
    return api.allocate().allocKvpage(queue, count);
  }

  /** Empty pages for so many tokens. */
  int[] pagesFor(int tokens) {
    return pages((tokens + model.pageSize() - 1) / model.pageSize());
  }

  int[] embeds(int count) {
    return api.allocate().allocEmb(queue, count);
  }

  static int[] range(int from, int to) {
    int[] values = new int[to - from];
    for (int i = 0; i < values.length; i++) {
      values[i] = from + i;
    }
    return values;
  }

  /** Computes tokens and keeps them in pages. */
  void fill(int[] inputPages, int[] tokens, int[] positions, int[] outputPages) {
    int[] embeds = embedded(tokens, positions);
    api.forward().forward(queue, inputPages, embeds, outputPages, NONE, Optional.empty());
    api.allocate().deallocEmb(queue, embeds);
  }

  /** What comes after the last token. */
  Distribution next(int[] inputPages, int[] tokens, int[] positions, int[] outputPages) {
    return next(inputPages, tokens, positions, outputPages, Optional.empty());
  }

  @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // as the call has it
  Distribution next(
      int[] inputPages,
      int[] tokens,
      int[] positions,
      int[] outputPages,
      Optional<AttentionMask> mask) {
    int[] embeds = embedded(tokens, positions);
    int[] output = embeds(1);
    api.forward().forward(queue, inputPages, embeds, outputPages, output, mask);
    Distribution next = read(output[0]);
    api.allocate().deallocEmb(queue, embeds);
    api.allocate().deallocEmb(queue, output);
    return next;
  }

  /** What comes after these tokens alone, computed in one piece without any page. */
  Distribution alone(int[] tokens, int[] positions) {
    return next(NONE, tokens, positions, NONE);
  }

  Distribution read(int output) {
    return stage.distribution(api.outputText().getNextDist(queue, output, OptionalInt.of(DEPTH)));
  }

  /** An embed that holds the output behind these tokens. */
  int output(int[] tokens) {
    int[] embeds = embedded(tokens, range(0, tokens.length));
    int[] output = embeds(1);
    api.forward().forward(queue, NONE, embeds, NONE, output, Optional.empty());
    return output[0];
  }

  /** The likeliest answer, token by token, each fed through {@code pages}. */
  String answer(int[] question, int most) {
    int[] pages = pagesFor(question.length + most);
    int[] stops = model.stopTokens();
    int[] answer = new int[most];
    int count = 0;
    int[] fed = question;
    int from = 0;
    while (count < most) {
      int token = next(pages, fed, range(from, from + fed.length), pages).ids()[0];
      if (Arrays.stream(stops).anyMatch(stop -> stop == token)) {
        break;
      }
      answer[count++] = token;
      from += fed.length;
      fed = new int[] {token};
    }
    return api.tokenize().detokenize(model, Arrays.copyOf(answer, count), true);
  }

  private int[] embedded(int[] tokens, int[] positions) {
    int[] embeds = embeds(tokens.length);
    api.inputText().embedTxt(queue, tokens, positions, embeds);
    return embeds;
  }
}

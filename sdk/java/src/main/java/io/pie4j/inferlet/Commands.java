package io.pie4j.inferlet;

import io.pie4j.api.Api;
import io.pie4j.api.AttentionMask;
import io.pie4j.api.FutureDistribution;
import io.pie4j.api.FutureUnit;
import io.pie4j.api.Model;
import io.pie4j.api.Queue;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The calls of paper §4.2 on one queue of one model, with these two left out: for programs that
 * steer pages, embeds and passes themselves. Each method is the interface's call of the same name
 * and no more; what is not here is in {@link Api}. Ids belong to the program: what one queue
 * allocated another may use.
 */
public final class Commands implements AutoCloseable {
  private final Api api;
  private final Model model;
  private final boolean ownsModel;
  private final Queue queue;

  private Commands(Api api, Model model, boolean ownsModel) {
    this.api = api;
    this.model = model;
    this.ownsModel = ownsModel;
    queue = api.queues().createQueue(model);
  }

  /** A new queue of the engine's default model. */
  public static Commands create(Api api) {
    return new Commands(api, api.models().availableModels().getFirst(), true);
  }

  /** A new queue of a model, which stays the caller's to close. */
  public static Commands create(Api api, Model model) {
    return new Commands(api, model, false);
  }

  public Model model() {
    return model;
  }

  public Queue queue() {
    return queue;
  }

  public int[] tokenize(String text) {
    return api.tokenize().tokenize(model, text, false);
  }

  public String detokenize(int... tokens) {
    return api.tokenize().detokenize(model, tokens, false);
  }

  public int[] allocEmb(int count) {
    return api.allocate().allocEmb(queue, count);
  }

  public void deallocEmb(int[] embeds) {
    api.allocate().deallocEmb(queue, embeds);
  }

  public int[] allocKvpage(int count) {
    return api.allocate().allocKvpage(queue, count);
  }

  public void deallocKvpage(int[] pages) {
    api.allocate().deallocKvpage(queue, pages);
  }

  public void embedTxt(int[] tokens, int[] positions, int[] embeds) {
    api.inputText().embedTxt(queue, tokens, positions, embeds);
  }

  /** One token. */
  public void embedTxt(int token, int position, int[] embed) {
    embedTxt(new int[] {token}, new int[] {position}, embed);
  }

  public void forward(int[] inputPages, int[] inputEmbeds, int[] outputPages, int[] outputEmbeds) {
    api.forward()
        .forward(queue, inputPages, inputEmbeds, outputPages, outputEmbeds, Optional.empty());
  }

  /** With an explicit mask in place of positions. */
  public void forward(
      int[] inputPages,
      int[] inputEmbeds,
      int[] outputPages,
      int[] outputEmbeds,
      AttentionMask mask) {
    api.forward()
        .forward(queue, inputPages, inputEmbeds, outputPages, outputEmbeds, Optional.of(mask));
  }

  /** Of an output embed, cut to the 256 most likely tokens; close the future when it was read. */
  public FutureDistribution getNextDist(int[] embed) {
    return api.outputText().getNextDist(queue, embed[0], OptionalInt.empty());
  }

  /** Completes when everything enqueued so far has run; close it when it has. */
  public FutureUnit synchronize() {
    return api.queues().synchronize(queue);
  }

  /** Gives the queue back; what was allocated stays the program's. */
  @Override
  public void close() {
    queue.close();
    if (ownsModel) {
      model.close();
    }
  }
}

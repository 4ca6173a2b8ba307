package io.pie4j.inferlets.contract;

import io.pie4j.api.Api;
import io.pie4j.api.Distribution;
import io.pie4j.api.FutureDistribution;
import io.pie4j.api.FutureText;
import io.pie4j.api.FutureUnit;
import io.pie4j.api.Model;
import io.pie4j.api.Pollable;
import io.pie4j.api.Queue;
import java.util.List;

/**
 * Where a check takes place: the interface, what the launching side told of itself in the arguments
 * ({@code key=value}), and that side as a partner that answers questions.
 */
public final class Stage {
  private final Api api;

  Stage(Api api) {
    this.api = api;
  }

  Api api() {
    return api;
  }

  /** The engine's default model. */
  Model model() {
    return api.models().availableModels().getFirst();
  }

  /** A new queue of the default model. */
  Queue queue() {
    return api.queues().createQueue(model());
  }

  /** Forward passes of the default model on a new queue. */
  Passes passes() {
    return new Passes(this, model());
  }

  /** What the launching side says of itself. */
  String told(String key) {
    for (String argument : api.runtime().arguments()) {
      if (argument.startsWith(key + "=")) {
        return argument.substring(key.length() + 1);
      }
    }
    throw new IllegalStateException("nothing was told about " + key);
  }

  /** Numbers with commas between. */
  int[] toldNumbers(String key) {
    String list = told(key);
    if (list.isEmpty()) {
      return new int[0];
    }
    String[] words = list.split(",", -1);
    int[] numbers = new int[words.length];
    for (int i = 0; i < words.length; i++) {
      numbers[i] = Integer.parseInt(words[i]);
    }
    return numbers;
  }

  /** The launching side's answer. */
  String ask(String question) {
    api.client().send(question);
    return text(api.client().receive(), "an answer to '" + question + "'");
  }

  /** The launching side must say yes. */
  void confirm(String question) {
    Expect.equal(ask(question), "yes", question);
  }

  /** Waits as long as is reasonable; whether it came. */
  boolean comes(Pollable pollable) {
    try (FutureUnit bound = api.runtime().sleep(patienceMillis());
        Pollable late = bound.subscribe()) {
      while (!pollable.ready() && !late.ready()) {
        api.types().poll(List.of(pollable, late));
      }
    }
    return pollable.ready();
  }

  /** A text that must come. */
  String text(FutureText future, String what) {
    try (future;
        Pollable ready = future.subscribe()) {
      Expect.that(comes(ready), what + " does not come");
      return future.await();
    }
  }

  /** Something that must be done. */
  void done(FutureUnit future, String what) {
    try (future;
        Pollable ready = future.subscribe()) {
      Expect.that(comes(ready), what + " does not come to its end");
      future.await();
    }
  }

  /** A distribution that must come. */
  Distribution distribution(FutureDistribution future) {
    try (future;
        Pollable ready = future.subscribe()) {
      Expect.that(comes(ready), "a distribution does not come");
      return future.await();
    }
  }

  /** Completes all that a queue has, or throws its error. */
  void synchronize(Queue queue) {
    done(api.queues().synchronize(queue), "the queue");
  }

  /**
   * Runs {@code during} while the driver is in a pass that does not end, {@code after} when it has
   * ended.
   */
  void whileDriverIsBusy(Runnable during) {
    confirm("hold the driver");
    Queue queue = queue();
    int[] embeds = api.allocate().allocEmb(queue, 1);
    api.inputText().embedTxt(queue, new int[] {1}, new int[] {0}, embeds);
    try {
      confirm("the driver is held");
      during.run();
    } finally {
      confirm("release the driver");
    }
  }

  private long patienceMillis() {
    return Long.parseLong(told("patience"));
  }
}

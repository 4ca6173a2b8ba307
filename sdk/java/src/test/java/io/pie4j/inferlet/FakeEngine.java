package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.api.Allocate;
import io.pie4j.api.Api;
import io.pie4j.api.ApiException;
import io.pie4j.api.AttentionMask;
import io.pie4j.api.Distribution;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.ExportedPages;
import io.pie4j.api.Forward;
import io.pie4j.api.FutureDistribution;
import io.pie4j.api.FutureProbabilities;
import io.pie4j.api.FutureUnit;
import io.pie4j.api.InputText;
import io.pie4j.api.Model;
import io.pie4j.api.Models;
import io.pie4j.api.OutputText;
import io.pie4j.api.Pollable;
import io.pie4j.api.Priority;
import io.pie4j.api.Queue;
import io.pie4j.api.Queues;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * An engine without arithmetic that writes down every call, holds the rules of pages and embeds,
 * and says what its test tells it to say.
 */
final class FakeEngine implements Models, Queues, Allocate, Forward, InputText, OutputText {
  private final List<Model> models;
  private final FakeModel model;
  private final Map<Integer, List<Integer>> pages = new TreeMap<>();
  private final Map<Integer, Optional<int[]>> embeds = new TreeMap<>();
  private final Deque<Integer> answers = new ArrayDeque<>();
  private final List<String> calls = new ArrayList<>();
  private int nextId = 100;
  private int queuesOpen;
  private int futuresOpen;
  private String failing = "";

  FakeEngine(FakeModel... models) {
    this.models = List.of(models);
    this.model = models.length == 0 ? plain(8) : models[0];
  }

  static FakeModel plain(int pageSize) {
    return new FakeModel(pageSize, 4096, Optional.empty(), "", "</s>");
  }

  Api api() {
    return new Api(
        unused(io.pie4j.api.Types.class),
        unused(io.pie4j.api.Runtime.class),
        unused(io.pie4j.api.Client.class),
        unused(io.pie4j.api.Children.class),
        unused(io.pie4j.api.Http.class),
        unused(io.pie4j.api.Messaging.class),
        unused(io.pie4j.api.Store.class),
        this,
        this,
        unused(io.pie4j.api.ContextState.class),
        this,
        this,
        unused(io.pie4j.api.Adapter.class),
        this,
        unused(io.pie4j.api.InputImage.class),
        model,
        this,
        unused(io.pie4j.api.Sample.class));
  }

  /** The most likely tokens of the next readouts. */
  FakeEngine says(String text) {
    Arrays.stream(model.encode(text)).forEach(answers::add);
    return this;
  }

  /** The next call of this name fails; "await" is a readout's. */
  void failAt(String call) {
    failing = call;
  }

  /** What was called since the last time, ids as they were given. */
  List<String> calls() {
    List<String> copy = List.copyOf(calls);
    calls.clear();
    return copy;
  }

  /** The text that the pages hold, page by page. */
  String cache() {
    return model.decode(
        pages.values().stream().flatMap(List::stream).mapToInt(Integer::intValue).toArray());
  }

  void assertNothingHeld() {
    assertThat(pages).as("pages").isEmpty();
    assertThat(embeds).as("embeds").isEmpty();
    assertThat(queuesOpen).as("queues").isZero();
    assertThat(futuresOpen).as("futures").isZero();
  }

  @Override
  public List<Model> availableModels() {
    return models;
  }

  @Override
  public List<String> availableTraits(Model ofModel) {
    return List.of();
  }

  @Override
  public Queue createQueue(Model ofModel) {
    call("queue");
    queuesOpen++;
    return new Queue() {
      @Override
      public Model model() {
        return ofModel;
      }

      @Override
      public void close() {
        calls.add("close-queue");
        queuesOpen--;
      }
    };
  }

  @Override
  public FutureUnit synchronize(Queue queue) {
    throw new UnsupportedOperationException("a context waits for distributions alone");
  }

  @Override
  public void setQueuePriority(Queue queue, Priority priority) {
    throw new UnsupportedOperationException("a context leaves the priority alone");
  }

  @Override
  public int[] allocKvpage(Queue queue, int count) {
    int[] ids = ids("alloc-page", count);
    Arrays.stream(ids).forEach(id -> pages.put(id, new ArrayList<>()));
    return ids;
  }

  @Override
  public void deallocKvpage(Queue queue, int[] ids) {
    call("free-page " + Arrays.toString(ids));
    Arrays.stream(ids).forEach(id -> assertThat(pages.remove(id)).as("page " + id).isNotNull());
  }

  @Override
  public int[] allocEmb(Queue queue, int count) {
    int[] ids = ids("alloc-embed", count);
    Arrays.stream(ids).forEach(id -> embeds.put(id, Optional.empty()));
    return ids;
  }

  @Override
  public void deallocEmb(Queue queue, int[] ids) {
    call("free-embed " + Arrays.toString(ids));
    Arrays.stream(ids).forEach(id -> assertThat(embeds.remove(id)).as("embed " + id).isNotNull());
  }

  @Override
  public void copyKvpage(
      Queue queue, int source, int target, int sourceOffset, int targetOffset, int count) {
    throw new UnsupportedOperationException("not needed");
  }

  @Override
  public void embedTxt(Queue queue, int[] tokens, int[] positions, int[] into) {
    call("embed " + model.decode(tokens) + " at " + positions[0] + " in " + Arrays.toString(into));
    assertThat(positions)
        .isEqualTo(IntStream.range(positions[0], positions[0] + tokens.length).toArray());
    assertThat(into).hasSameSizeAs(tokens);
    for (int i = 0; i < tokens.length; i++) {
      assertThat(embeds).containsKey(into[i]);
      embeds.put(into[i], Optional.of(new int[] {tokens[i], positions[i]}));
    }
  }

  @Override
  public void exportKvpage(Queue queue, int[] ids, String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int[] importKvpage(Queue queue, String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void unexportKvpage(Model of, String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<ExportedPages> listExports(Model of) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FutureProbabilities getFullDist(Queue queue, int embed) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<String> supertraits(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void forward(
      Queue queue,
      int[] input,
      int[] inputEmbeds,
      int[] output,
      int[] outputEmbeds,
      Optional<AttentionMask> mask) {
    call("forward " + Arrays.toString(input) + " to " + Arrays.toString(output));
    assertThat(mask).isEmpty();
    int held = Arrays.stream(input).map(id -> page(id).size()).sum();
    Deque<Integer> free = new ArrayDeque<>();
    for (int id : output) {
      int slots = model.pageSize() - page(id).size();
      assertThat(slots).as("free slots of page " + id).isPositive();
      free.addAll(Collections.nCopies(slots, id));
    }
    for (int i = 0; i < inputEmbeds.length; i++) {
      int[] token = embeds.getOrDefault(inputEmbeds[i], Optional.empty()).orElseThrow();
      assertThat(token[1]).as("position").isEqualTo(held + i);
      page(free.remove()).add(token[0]);
    }
    assertThat(free).as("slots of pages too many").hasSizeLessThan(model.pageSize());
    Arrays.stream(outputEmbeds).forEach(id -> assertThat(embeds).containsKey(id));
  }

  @Override
  public void maskKvpage(Queue queue, int page, boolean[] hidden) {
    throw new UnsupportedOperationException("not needed");
  }

  @Override
  public void truncateKvpage(Queue queue, int page, int tokens) {
    throw new UnsupportedOperationException("not needed");
  }

  @Override
  public FutureDistribution getNextDist(Queue queue, int embed, OptionalInt topK) {
    call("readout " + embed + " of " + topK.orElseThrow());
    assertThat(embeds).containsKey(embed);
    boolean fails = failing.equals("await");
    futuresOpen++;
    return new FutureDistribution() {
      @Override
      public Pollable subscribe() {
        throw new UnsupportedOperationException("a context awaits");
      }

      @Override
      public Optional<Distribution> get() {
        throw new UnsupportedOperationException("a context awaits");
      }

      @Override
      public Distribution await() {
        if (fails) {
          failing = "";
          throw new ApiException(ErrorCode.OUT_OF_MEMORY, "await fails on purpose");
        }
        int next = answers.isEmpty() ? FakeModel.special("</s>") : answers.remove();
        return new Distribution(
            new int[] {next, FakeModel.special("<s>")}, new float[] {0.75f, 0.25f});
      }

      @Override
      public void close() {
        futuresOpen--;
      }
    };
  }

  private List<Integer> page(int id) {
    return Objects.requireNonNull(pages.get(id), () -> "there is no page " + id);
  }

  private int[] ids(String call, int count) {
    int[] ids = IntStream.range(nextId, nextId + count).toArray();
    call(call + " " + count);
    nextId += count;
    return ids;
  }

  private void call(String text) {
    if (!failing.isEmpty() && text.startsWith(failing)) {
      failing = "";
      throw new ApiException(ErrorCode.QUOTA_EXCEEDED, text + " fails on purpose");
    }
    calls.add(text);
  }

  private static <T> T unused(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw new UnsupportedOperationException("a context does not call " + method);
            }));
  }
}

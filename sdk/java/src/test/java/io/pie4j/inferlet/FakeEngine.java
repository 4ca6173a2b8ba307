package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.api.Allocate;
import io.pie4j.api.Api;
import io.pie4j.api.ApiException;
import io.pie4j.api.AttentionMask;
import io.pie4j.api.ContextState;
import io.pie4j.api.Distribution;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.ExportedPages;
import io.pie4j.api.Forward;
import io.pie4j.api.FutureDistribution;
import io.pie4j.api.FutureProbabilities;
import io.pie4j.api.FutureUnit;
import io.pie4j.api.IdleScope;
import io.pie4j.api.InputText;
import io.pie4j.api.Model;
import io.pie4j.api.Models;
import io.pie4j.api.OutputText;
import io.pie4j.api.Pollable;
import io.pie4j.api.Priority;
import io.pie4j.api.Queue;
import io.pie4j.api.Queues;
import io.pie4j.api.Types;
import io.pie4j.inferlet.FakePage.Slot;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * An engine without arithmetic that writes down every call, holds the rules of pages and embeds,
 * and says what its test tells it to say.
 *
 * <p>A queue's commands run, in order, only when somebody waits for one of them; other queues stand
 * still. So whoever counts on an order between queues finds that there is none.
 */
final class FakeEngine
    implements Models, Queues, Allocate, Forward, InputText, OutputText, Types, ContextState {
  private final List<Model> models;
  private final FakeModel model;
  private final Map<Integer, FakePage> pages = new TreeMap<>();
  private final Map<Integer, Embed> embeds = new TreeMap<>();
  private final Map<String, List<FakePage>> exports = new TreeMap<>();
  private final List<FakeQueue> queues = new ArrayList<>();
  private final Deque<Integer> answers = new ArrayDeque<>();
  private final List<String> calls = new ArrayList<>();
  private final List<String> seen = new ArrayList<>();
  final FakeStore store = new FakeStore();
  private Optional<Function<String, String>> rule = Optional.empty();
  private int nextId = 100;
  private int futuresOpen;
  private int idleScopes;
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
        this,
        runtime(),
        unused(io.pie4j.api.Client.class),
        unused(io.pie4j.api.Children.class),
        unused(io.pie4j.api.Http.class),
        unused(io.pie4j.api.Messaging.class),
        store,
        this,
        this,
        this,
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

  /** The most likely token by what its forward saw, in the order of positions. */
  FakeEngine answers(Function<String, String> bySeen) {
    rule = Optional.of(bySeen);
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

  /** What the outputs that were read since the last time had seen, in the order of positions. */
  List<String> seen() {
    List<String> copy = List.copyOf(seen);
    seen.clear();
    return copy;
  }

  /** The text that the pages hold, page by page. */
  String cache() {
    runAll();
    return model.decode(
        pages.values().stream()
            .flatMap(page -> page.tokens().stream())
            .mapToInt(Integer::intValue)
            .toArray());
  }

  int pagesHeld() {
    return pages.size();
  }

  int idleScopes() {
    return idleScopes;
  }

  void assertNothingHeld() {
    runAll();
    assertThat(pages).as("pages").isEmpty();
    assertThat(embeds).as("embeds").isEmpty();
    assertThat(queues).as("queues").allMatch(queue -> queue.closed);
    assertThat(futuresOpen).as("futures").isZero();
    assertThat(idleScopes).as("idle scopes").isZero();
  }

  private void runAll() {
    queues.forEach(FakeQueue::run);
  }

  /** Commands that have not run, and the first failure of those that have. */
  private final class FakeQueue implements Queue {
    private final Model ofModel;
    private final Deque<Runnable> commands = new ArrayDeque<>();
    private Optional<ApiException> error = Optional.empty();
    private boolean closed;

    FakeQueue(Model ofModel) {
      this.ofModel = ofModel;
    }

    @Override
    public Model model() {
      return ofModel;
    }

    @Override
    public void close() {
      calls.add("close-queue");
      assertThat(closed).isFalse();
      closed = true;
    }

    void run() {
      for (Runnable next = commands.poll(); next != null; next = commands.poll()) {
        if (error.isEmpty()) {
          try {
            next.run();
          } catch (ApiException failure) {
            error = Optional.of(failure);
          }
        }
      }
    }
  }

  private static void enqueue(Queue queue, Runnable command) {
    assertThat(((FakeQueue) queue).closed).as("closed queue").isFalse();
    ((FakeQueue) queue).commands.add(command);
  }

  /** A token and its position, or what a forward saw. */
  private static final class Embed {
    Optional<Slot> input = Optional.empty();
    Optional<String> output = Optional.empty();
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
    FakeQueue queue = new FakeQueue(ofModel);
    queues.add(queue);
    return queue;
  }

  @Override
  public FutureUnit synchronize(Queue queue) {
    call("synchronize");
    Answer<Boolean> answer = new Answer<>(queue, () -> true);
    return new FutureUnit() {
      @Override
      public Pollable subscribe() {
        return answer.subscribe();
      }

      @Override
      public boolean get() {
        return answer.get().isPresent();
      }

      @Override
      public void await() {
        answer.await();
      }

      @Override
      public void close() {
        answer.close();
      }
    };
  }

  @Override
  public void setQueuePriority(Queue queue, Priority priority) {
    throw new UnsupportedOperationException("a context leaves the priority alone");
  }

  @Override
  public int[] allocKvpage(Queue queue, int count) {
    int[] ids = ids("alloc-page", count);
    Arrays.stream(ids).forEach(id -> pages.put(id, new FakePage(id, model.pageSize())));
    return ids;
  }

  @Override
  public void deallocKvpage(Queue queue, int[] ids) {
    call("free-page " + Arrays.toString(ids));
    for (int id : ids) {
      FakePage page = page(id);
      pages.remove(id);
      enqueue(queue, page::free);
    }
  }

  @Override
  public int[] allocEmb(Queue queue, int count) {
    int[] ids = ids("alloc-embed", count);
    Arrays.stream(ids).forEach(id -> embeds.put(id, new Embed()));
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
    call("copy " + source + " to " + target + ": " + count);
    FakePage from = page(source);
    FakePage to = page(target);
    enqueue(queue, () -> to.copy(from, sourceOffset, targetOffset, count));
  }

  @Override
  public void embedTxt(Queue queue, int[] tokens, int[] positions, int[] into) {
    call("embed " + model.decode(tokens) + " at " + positions[0] + " in " + Arrays.toString(into));
    assertThat(into).hasSameSizeAs(tokens).hasSameSizeAs(positions);
    for (int i = 0; i < tokens.length; i++) {
      Embed embed = embed(into[i]);
      Slot input = new Slot(tokens[i], positions[i]);
      enqueue(
          queue,
          () -> {
            embed.input = Optional.of(input);
            embed.output = Optional.empty();
          });
    }
  }

  @Override
  public void exportKvpage(Queue queue, int[] ids, String name) {
    call("export " + Arrays.toString(ids) + " as " + name);
    if (exports.containsKey(name)) {
      throw new ApiException(ErrorCode.INVALID_ARGUMENT, name + " is taken");
    }
    List<FakePage> exported = new ArrayList<>();
    exports.put(name, exported);
    for (int id : ids) {
      FakePage page = page(id);
      enqueue(queue, () -> exported.add(page.copy(0)));
    }
  }

  @Override
  public int[] importKvpage(Queue queue, String name) {
    List<FakePage> exported = exports.get(name);
    if (exported == null) {
      throw new ApiException(ErrorCode.NOT_FOUND, "nothing is exported as " + name);
    }
    int[] ids = ids("import", exported.size());
    for (int i = 0; i < ids.length; i++) {
      pages.put(ids[i], exported.get(i).copy(ids[i]));
    }
    return ids;
  }

  @Override
  public void unexportKvpage(Model of, String name) {
    call("unexport " + name);
    if (exports.remove(name) == null) {
      throw new ApiException(ErrorCode.NOT_FOUND, "nothing is exported as " + name);
    }
  }

  @Override
  public List<ExportedPages> listExports(Model of) {
    return exports.entrySet().stream()
        .map(export ->
            new ExportedPages(
                export.getKey(),
                "somebody",
                export.getValue().size(),
                export.getValue().stream().mapToInt(page -> page.tokens().size()).sum()))
        .toList();
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
    List<FakePage> read = Arrays.stream(input).mapToObj(this::page).toList();
    List<FakePage> kept = Arrays.stream(output).mapToObj(this::page).toList();
    List<Embed> in = Arrays.stream(inputEmbeds).mapToObj(this::embed).toList();
    List<Embed> out = Arrays.stream(outputEmbeds).mapToObj(this::embed).toList();
    enqueue(queue, () -> forward(read, in, kept, out));
  }

  private void forward(List<FakePage> read, List<Embed> in, List<FakePage> kept, List<Embed> out) {
    List<Slot> visible = new ArrayList<>();
    read.forEach(page -> visible.addAll(page.visible()));
    Deque<FakePage> free = new ArrayDeque<>();
    kept.forEach(page -> {
      assertThat(page.room()).as("free slots of " + page).isPositive();
      IntStream.range(0, page.room()).forEach(_ -> free.add(page));
    });
    List<Slot> fresh = in.stream().map(embed -> embed.input.orElseThrow()).toList();
    visible.addAll(fresh);
    for (Slot slot : fresh) {
      free.remove().add(slot);
    }
    assertThat(free).as("slots of pages too many").hasSizeLessThan(model.pageSize());
    for (int i = 0; i < out.size(); i++) {
      Slot own = fresh.get(fresh.size() - out.size() + i);
      int[] tokens =
          visible.stream()
              .filter(slot -> slot.position() <= own.position())
              .sorted((one, other) -> Integer.compare(one.position(), other.position()))
              .mapToInt(Slot::token)
              .toArray();
      out.get(i).output = Optional.of(model.decode(tokens));
      out.get(i).input = Optional.empty();
    }
  }

  @Override
  public void maskKvpage(Queue queue, int page, boolean[] hidden) {
    call("mask " + page + " " + FakePage.flags(hidden));
    FakePage masked = page(page);
    boolean[] flags = hidden.clone();
    enqueue(queue, () -> masked.mask(flags));
  }

  @Override
  public void truncateKvpage(Queue queue, int page, int tokens) {
    call("truncate " + page + " to " + tokens);
    FakePage truncated = page(page);
    enqueue(queue, () -> truncated.truncate(tokens));
  }

  @Override
  public FutureDistribution getNextDist(Queue queue, int embed, OptionalInt topK) {
    call("readout " + embed + " of " + topK.orElseThrow());
    Embed from = embed(embed);
    boolean fails = failing.equals("await");
    if (fails) {
      failing = "";
    }
    Answer<Distribution> answer =
        new Answer<>(
            queue,
            () -> {
              if (fails) {
                throw new ApiException(ErrorCode.OUT_OF_MEMORY, "await fails on purpose");
              }
              return next(from.output.orElseThrow());
            });
    return new FutureDistribution() {
      @Override
      public Pollable subscribe() {
        return answer.subscribe();
      }

      @Override
      public Optional<Distribution> get() {
        return answer.get();
      }

      @Override
      public Distribution await() {
        return answer.await();
      }

      @Override
      public void close() {
        answer.close();
      }
    };
  }

  private Distribution next(String saw) {
    seen.add(saw);
    int next;
    if (rule.isPresent()) {
      next = model.encode(rule.get().apply(saw))[0];
    } else {
      next = answers.isEmpty() ? FakeModel.special("</s>") : answers.remove();
    }
    return new Distribution(new int[] {next, FakeModel.special("<s>")}, new float[] {0.75f, 0.25f});
  }

  /** What a command will say. */
  private final class Answer<T> {
    private final FakeQueue queue;
    private Optional<T> value = Optional.empty();
    private boolean closed;

    Answer(Queue queue, java.util.function.Supplier<T> command) {
      this.queue = (FakeQueue) queue;
      futuresOpen++;
      enqueue(queue, () -> value = Optional.of(command.get()));
    }

    Optional<T> get() {
      assertThat(closed).as("closed future").isFalse();
      if (queue.error.isPresent()) {
        throw queue.error.get();
      }
      return value;
    }

    T await() {
      queue.run();
      return get().orElseThrow();
    }

    void close() {
      assertThat(closed).as("closed twice").isFalse();
      closed = true;
      futuresOpen--;
    }

    Pollable subscribe() {
      return new Pollable() {
        @Override
        public boolean ready() {
          return value.isPresent() || queue.error.isPresent();
        }

        @Override
        public void block() {
          queue.run();
        }

        @Override
        public void close() {}
      };
    }
  }

  /** Everything that is waited for runs, as in one pass. */
  @Override
  public int[] poll(List<Pollable> pollables) {
    call("poll " + pollables.size());
    assertThat(pollables).isNotEmpty();
    pollables.forEach(Pollable::block);
    return IntStream.range(0, pollables.size()).filter(i -> pollables.get(i).ready()).toArray();
  }

  @Override
  public IdleScope idle(Model ofModel) {
    idleScopes++;
    return () -> idleScopes--;
  }

  private FakePage page(int id) {
    FakePage page = pages.get(id);
    if (page == null) {
      throw new ApiException(ErrorCode.NOT_FOUND, "there is no page " + id);
    }
    return page;
  }

  private Embed embed(int id) {
    Embed embed = embeds.get(id);
    if (embed == null) {
      throw new ApiException(ErrorCode.NOT_FOUND, "there is no embed " + id);
    }
    return embed;
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

  /** Only its random numbers are used. */
  private io.pie4j.api.Runtime runtime() {
    Class<io.pie4j.api.Runtime> type = io.pie4j.api.Runtime.class;
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("random");
              return (long) nextId++;
            }));
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

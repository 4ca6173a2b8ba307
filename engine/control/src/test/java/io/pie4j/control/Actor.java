package io.pie4j.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.control.ControlException.Code;
import io.pie4j.control.Model.Expected;
import io.pie4j.control.Simulation.Moment;
import io.pie4j.inference.AdapterWeights;
import io.pie4j.inference.AdapterWeights.Delta;
import io.pie4j.inference.AdapterWeights.Projection;
import io.pie4j.inference.Readout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A random program of the simulation with one command queue. A strict one stays within what it owns
 * and checks every answer against its {@link Model}; a wild one also uses ids of the other queues
 * of its space, ids that do not exist, and does not care for answers.
 */
final class Actor {

  private record Future(Pending<?> pending, Expected expected, Moment enqueued) {}

  private static final int VOCABULARY = 1 << 20;
  private static final int[] SCORED = {5, 1, 5};
  private static final List<Priority> PRIORITIES = List.of(Priority.values());

  private final Simulation world;
  private final Random random;
  final AddressSpace space;
  final boolean strict;
  private final int pageSize;
  CommandQueue queue;
  Model model;
  private Optional<LoadedAdapter> adapter = Optional.empty();
  private final ArrayDeque<Future> futures = new ArrayDeque<>();
  private boolean awaiting;

  /** Ended to free memory for others. */
  private boolean terminated;

  Actor(Simulation world, AddressSpace space, boolean strict) {
    this.world = world;
    this.random = world.random;
    this.space = space;
    this.strict = strict;
    this.pageSize = world.info.pageSize();
    queue = space.createQueue();
    model = world.newModel();
  }

  boolean idle() {
    return futures.isEmpty();
  }

  /** A few calls, or a look at what it waits for. */
  void step() {
    if (awaiting || terminated) {
      look();
      return;
    }
    try {
      for (int i = random.nextInt(8); i >= 0 && !awaiting; i--) {
        call();
      }
    } catch (ControlException e) {
      terminated |= world.setup().endsPrograms() && e.code() == Code.TERMINATED;
      if (strict && !terminated) {
        throw e;
      }
    }
  }

  private void call() {
    if (model.failed() && random.nextInt(4) == 0) {
      synchronize();
      awaiting = true;
      return;
    }
    switch (random.nextInt(20)) {
      case 0 -> allocatePages();
      case 1, 2 -> allocateEmbeds();
      case 3, 4 -> embed(1 + random.nextInt(random.nextInt(4) == 0 ? 20 : 4));
      case 5, 6, 7, 8 -> forward();
      case 9, 10, 11 -> wholeStep();
      case 12, 13, 14 -> readout();
      case 15 -> mask();
      case 16 -> truncate();
      case 17 -> copy();
      case 18 -> {
        if (random.nextInt(3) == 0) {
          deallocate();
        }
      }
      default -> rest();
    }
  }

  private void allocatePages() {
    int count = random.nextInt(4);
    if (model.pages.size() + count <= world.quotas.pages() / 4) {
      for (int id : queue.allocatePages(count)) {
        model.pages.put(id, new Model.Page(pageSize));
      }
      world.called();
    }
  }

  private void allocateEmbeds() {
    int count = random.nextInt(10);
    if (model.embeds.size() + count <= world.quotas.embeds() / 4) {
      for (int id : queue.allocateEmbeds(count)) {
        model.embeds.put(id, new Model.Embed());
      }
      world.called();
    }
  }

  /** What most programs do most of the time. */
  private void wholeStep() {
    int[] inputs = embed(1 + random.nextInt(random.nextInt(3) == 0 ? 20 : 2));
    if (inputs.length > 0) {
      forward(inputs, new int[] {inputs[inputs.length - 1]});
      readout(inputs[inputs.length - 1]);
    }
  }

  private int[] embed(int count) {
    int[] ids = some(new ArrayList<>(model.embeds.keySet()), count);
    int[] tokens = random.ints(ids.length, 0, VOCABULARY).toArray();
    int[] positions = new int[ids.length];
    int at = random.nextInt(50);
    for (int i = 0; i < ids.length; i++) {
      positions[i] = at;
      at += random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(2);
    }
    queue.embedText(tokens, positions, stray(ids));
    model.embed(tokens, positions, ids);
    world.called();
    return ids;
  }

  private void forward() {
    List<Integer> written = new ArrayList<>(model.embeds.keySet());
    if (random.nextInt(80) != 0) {
      written.removeIf(id -> !Optional.ofNullable(model.embeds.get(id)).orElseThrow().written);
    }
    int most = random.nextInt(4) == 0 ? Simulation.MOST_TOKENS : 3;
    int[] inputs = some(written, 1 + random.nextInt(most));
    if (inputs.length == 0) {
      return;
    }
    if (random.nextInt(3) != 0) {
      inputs = byPosition(inputs);
    }
    forward(inputs, outputs(inputs));
  }

  private void forward(int[] inputs, int[] outputs) {
    List<Integer> pages = new ArrayList<>(model.pages.keySet());
    int[] context = some(pages, random.nextInt(6));
    if (context.length > 0 && random.nextInt(6) == 0) {
      context[random.nextInt(context.length)] = context[0];
    }
    int[] wanted = keptPages(pages, inputs.length);
    int[] kept = wanted.length * pageSize < inputs.length ? new int[0] : wanted;
    if (kept.length == 0 && inputs.length > world.info.maxTokensPerPass()) {
      return;
    }
    if (random.nextInt(8) == 0 && inputs.length <= world.info.maxTokensPerPass()) {
      int columns = model.context(context) + inputs.length;
      int[][] mask = mask(inputs.length, random.nextInt(60) == 0 ? columns - 1 : columns);
      adapter.ifPresentOrElse(
          a -> queue.forward(a, context, inputs, kept, outputs, mask),
          () -> queue.forward(context, inputs, kept, outputs, mask));
      model.forward(context, inputs, kept, outputs, Optional.of(mask), adds());
    } else {
      int[] seen = stray(context);
      adapter.ifPresentOrElse(
          a -> queue.forward(a, seen, inputs, kept, outputs),
          () -> queue.forward(seen, inputs, kept, outputs));
      model.forward(context, inputs, kept, outputs, Optional.empty(), adds());
    }
    world.called();
  }

  private long adds() {
    return adapter.map(a -> Long.parseLong(a.name())).orElse(0L);
  }

  /** Another adapter, or none; commands that name the one before may still wait. */
  private void changeAdapter() {
    adapter.ifPresent(LoadedAdapter::close);
    adapter = Optional.empty();
    int name = random.nextInt(4);
    if (name > 0) {
      Delta delta = new Delta(0, Projection.QUERY, 1, 1, 1, new float[1], new float[1], name);
      try {
        adapter =
            Optional.of(
                space.loadAdapter("" + name, () -> new AdapterWeights("" + name, List.of(delta))));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private int[] keptPages(List<Integer> pages, int tokens) {
    List<Integer> kept = new ArrayList<>();
    int room = 0;
    Collections.shuffle(pages, random);
    for (int id : pages) {
      int free = Optional.ofNullable(model.pages.get(id)).orElseThrow().free();
      if (room < tokens && (free > 0 || random.nextInt(4) == 0)) {
        kept.add(id);
        room += free;
      }
    }
    boolean enough = room >= tokens || random.nextInt(80) == 0;
    return enough && random.nextInt(8) != 0 ? ints(kept) : new int[0];
  }

  /** The last inputs in place, or other embeds, or (if it fits a pass) inputs in any order. */
  private int[] outputs(int[] inputs) {
    int count = random.nextInt(Math.min(3, inputs.length) + 1);
    int[] outputs = new int[count];
    System.arraycopy(inputs, inputs.length - count, outputs, 0, count);
    boolean anywhere = inputs.length <= world.info.maxTokensPerPass();
    if (anywhere && random.nextBoolean()) {
      outputs = some(new ArrayList<>(model.embeds.keySet()), count);
    }
    return outputs;
  }

  private int[][] mask(int rows, int columns) {
    int[][] mask = new int[rows][];
    for (int i = 0; i < rows; i++) {
      int hidden = random.nextInt(columns + 1);
      int visible = random.nextInt(columns - hidden + 1);
      mask[i] = new int[] {hidden, visible, columns - hidden - visible};
    }
    return mask;
  }

  private void readout() {
    List<Integer> outputs = new ArrayList<>(model.embeds.keySet());
    if (random.nextInt(80) != 0) {
      outputs.removeIf(id -> !Optional.ofNullable(model.embeds.get(id)).orElseThrow().output);
    }
    int[] one = some(outputs, 1);
    if (one.length > 0) {
      readout(one[0]);
    }
  }

  private void readout(int id) {
    Pending<?> pending =
        switch (random.nextInt(8)) {
          case 0 -> queue.allProbabilities(id);
          case 1 -> queue.score(id, SCORED);
          case 2, 3, 4 -> queue.sample(id, new Sampling(1, 0, 1, 0, 1));
          default -> queue.nextDistribution(id, 3);
        };
    expect(pending, model.readout(id));
    awaiting = random.nextInt(3) != 0;
  }

  private void mask() {
    for (int id : some(new ArrayList<>(model.pages.keySet()), 1)) {
      boolean[] hidden = new boolean[pageSize];
      for (int i = 0; i < pageSize; i++) {
        hidden[i] = random.nextInt(4) == 0;
      }
      queue.maskPage(id, hidden);
      model.mask(id, hidden);
      world.called();
    }
  }

  private void truncate() {
    for (int id : some(new ArrayList<>(model.pages.keySet()), 1)) {
      int tokens = random.nextInt(pageSize + 1);
      queue.truncatePage(id, tokens);
      model.truncate(id, tokens);
      world.called();
    }
  }

  private void copy() {
    int[] two = some(new ArrayList<>(model.pages.keySet()), 2);
    if (two.length == 2) {
      Model.Page source = Optional.ofNullable(model.pages.get(two[0])).orElseThrow();
      int held = Integer.numberOfTrailingZeros(~source.written);
      int count = Math.min(pageSize, random.nextInt(held + 1) + random.nextInt(60) / 59);
      int from = random.nextInt(Math.max(held, count) - count + 1);
      int to = random.nextInt(pageSize - count + 1);
      queue.copyPage(two[0], two[1], from, to, count);
      model.copy(two[0], two[1], from, to, count);
      world.called();
    }
  }

  private void deallocate() {
    if (random.nextBoolean()) {
      int[] ids = some(new ArrayList<>(model.pages.keySet()), random.nextInt(4));
      queue.deallocatePages(ids);
      for (int id : ids) {
        model.pages.remove(id);
      }
    } else {
      int[] ids = some(new ArrayList<>(model.embeds.keySet()), random.nextInt(8));
      queue.deallocateEmbeds(ids);
      for (int id : ids) {
        model.embeds.remove(id);
      }
    }
    world.called();
  }

  private void rest() {
    switch (random.nextInt(6)) {
      case 0 -> queue.setPriority(PRIORITIES.get(random.nextInt(3)));
      case 2 -> {
        if (random.nextInt(4) == 0) {
          changeAdapter();
        }
      }
      case 1 -> {
        synchronize();
        awaiting = true;
      }
      default -> awaiting = !futures.isEmpty();
    }
  }

  void synchronize() {
    expect(queue.synchronize(), model.synchronizeAnswer());
  }

  private void expect(Pending<?> pending, Expected expected) {
    world.called();
    futures.add(new Future(pending, expected, world.now()));
  }

  /** Takes what is ready, in the order of the queue. */
  void look() {
    for (Future f = futures.peek(); f != null && f.pending.isReady(); f = futures.peek()) {
      futures.remove();
      take(f);
    }
    for (Future f : futures) {
      if (strict && f.pending.isReady()) {
        throw new AssertionError("an answer came before an earlier one of its queue");
      }
    }
    awaiting = !futures.isEmpty();
  }

  private void take(Future f) {
    try {
      Object value = f.pending.poll().orElseThrow();
      if (strict) {
        assertThat(f.expected.failure()).as("should have failed").isNull();
        check(value, f.expected.content());
        world.valuesChecked += value == Done.DONE ? 0 : 1;
        if (!world.setup().scarce()) {
          assertThat((long) world.driver.passes - f.enqueued.passes())
              .as("passes waited")
              .isLessThanOrEqualTo(world.passesAtMost(f.enqueued));
        }
      }
    } catch (ControlException e) {
      if (world.setup().endsPrograms() && e.code() == Code.TERMINATED) {
        terminated = true;
      } else if (strict) {
        assertThat(e.code()).as(e.getMessage()).isEqualTo(f.expected.failure());
        world.failuresChecked++;
      } else {
        assertThat(e.code())
            .as(e.getMessage())
            .isIn(
                Code.INVALID_ARGUMENT,
                Code.NOT_FOUND,
                Code.OUT_OF_MEMORY,
                Code.TERMINATED,
                world.failing ? Code.INTERNAL : Code.NOT_FOUND);
      }
      model.seen(f.expected);
    }
  }

  private static void check(Object value, long content) {
    switch (value) {
      case Readout.Result.Distribution d ->
          assertThat(d.ids()).isEqualTo(CheckedDriver.tokens(content, 3));
      case Readout.Result.Token t ->
          assertThat(t.id()).isEqualTo(CheckedDriver.tokens(content, 1)[0]);
      case Readout.Result.Probabilities p ->
          assertThat(p.values()).isEqualTo(CheckedDriver.probabilities(content));
      case Readout.Result.Scores s ->
          assertThat(s.logProbabilities()).isEqualTo(CheckedDriver.scores(content, SCORED));
      default -> assertThat(value).isEqualTo(Done.DONE);
    }
  }

  /** After the end of its space: whatever was not answered says so. */
  void ended() {
    for (Future f : futures) {
      assertThat(f.pending.isReady()).as("answered after the end").isTrue();
      try {
        f.pending.poll();
      } catch (ControlException e) {
        assertThat(e.code()).isIn((Object[]) Code.values());
      }
    }
    futures.clear();
  }

  private int[] byPosition(int[] ids) {
    List<Integer> sorted = new ArrayList<>();
    for (int id : ids) {
      sorted.add(id);
    }
    sorted.sort((a, b) ->
        Integer.compare(
            Optional.ofNullable(model.embeds.get(a)).orElseThrow().position,
            Optional.ofNullable(model.embeds.get(b)).orElseThrow().position));
    return ints(sorted);
  }

  private int[] some(List<Integer> ids, int count) {
    Collections.shuffle(ids, random);
    return ints(ids.subList(0, Math.min(count, ids.size())));
  }

  /** Now and then a wild one errs. */
  private int[] stray(int[] ids) {
    if (!strict && ids.length > 0 && random.nextInt(10) == 0) {
      int[] strayed = ids.clone();
      strayed[random.nextInt(ids.length)] = random.nextInt(60) - 5;
      return strayed;
    }
    return ids;
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }
}

package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.control.AddressSpace;
import io.pie4j.control.CommandQueue;
import io.pie4j.control.Controller;
import io.pie4j.control.Pending;
import io.pie4j.control.Quotas;
import io.pie4j.inference.Readout;
import io.pie4j.inference.cpu.DenseTransformer;
import io.pie4j.inference.cpu.DenseTransformer.Embedded;
import io.pie4j.inference.cpu.DenseTransformer.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One program that does with pages, masks, positions and queues whatever is allowed, and a second
 * account of what should come of it: lists of tokens, and the {@link DenseTransformer}.
 */
final class RandomUse {
  private static final int STEPS = 14;
  private static final int PAGES = 7;
  private static final int EMBEDS = 64;
  private static final int QUEUES = 3;
  private static final int POSITIONS = 90;

  /** Singles against doubles. */
  private static final double MOST = 2e-5;

  private final DenseTransformer dense;
  private final Controller controller;
  private final long seed;
  private final Random random;
  private final int pageSize;
  private final List<CommandQueue> queues = new ArrayList<>();
  private final List<Page> pages = new ArrayList<>();
  private final Embed[] embeds = new Embed[EMBEDS];
  private final List<Expected> expected = new ArrayList<>();
  private double largest;
  private int compared;
  private int step;

  /** A page as the program should see it. */
  private static final class Page {
    final int id;
    final @Nullable Token[] slots;
    final boolean[] hidden;
    int queue;

    Page(int id, int size, int queue) {
      this.id = id;
      this.slots = new Token[size];
      this.hidden = new boolean[size];
      this.queue = queue;
    }

    int free() {
      return (int) Arrays.stream(slots).filter(slot -> slot == null).count();
    }

    void put(int slot, Token token) {
      slots[slot] = token;
      hidden[slot] = false;
    }
  }

  private static final class Embed {
    final int id;
    @Nullable Embedded content;
    int queue;

    Embed(int id, int queue) {
      this.id = id;
      this.queue = queue;
    }
  }

  private record Expected(
      String what, double[] probabilities, Pending<Readout.Result.Probabilities> answer) {}

  RandomUse(DenseTransformer dense, Controller controller, long seed) {
    this.dense = dense;
    this.controller = controller;
    this.seed = seed;
    this.random = new Random(seed);
    this.pageSize = controller.info().pageSize();
  }

  /** The largest difference between a probability and what it should be. */
  double largestDifference() {
    return largest;
  }

  /** Distributions that were compared. */
  int compared() {
    return compared;
  }

  void run() throws InterruptedException {
    try (AddressSpace space = controller.open("seed " + seed, user(), Quotas.defaults())) {
      for (int q = 0; q < QUEUES; q++) {
        queues.add(space.createQueue());
      }
      for (int id : queues.getFirst().allocatePages(PAGES)) {
        pages.add(new Page(id, pageSize, 0));
      }
      int[] ids = queues.getFirst().allocateEmbeds(EMBEDS);
      Arrays.setAll(embeds, i -> new Embed(ids[i], 0));
      for (step = 0; step < STEPS; step++) {
        int q = random.nextInt(QUEUES);
        switch (random.nextInt(10)) {
          case 0 -> mask(q);
          case 1 -> truncate(q);
          case 2, 3 -> copy(q);
          case 4 -> renew(q);
          case 5 -> shareByName(q);
          default -> forward(q);
        }
      }
      for (Expected each : expected) {
        compare(each);
      }
    }
  }

  private void compare(Expected each) throws InterruptedException {
    float[] found = each.answer.await().values();
    assertThat(found).as(each.what).hasSize(each.probabilities.length);
    for (int i = 0; i < found.length; i++) {
      double difference = Math.abs(found[i] - each.probabilities[i]);
      if (!(difference <= MOST)) {
        throw new AssertionError(
            "%s: token %d has the probability %s, should have %s"
                .formatted(each.what, i, found[i], each.probabilities[i]));
      }
      largest = Math.max(largest, difference);
    }
    compared++;
  }

  /** New tokens with any positions, over any pages in any order, kept or not. */
  private void forward(int q) throws InterruptedException {
    int count = 1 + random.nextInt(random.nextInt(4) == 0 ? 3 * pageSize : 5);
    List<Embed> inputs = some(embeds, Math.min(count, EMBEDS));
    List<Page> context = new ArrayList<>();
    for (int n = random.nextInt(PAGES + 2); n > 0; n--) {
      context.add(pages.get(random.nextInt(pages.size())));
    }
    List<Page> kept = random.nextInt(4) == 0 ? List.of() : roomFor(inputs.size());
    for (Page page : context) {
      take(page, q);
    }
    for (Page page : kept) {
      take(page, q);
    }
    for (Embed embed : inputs) {
      take(embed, q);
    }
    embed(q, inputs);

    List<Token> all = visible(context);
    int before = all.size();
    Optional<boolean[][]> mask =
        random.nextInt(4) == 0
            ? Optional.of(randomRows(inputs.size(), before + inputs.size()))
            : Optional.empty();
    Embedded[] results =
        dense.run(all, inputs.stream().map(RandomUse::content).toArray(Embedded[]::new), mask);
    keep(kept, all.subList(before, all.size()));

    List<Embed> outputs = outputs(q, inputs);
    int[] contextIds = context.stream().mapToInt(p -> p.id).toArray();
    int[] keptIds = kept.stream().mapToInt(p -> p.id).toArray();
    if (mask.isPresent()) {
      int[][] runs = Arrays.stream(mask.get()).map(RandomUse::runs).toArray(int[][]::new);
      queue(q).forward(contextIds, ids(inputs), keptIds, ids(outputs), runs);
    } else {
      queue(q).forward(contextIds, ids(inputs), keptIds, ids(outputs));
    }
    int first = inputs.size() - outputs.size();
    for (int i = 0; i < outputs.size(); i++) {
      Embed output = outputs.get(i);
      output.content = results[first + i];
      if (i == outputs.size() - 1 || random.nextInt(4) == 0) {
        expected.add(
            new Expected(
                "seed %d, step %d, output %d of %d, %s, %d pages of %d tokens, kept in %d"
                    .formatted(
                        seed,
                        step,
                        i,
                        outputs.size(),
                        mask.isPresent() ? "masked" : "by position",
                        context.size(),
                        before,
                        kept.size()),
                dense.probabilities(results[first + i]),
                queue(q).allProbabilities(output.id)));
      }
    }
  }

  /** Embeds anew most of the inputs; what others hold, an output perhaps, is run again. */
  private void embed(int q, List<Embed> inputs) {
    boolean ordered = random.nextBoolean();
    int position = random.nextInt(POSITIONS / 2);
    List<Embed> written = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    for (Embed input : inputs) {
      position = ordered ? position + 1 : random.nextInt(POSITIONS);
      if (input.content == null || random.nextInt(12) != 0) {
        written.add(input);
        positions.add(position);
      }
    }
    int vocabulary = controller.info().vocabularySize();
    int[] tokens = random.ints(written.size(), 0, vocabulary).toArray();
    for (int i = 0; i < tokens.length; i++) {
      written.get(i).content = dense.embed(tokens[i], positions.get(i));
    }
    queue(q).embedText(tokens, positions.stream().mapToInt(p -> p).toArray(), ids(written));
  }

  /** The last inputs, in any order, or others. */
  private List<Embed> outputs(int q, List<Embed> inputs) throws InterruptedException {
    int count = 1 + random.nextInt(inputs.size());
    List<Embed> outputs = random.nextBoolean() ? some(embeds, count) : shuffled(inputs, count);
    for (Embed output : outputs) {
      take(output, q);
    }
    return outputs;
  }

  private void mask(int q) throws InterruptedException {
    Page page = anyPage(q);
    boolean[] flags = new boolean[pageSize];
    for (int i = 0; i < pageSize; i++) {
      flags[i] = random.nextInt(3) == 0;
      page.hidden[i] = flags[i] && page.slots[i] != null;
    }
    queue(q).maskPage(page.id, flags);
  }

  private void truncate(int q) throws InterruptedException {
    Page page = anyPage(q);
    int tokens = random.nextInt(pageSize + 1);
    for (int i = tokens; i < pageSize; i++) {
      page.slots[i] = null;
      page.hidden[i] = false;
    }
    queue(q).truncatePage(page.id, tokens);
  }

  /** Some tokens to another place of another page, or of the same. */
  private void copy(int q) throws InterruptedException {
    Page source = anyPage(q);
    Page target = anyPage(q);
    int count = 1 + random.nextInt(pageSize / 2);
    int from = random.nextInt(pageSize - count + 1);
    int to = random.nextInt(pageSize - count + 1);
    boolean there = IntStream.range(from, from + count).allMatch(i -> source.slots[i] != null);
    if (!there || (source == target && Math.abs(from - to) < count)) {
      return;
    }
    for (int i = 0; i < count; i++) {
      target.put(to + i, token(source, from + i));
    }
    queue(q).copyPage(source.id, target.id, from, to, count);
  }

  /** Gives a page back and takes an empty one. */
  private void renew(int q) throws InterruptedException {
    Page page = anyPage(q);
    pages.remove(page);
    queue(q).deallocatePages(new int[] {page.id});
    pages.add(new Page(queue(q).allocatePages(1)[0], pageSize, q));
  }

  /** Exports pages and imports them again beside the originals, masks left behind. */
  private void shareByName(int q) throws InterruptedException {
    List<Page> shared = shuffled(pages, 1 + random.nextInt(3));
    for (Page page : shared) {
      take(page, q);
    }
    String name = "seed-%d-step-%d".formatted(seed, step);
    queue(q).exportPages(shared.stream().mapToInt(p -> p.id).toArray(), name);
    queue(q).synchronize().await();
    int[] ids = queue(q).importPages(name);
    for (int i = 0; i < ids.length; i++) {
      Page copy = new Page(ids[i], pageSize, q);
      System.arraycopy(shared.get(i).slots, 0, copy.slots, 0, pageSize);
      pages.add(copy);
    }
    controller.unexport(name, user());
    while (pages.size() > PAGES) {
      Page surplus = anyPage(q);
      pages.remove(surplus);
      queue(q).deallocatePages(new int[] {surplus.id});
    }
  }

  private String user() {
    return "seed " + seed;
  }

  // ---- the second account

  private static List<Token> visible(List<Page> context) {
    List<Token> all = new ArrayList<>();
    for (Page page : context) {
      for (int i = 0; i < page.slots.length; i++) {
        Token token = page.slots[i];
        if (token != null && !page.hidden[i]) {
          all.add(token);
        }
      }
    }
    return all;
  }

  private static void keep(List<Page> kept, List<Token> tokens) {
    int next = 0;
    for (Page page : kept) {
      for (int i = 0; i < page.slots.length && next < tokens.size(); i++) {
        if (page.slots[i] == null) {
          page.put(i, tokens.get(next++));
        }
      }
    }
  }

  private static Embedded content(Embed embed) {
    Embedded content = embed.content;
    if (content == null) {
      throw new AssertionError("embed " + embed.id + " is empty");
    }
    return content;
  }

  private static Token token(Page page, int slot) {
    Token token = page.slots[slot];
    if (token == null) {
      throw new AssertionError("slot " + slot + " is empty");
    }
    return token;
  }

  // ---- choices

  private CommandQueue queue(int q) {
    return queues.get(q);
  }

  /** Between queues there is no order but what synchronize makes. */
  private void take(Page page, int q) throws InterruptedException {
    if (page.queue != q) {
      queue(page.queue).synchronize().await();
      page.queue = q;
    }
  }

  private void take(Embed embed, int q) throws InterruptedException {
    if (embed.queue != q) {
      queue(embed.queue).synchronize().await();
      embed.queue = q;
    }
  }

  private Page anyPage(int q) throws InterruptedException {
    Page page = pages.get(random.nextInt(pages.size()));
    take(page, q);
    return page;
  }

  /** Distinct pages with free slots for so many tokens; none if there are too few. */
  private List<Page> roomFor(int tokens) {
    List<Page> chosen = new ArrayList<>();
    int room = 0;
    for (Page page : shuffled(pages, pages.size())) {
      if (room < tokens) {
        chosen.add(page);
        room += page.free();
      }
    }
    return room < tokens ? List.of() : chosen;
  }

  private List<Embed> some(Embed[] from, int count) {
    return shuffled(Arrays.asList(from), count);
  }

  private <T> List<T> shuffled(List<T> from, int count) {
    List<T> all = new ArrayList<>(from);
    Collections.shuffle(all, random);
    return List.copyOf(all.subList(0, Math.min(count, all.size())));
  }

  private boolean[][] randomRows(int rows, int columns) {
    boolean[][] bits = new boolean[rows][columns];
    for (boolean[] row : bits) {
      boolean value = random.nextBoolean();
      for (int i = 0; i < columns; i++) {
        value ^= random.nextInt(3) == 0;
        row[i] = value;
      }
    }
    return bits;
  }

  private static int[] runs(boolean[] row) {
    List<Integer> runs = new ArrayList<>();
    boolean value = false;
    int length = 0;
    for (boolean bit : row) {
      if (bit != value) {
        runs.add(length);
        length = 0;
        value = bit;
      }
      length++;
    }
    runs.add(length);
    return runs.stream().mapToInt(i -> i).toArray();
  }

  private static int[] ids(List<Embed> embeds) {
    return embeds.stream().mapToInt(e -> e.id).toArray();
  }
}

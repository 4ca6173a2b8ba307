package io.pie4j.bench;

import io.pie4j.inference.CopySlots;
import io.pie4j.inference.Driver;
import io.pie4j.inference.EmbedText;
import io.pie4j.inference.Forward;
import io.pie4j.inference.Pass;
import io.pie4j.inference.Readout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A driver by itself, fed with the passes that the control layer would make: nothing is scheduled,
 * no program runs.
 *
 * <p>Contexts of decode steps are not computed: the first tokens are, and their keys and values are
 * copied to where the others would be. What is there does not change how long it takes to read it.
 */
final class BareEngine {
  private static final int COMPUTED_MAX = 512;
  private static final int COPIED_MAX = 1 << 14;

  private final Driver driver;
  private final int pageSize;
  private final int[] next;

  /** Pages of a sequence's context, and of what it generates. */
  private int contextPages;

  private int tailPages;
  private int contextTokens;
  private boolean shared;
  private int sequences;

  BareEngine(Driver driver, int sequencesMax) {
    this.driver = driver;
    pageSize = driver.info().pageSize();
    next = new int[sequencesMax];
  }

  /** Why this cannot be measured, if so. */
  Optional<String> refusal(Workload workload) {
    long pages = workload.slots() / pageSize + 2L * workload.sequences();
    return pages <= driver.info().pageCount()
        ? Optional.empty()
        : Optional.of(
            "%,d pages of %d tokens are needed, %,d fit the memory for keys and values"
                .formatted(pages, pageSize, driver.info().pageCount()));
  }

  /** Lays the sequences out; they have no context yet. */
  private void layOut(int count, int context, boolean share, int tokens) {
    sequences = count;
    contextTokens = context;
    contextPages = (context + pageSize - 1) / pageSize;
    tailPages = (tokens + pageSize - 1) / pageSize;
    shared = share;
  }

  /** Gives sequences a context, for {@link #seconds} of decode steps of up to as many. */
  void prepare(Workload.Decode most) {
    layOut(most.sequences(), most.context(), most.shared(), most.steps());
    int computed = Math.min(contextTokens, COMPUTED_MAX);
    if (computed > 0) {
      prompt(0, computed);
    }
    int[] from = new int[COPIED_MAX];
    int[] to = new int[COPIED_MAX];
    int count = 0;
    for (int s = 0; s < (shared ? 1 : sequences); s++) {
      for (int i = s == 0 ? computed : 0; i < contextTokens; i++) {
        from[count] = slot(0, i % computed);
        to[count++] = slot(s, i);
        if (count == COPIED_MAX) {
          copy(from, to, count);
          count = 0;
        }
      }
    }
    copy(from, to, count);
  }

  private void copy(int[] from, int[] to, int count) {
    if (count > 0) {
      CopySlots copy = new CopySlots(Arrays.copyOf(from, count), Arrays.copyOf(to, count));
      run(new Pass(List.of(copy), List.of(), List.of(), List.of()));
    }
  }

  /** How long it takes. */
  double seconds(Workload workload) {
    switch (workload) {
      case Workload.Prefill prefill -> layOut(1, prefill.tokens(), false, 0);
      case Workload.Finish finish ->
          layOut(finish.sequences(), finish.prompt(), finish.forked(), finish.tokens());
      case Workload.Decode _ -> {}
    }
    long started = System.nanoTime();
    switch (workload) {
      case Workload.Prefill prefill -> prompt(0, prefill.tokens());
      case Workload.Decode decode -> steps(decode.sequences(), decode.steps());
      case Workload.Finish finish -> {
        for (int s = 0; s < (finish.forked() ? 1 : finish.sequences()); s++) {
          prompt(s, finish.prompt());
        }
        steps(finish.sequences(), finish.tokens());
      }
    }
    return (System.nanoTime() - started) / 1e9;
  }

  // ---- passes

  /** Computes the first tokens of a sequence's context, as many a pass as the driver takes. */
  private void prompt(int sequence, int tokens) {
    int most = Math.min(driver.info().maxTokensPerPass(), driver.info().embedCount());
    for (int first = 0; first < tokens; first += most) {
      int count = Math.min(most, tokens - first);
      int[] ids = new int[count];
      int[] positions = new int[count];
      int[] embeds = new int[count];
      int[] slots = new int[count];
      for (int i = 0; i < count; i++) {
        ids[i] = token(sequence, first + i);
        positions[i] = first + i;
        embeds[i] = i;
        slots[i] = slot(sequence, first + i);
      }
      boolean last = first + count == tokens;
      int[] output = last ? new int[] {count - 1} : new int[0];
      Forward forward =
          new Forward(
              pages(sequence, first), visible(first), embeds, slots, output, Optional.empty());
      List<Readout> readouts = last ? List.of(greedy(count - 1)) : List.of();
      List<Readout.Result> results =
          run(
              new Pass(
                  List.of(),
                  List.of(new EmbedText(ids, positions, embeds)),
                  List.of(forward),
                  readouts));
      if (last) {
        next[sequence] = ((Readout.Result.Token) results.getFirst()).id();
      }
    }
  }

  private void steps(int count, int steps) {
    for (int step = 0; step < steps; step++) {
      int position = contextTokens + step;
      List<EmbedText> embeds = new ArrayList<>(count);
      List<Forward> forwards = new ArrayList<>(count);
      List<Readout> readouts = new ArrayList<>(count);
      for (int s = 0; s < count; s++) {
        int[] embed = {s};
        int[] token = {next[s]};
        embeds.add(new EmbedText(token, new int[] {position}, embed));
        forwards.add(
            new Forward(
                pages(s, position),
                visible(position),
                embed,
                new int[] {slot(s, position)},
                embed,
                Optional.empty()));
        readouts.add(greedy(s));
      }
      List<Readout.Result> results = run(new Pass(List.of(), embeds, forwards, readouts));
      for (int s = 0; s < count; s++) {
        next[s] = ((Readout.Result.Token) results.get(s)).id();
      }
    }
  }

  private List<Readout.Result> run(Pass pass) {
    return driver.execute(pass).join().readouts();
  }

  private static Readout greedy(int embed) {
    return new Readout.Draw(embed, 0, 0, 1, 0, 0, Optional.empty());
  }

  // ---- where things are

  /** Those that hold the first {@code tokens} of a sequence. */
  private int[] pages(int sequence, int tokens) {
    int[] pages = new int[places(tokens)];
    for (int i = 0; i < pages.length; i++) {
      pages[i] = page(sequence, i);
    }
    return pages;
  }

  private int[] visible(int tokens) {
    int[] visible = new int[places(tokens)];
    for (int i = 0; i < visible.length; i++) {
      int here =
          i < contextPages
              ? Math.min(tokens, contextTokens) - i * pageSize
              : tokens - contextTokens - (i - contextPages) * pageSize;
      visible[i] = (int) ((1L << Math.min(pageSize, here)) - 1);
    }
    return visible;
  }

  private int places(int tokens) {
    return tokens <= contextTokens
        ? (tokens + pageSize - 1) / pageSize
        : contextPages + (tokens - contextTokens + pageSize - 1) / pageSize;
  }

  private int slot(int sequence, int position) {
    int offset = position < contextTokens ? position : position - contextTokens;
    int place = (position < contextTokens ? 0 : contextPages) + offset / pageSize;
    return page(sequence, place) * pageSize + offset % pageSize;
  }

  private int page(int sequence, int place) {
    int copies = shared ? 1 : sequences;
    return place < contextPages
        ? (shared ? 0 : sequence) * contextPages + place
        : copies * contextPages + sequence * tailPages + place - contextPages;
  }

  private int token(int sequence, int position) {
    int hash = (sequence * 31 + position) * 0x9E3779B1;
    return Integer.remainderUnsigned(hash ^ (hash >>> 15), driver.info().vocabularySize());
  }
}

package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Contexts do anything in any order, and each sees what a list of tokens says that it should. The
 * seed names the run.
 */
final class ContextPropertyTest {
  private final FakeModel model = FakeEngine.plain(4);
  private final FakeEngine engine = new FakeEngine(model);
  private char next = 'A';

  /** A context, and what should be in it. */
  private static final class Pair {
    final Context context;
    final List<Entry> expected;

    Pair(Context context, List<Entry> expected) {
      this.context = context;
      this.expected = expected;
    }
  }

  /** Hidden tokens stay hidden, as they may have been dropped. */
  private static final class Entry {
    final char token;
    final int position;
    boolean hidden;

    Entry(char token, int position, boolean hidden) {
      this.token = token;
      this.position = position;
      this.hidden = hidden;
    }

    Entry copy() {
      return new Entry(token, position, hidden);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void seesWhatItShould(long seed) {
    Random random = new Random(seed);
    List<Pair> all = new ArrayList<>();
    all.add(new Pair(Context.create(engine.api(), model), new ArrayList<>()));
    for (int i = 0; i < 600; i++) {
      Pair one = all.get(random.nextInt(all.size()));
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> fill(one, random.nextInt(7));
        case 4 -> one.context.flush();
        case 5 -> {
          if (all.size() < 6) {
            List<Entry> copy = one.expected.stream().map(Entry::copy).toList();
            all.add(new Pair(one.context.fork(), new ArrayList<>(copy)));
          }
        }
        case 6 -> rewind(one, random);
        case 7 -> mask(one, random);
        case 8 -> one.context.dropMaskedKvPages();
        case 9 -> {
          if (all.size() > 1) {
            all.remove(one);
            one.context.close();
          }
        }
        case 10 -> reopen(one, random, i);
        default -> look(one, seed, i);
      }
    }
    for (Pair pair : all) {
      look(pair, seed, -1);
      pair.context.close();
    }
    engine.assertNothingHeld();
  }

  private void fill(Pair one, int count) {
    StringBuilder text = new StringBuilder();
    int position = one.context.position();
    for (int i = 0; i < count; i++) {
      text.append(next);
      one.expected.add(new Entry(next, position + i, false));
      next++;
    }
    one.context.fill(text.toString());
  }

  private void rewind(Pair one, Random random) {
    int size = one.expected.size();
    int kept = size == 0 ? 0 : Math.max(0, size - random.nextInt(Math.min(size, 9) + 1));
    if (kept > 0 && one.expected.get(kept - 1).hidden) {
      return; // the last token would be computed again
    }
    one.context.rewind(kept);
    one.expected.subList(kept, size).clear();
  }

  private void mask(Pair one, Random random) {
    int size = one.expected.size();
    if (size < 2) {
      return;
    }
    one.context.flush();
    int from = random.nextInt(size - 1);
    int to = Math.min(size - 1, from + random.nextInt(12));
    // Pages may be given back at any time, and then nothing shows them again.
    one.context.maskTokenRange(from, to, true);
    one.expected.subList(from, to).forEach(entry -> entry.hidden = true);
  }

  private void reopen(Pair one, Random random, int round) {
    if (one.expected.stream().allMatch(entry -> entry.hidden)) {
      return;
    }
    String name = "saved" + random.nextInt(3);
    one.context.save(name);
    try (Context opened = Context.open(engine.api(), model, name).orElseThrow()) {
      engine.seen();
      opened.fill("!");
      opened.decodeStepDist(1);
      assertThat(engine.seen()).as("round " + round).containsExactly(seen(one.expected) + "!");
      assertThat(opened.tokensComputed()).isOne();
    }
  }

  private void look(Pair one, long seed, int round) {
    fill(one, 1); // what is computed already keeps having seen what is hidden now
    engine.seen();
    one.context.decodeStepDist(1);
    assertThat(engine.seen())
        .as("seed %s, round %s", seed, round)
        .containsExactly(seen(one.expected));
    assertThat(one.context.size()).isEqualTo(one.expected.size());
  }

  private static String seen(List<Entry> entries) {
    StringBuilder text = new StringBuilder();
    entries.stream()
        .filter(entry -> !entry.hidden)
        .sorted(Comparator.comparingInt(entry -> entry.position))
        .forEach(entry -> text.append(entry.token));
    return text.toString();
  }
}

package io.pie4j.inference.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.inference.AttentionMask;
import io.pie4j.inference.CopySlots;
import io.pie4j.inference.EmbedText;
import io.pie4j.inference.Forward;
import io.pie4j.inference.Pass;
import io.pie4j.model.ModelConfig;
import io.pie4j.model.Rope;
import io.pie4j.model.TensorType;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random programs over a few pages, against the textbook's attention over plain lists: pages in any
 * order and several times, parts of pages, positions in any order, masks, windows, copies, several
 * forwards in a pass.
 */
class AttentionTest {
  private static final int PAGES = 6;

  @ParameterizedTest
  @CsvSource({
    "1, 8, false, VECTOR, F32",
    "2, 16, false, VECTOR, F32",
    "3, 16, true, VECTOR, F32",
    "4, 21, true, VECTOR, F32",
    "5, 32, false, VECTOR, F32",
    "6, 32, true, SCALAR, F32",
    "7, 8, true, VECTOR, F16",
    "8, 16, false, SCALAR, F16",
    "9, 16, false, VECTOR, BF16",
    "10, 32, true, VECTOR, BF16",
    "11, 16, true, VECTOR, Q8",
    "12, 21, false, SCALAR, Q8",
    "13, 16, true, FASTEST, F32",
    "14, 8, false, FASTEST, Q8",
  })
  void randomProgramsSeeWhatTheyShould(
      long seed, int pageSize, boolean window, KernelTier tier, KvFormat format) {
    Rope rope = new Rope(1000f, Rope.Layout.HALVES, new Rope.None());
    OptionalInt windowTokens = window ? OptionalInt.of(40) : OptionalInt.empty();
    ModelConfig config =
        RandomModel.with(RandomModel.odd(), rope, windowTokens, false, false, false);
    try (Arena arena = Arena.ofShared()) {
      RandomModel model = RandomModel.of(config, TensorType.F32, seed, arena);
      CpuSettings settings =
          CpuDriverTest.settings().withPageSize(pageSize).withTier(tier).withKvFormat(format);
      try (CpuDriver driver = new CpuDriver("", config, model.weights(), settings)) {
        Program program = new Program(model, format, driver, new Random(seed));
        int steps = format == KvFormat.F32 ? 60 : 20;
        for (int step = 0; step < steps; step++) {
          program.step("seed %d, step %d".formatted(seed, step));
        }
      }
    }
  }

  /** Largest difference of logits as a share of their range. */
  private static double bound(KvFormat format) {
    return switch (format) {
      case F32 -> 2e-5;
      case F16 -> 2e-3;
      case BF16 -> 1.5e-2;
      default -> 2.5e-2;
    };
  }

  /** The driver's pages and what should be in them. */
  private static final class Program {
    private final ModelConfig config;
    private final NaiveTransformer naive;
    private final CpuDriver driver;
    private final Random random;
    private final int pageSize;
    private final double bound;
    private final Map<Integer, NaiveTransformer.Kept> slots = new HashMap<>();
    private final Set<Integer> written = new HashSet<>();

    Program(RandomModel model, KvFormat format, CpuDriver driver, Random random) {
      this.bound = bound(format);
      this.config = model.config();
      this.naive = new NaiveTransformer(model.config(), model.weights(), format);
      this.driver = driver;
      this.random = random;
      this.pageSize = driver.info().pageSize();
    }

    void step(String what) {
      written.clear();
      List<CopySlots> copies = random.nextInt(4) == 0 ? List.of(copy()) : List.of();
      List<EmbedText> embeds = new ArrayList<>();
      List<Forward> forwards = new ArrayList<>();
      List<double[][]> expected = new ArrayList<>();
      Map<Integer, NaiveTransformer.Kept> after = new HashMap<>();
      List<int[]> writes = new ArrayList<>();
      int embed = 0;
      for (int f = 1 + random.nextInt(3); f > 0; f--) {
        int count = 1 + random.nextInt(random.nextInt(3) == 0 ? 2 * pageSize : 4);
        writes.add(random.nextInt(4) == 0 ? new int[0] : chooseSlots(count));
        embeds.add(embed(count, embed));
        embed += count;
      }
      for (int f = 0; f < embeds.size(); f++) {
        Forward forward = forward(embeds.get(f).embeds(), writes.get(f));
        forwards.add(forward);
        expected.add(expect(forward, embeds.get(f), after));
      }
      driver
          .execute(new Pass(copies, embeds, forwards, List.of()))
          .orTimeout(60, TimeUnit.SECONDS)
          .join();
      slots.putAll(after);
      for (int f = 0; f < forwards.size(); f++) {
        float[][] actual = driver.logits(forwards.get(f).outputs());
        for (int t = 0; t < actual.length; t++) {
          assertThat(Session.error(actual[t], expected.get(f)[t]))
              .as("%s, forward %d, token %d", what, f, t)
              .isLessThan(bound);
        }
      }
    }

    /** Copies some slots to others at once, here and in the model. */
    private CopySlots copy() {
      List<Integer> from = new ArrayList<>();
      List<Integer> to = new ArrayList<>();
      int source = random.nextInt(PAGES) * pageSize;
      int target = random.nextInt(PAGES) * pageSize;
      for (int i = 0; i < pageSize && source != target; i++) {
        if (slots.containsKey(source + i)) {
          from.add(source + i);
          to.add(target + i);
        }
      }
      for (int i = 0; i < from.size(); i++) {
        slots.put(to.get(i), slots.get(from.get(i)));
      }
      return new CopySlots(
          from.stream().mapToInt(i -> i).toArray(), to.stream().mapToInt(i -> i).toArray());
    }

    /** Slots to write in this pass, which then nobody reads in it. */
    private int[] chooseSlots(int count) {
      int[] chosen =
          random
              .ints(0, PAGES * pageSize)
              .distinct()
              .filter(slot -> !written.contains(slot))
              .limit(Math.min(count, PAGES * pageSize / 4))
              .toArray();
      if (chosen.length < count) {
        return new int[0];
      }
      for (int slot : chosen) {
        written.add(slot);
      }
      return chosen;
    }

    private EmbedText embed(int count, int firstEmbed) {
      int[] tokens = random.ints(count, 0, config.vocabSize()).toArray();
      int[] positions = random.ints(count, 0, 120).toArray();
      return new EmbedText(tokens, positions, Session.range(firstEmbed, count));
    }

    private Forward forward(int[] inputs, int[] writes) {
      int pageCount = random.nextInt(8);
      int[] pages = random.ints(pageCount, 0, PAGES).toArray();
      int[] visible = new int[pageCount];
      int columns = inputs.length;
      for (int i = 0; i < pageCount; i++) {
        int wanted = random.nextInt(3) == 0 ? random.nextInt() : -1;
        for (int slot = 0; slot < pageSize; slot++) {
          int physical = pages[i] * pageSize + slot;
          if (slots.containsKey(physical) && !written.contains(physical)) {
            visible[i] |= wanted & 1 << slot;
          }
        }
        columns += Integer.bitCount(visible[i]);
      }
      Optional<AttentionMask> mask =
          random.nextInt(3) == 0 ? Optional.of(mask(inputs.length, columns)) : Optional.empty();
      int[] outputs = new int[1 + random.nextInt(inputs.length)];
      System.arraycopy(inputs, inputs.length - outputs.length, outputs, 0, outputs.length);
      return new Forward(pages, visible, inputs, writes, outputs, mask);
    }

    private AttentionMask mask(int rows, int columns) {
      long[] words = random.longs((long) rows * AttentionMask.wordsPerRow(columns)).toArray();
      return new AttentionMask(rows, columns, words);
    }

    private double[][] expect(
        Forward forward, EmbedText embed, Map<Integer, NaiveTransformer.Kept> after) {
      List<NaiveTransformer.Kept> context = new ArrayList<>();
      for (int i = 0; i < forward.pages().length; i++) {
        for (int slot = 0; slot < pageSize; slot++) {
          if ((forward.visible()[i] >>> slot & 1) != 0) {
            context.add(slots.get(forward.pages()[i] * pageSize + slot));
          }
        }
      }
      int before = context.size();
      double[][] all =
          naive.run(context, embed.tokens(), embed.positions(), forward.mask().map(this::rows));
      for (int i = 0; i < forward.writeSlots().length; i++) {
        after.put(forward.writeSlots()[i], context.get(before + i));
      }
      int outputs = forward.outputs().length;
      return java.util.Arrays.copyOfRange(all, all.length - outputs, all.length);
    }

    private boolean[][] rows(AttentionMask mask) {
      boolean[][] rows = new boolean[mask.rows()][mask.columns()];
      for (int row = 0; row < rows.length; row++) {
        for (int column = 0; column < mask.columns(); column++) {
          rows[row][column] = mask.visible(row, column);
        }
      }
      return rows;
    }
  }
}

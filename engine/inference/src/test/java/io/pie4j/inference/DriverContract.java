package io.pie4j.inference;

import static io.pie4j.inference.TestSequence.pass;
import static io.pie4j.inference.TestSequence.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pie4j.inference.Readout.Result.Distribution;
import io.pie4j.inference.Readout.Result.Probabilities;
import io.pie4j.inference.Readout.Result.Scores;
import io.pie4j.inference.Readout.Result.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every driver must do. A driver's tests extend this class and open the driver. */
public abstract class DriverContract extends SwapAndAdapterContract {

  /** For the tests of a driver. */
  protected DriverContract() {}

  // Results

  @Test
  void emptyPassGivesNothing() {
    PassResult result = run(new Pass(List.of(), List.of(), List.of(), List.of()));
    assertThat(result.readouts()).isEmpty();
    assertThat(result.nanos()).isNotNegative();
  }

  @Test
  void distributionIsDescendingAndWithinBounds() {
    TestSequence s = sequence(0);
    fill(s, 5, 1);
    for (int k : new int[] {1, 2, 7, vocabulary(), vocabulary() + 9}) {
      Distribution d = (Distribution) read(new Readout.TopK(LAST, k));
      int count = Math.min(k, vocabulary());
      assertThat(d.ids()).hasSize(count).doesNotHaveDuplicates();
      assertThat(d.probabilities()).hasSize(count);
      double sum = 0;
      for (int i = 0; i < count; i++) {
        assertThat(d.ids()[i]).isBetween(0, vocabulary() - 1);
        assertThat(d.probabilities()[i]).isBetween(0f, i == 0 ? 1f : d.probabilities()[i - 1]);
        sum += d.probabilities()[i];
      }
      assertThat(sum).isLessThanOrEqualTo(1 + 1e-5);
    }
  }

  @Test
  void shorterDistributionIsAPrefixOfALongerOne() {
    fill(sequence(0), 5, 1);
    Distribution all = distribution(LAST);
    Distribution few = (Distribution) read(new Readout.TopK(LAST, 5));
    assertThat(few.ids()).isEqualTo(Arrays.copyOf(all.ids(), 5));
    assertThat(few.probabilities()).isEqualTo(Arrays.copyOf(all.probabilities(), 5));
  }

  @Test
  void wholeDistributionSumsToOne() {
    assumeTrue(computes());
    fill(sequence(0), 5, 1);
    double sum = 0;
    for (float p : distribution(LAST).probabilities()) {
      sum += p;
    }
    assertThat(sum).isCloseTo(1, within(1e-4));
  }

  @Test
  void wholeDistributionIsTheLongestByToken() {
    fill(sequence(0), 5, 1);
    Distribution d = distribution(LAST);
    float[] all = ((Probabilities) read(new Readout.Full(LAST))).values();
    assertThat(all).hasSize(vocabulary());
    for (int i = 0; i < all.length; i++) {
      assertThat(all[d.ids()[i]]).as("token %d", d.ids()[i]).isEqualTo(d.probabilities()[i]);
    }
  }

  @Test
  void scoresAreTheDistributionsLogarithms() {
    fill(sequence(0), 5, 1);
    float[] all = ((Probabilities) read(new Readout.Full(LAST))).values();
    int[] asked = {vocabulary() - 1, 0, 5, 0};
    Scores scores = (Scores) read(new Readout.Score(LAST, asked));
    assertThat(scores.logProbabilities()).hasSize(4);
    for (int i = 0; i < asked.length; i++) {
      assertThat(Math.exp(scores.logProbabilities()[i])).isCloseTo(all[asked[i]], within(1e-5));
    }
    double entropy = 0;
    for (float p : all) {
      entropy -= p > 0 ? p * Math.log(p) : 0;
    }
    assertThat((double) scores.entropy()).isCloseTo(entropy, within(1e-3));
    assertThat(((Scores) read(new Readout.Score(LAST, new int[0]))).logProbabilities()).isEmpty();
  }

  @Test
  void readoutsComeInTheirOrder() {
    TestSequence a = sequence(0);
    fill(a, 5, 1);
    int[] tokens = tokens(6, 9);
    run(pass(a.embed(tokens, 0), a.append(range(0, 6), range(100, 6))));
    List<Readout> each = new ArrayList<>();
    List<Readout.Result> expected = new ArrayList<>();
    for (int i = 5; i >= 0; i--) {
      Readout readout = new Readout.TopK(100 + i, 3);
      each.add(readout);
      expected.add(read(readout));
    }
    List<Readout.Result> together = run(new Pass(List.of(), List.of(), List.of(), each)).readouts();
    for (int i = 0; i < 6; i++) {
      assertSame((Distribution) together.get(i), (Distribution) expected.get(i));
    }
  }

  @Test
  void coldestDrawTakesTheMostLikelyToken() {
    fill(sequence(0), 5, 1);
    Distribution d = distribution(LAST);
    for (long seed = 0; seed < 5; seed++) {
      Token token = draw(0, 0, 1, 0, seed, Optional.empty());
      assertThat(token.id()).isEqualTo(d.ids()[0]);
      assertThat(token.logProbability())
          .isCloseTo((float) Math.log(d.probabilities()[0]), within(1e-4f));
    }
  }

  @Test
  void drawTakesAllowedTokensOnly() {
    fill(sequence(0), 5, 1);
    Random random = new Random(3);
    for (int i = 0; i < 50; i++) {
      long[] allowed = new long[AttentionMask.wordsPerRow(vocabulary())];
      int first = random.nextInt(vocabulary());
      int second = random.nextInt(vocabulary());
      allowed[first >>> 6] |= 1L << first;
      allowed[second >>> 6] |= 1L << second;
      Token token = draw(i % 3, i % 2, 1 - i % 5 * 0.1f, 0, i, Optional.of(allowed));
      assertThat(token.id()).isIn(first, second);
      assertThat(token.logProbability()).isLessThanOrEqualTo(0);
    }
  }

  @Test
  void drawFollowsItsSeed() {
    fill(sequence(0), 5, 1);
    int different = 0;
    for (long seed = 0; seed < 40; seed++) {
      Token token = draw(5, 0, 1, 0, seed, Optional.empty());
      assertThat(draw(5, 0, 1, 0, seed, Optional.empty())).isEqualTo(token);
      different += token.id() == draw(5, 0, 1, 0, seed + 1, Optional.empty()).id() ? 0 : 1;
    }
    assertThat(different).isPositive();
  }

  @Test
  void narrowDrawsStayWithinTheMostLikely() {
    assumeTrue(computes());
    fill(sequence(0), 5, 1);
    Distribution d = distribution(LAST);
    for (long seed = 0; seed < 40; seed++) {
      assertThat(draw(3, 4, 1, 0, seed, Optional.empty()).id())
          .isIn(d.ids()[0], d.ids()[1], d.ids()[2], d.ids()[3]);
      assertThat(draw(3, 0, 1e-6f, 0, seed, Optional.empty()).id()).isEqualTo(d.ids()[0]);
      assertThat(draw(3, 0, 1, 1, seed, Optional.empty()).id()).isEqualTo(d.ids()[0]);
    }
  }

  @Test
  void resultStaysAtTheEmbed() {
    TestSequence s = sequence(0);
    fill(s, 5, 1);
    Distribution before = distribution(LAST);
    int[] more = tokens(3, 4);
    run(pass(s.embed(more, 0), s.append(range(0, 3), 200)));
    assertSame(distribution(LAST), before);
  }

  // What results depend on

  @Test
  void sameWorkGivesTheSameResult() {
    TestSequence a = sequence(0);
    TestSequence b = sequence(8);
    fill(a, 21, 1);
    Distribution first = distribution(LAST);
    fill(b, 21, 1);
    assertSame(distribution(LAST), first);
  }

  @Test
  void contextMatters() {
    assumeTrue(computes());
    TestSequence a = sequence(0);
    TestSequence b = sequence(8);
    fill(a, 21, 1);
    fill(b, 21, 2);
    Distribution first = step(a, 7);
    assertThat(step(b, 7).probabilities()).isNotEqualTo(first.probabilities());
  }

  @Test
  void batchCompositionDoesNotMatter() {
    TestSequence alone = sequence(0);
    fill(alone, 13, 1);
    List<Distribution> expected = new ArrayList<>();
    for (int step = 0; step < 4; step++) {
      expected.add(step(alone, step));
    }
    TestSequence among = sequence(2);
    fill(among, 13, 1);
    for (int step = 0; step < 4; step++) {
      List<EmbedText> embeds = new ArrayList<>();
      List<Forward> forwards = new ArrayList<>();
      int embed = 0;
      for (int other = 0; other < 20; other++) {
        if (other == 3 + 5 * step) {
          embeds.add(among.embed(new int[] {step}, embed));
          forwards.add(among.append(new int[] {embed++}, LAST));
        }
        TestSequence s = sequence(4 + 2 * other);
        int[] tokens = tokens(1 + (7 * other + step) % 11, other);
        embeds.add(s.embed(tokens, embed));
        forwards.add(s.append(range(embed, tokens.length)));
        embed += tokens.length;
      }
      List<Readout> readout = List.of(new Readout.TopK(LAST, vocabulary()));
      Distribution d =
          (Distribution) run(new Pass(List.of(), embeds, forwards, readout)).readouts().getFirst();
      assertSame(d, expected.get(step));
    }
  }

  @Test
  void chunksOfAPromptDoNotMatter() {
    int[] prompt = tokens(45, 1);
    TestSequence whole = sequence(0);
    run(pass(whole.embed(prompt, 0), whole.append(range(0, 45), LAST)));
    Distribution expected = distribution(LAST);
    for (int chunk : new int[] {1, 2, 7, 16, 44}) {
      TestSequence s = sequence(8);
      while (s.length() < prompt.length) {
        int end = Math.min(prompt.length, s.length() + chunk);
        int[] part = Arrays.copyOfRange(prompt, s.length(), end);
        run(pass(s.embed(part, 0), s.append(range(0, part.length), LAST)));
      }
      assertSame(distribution(LAST), expected);
    }
  }

  @Test
  void copiedSlotsAreAsGoodAsTheirSources() {
    TestSequence a = sequence(0);
    fill(a, 19, 1);
    // Copied and read within one pass, each to another offset than it had.
    TestSequence b = sequence(8).holding(19);
    int[] from = new int[19];
    int[] to = new int[19];
    for (int i = 0; i < 19; i++) {
      from[i] = a.slot(i);
      to[i] = b.slot(i);
    }
    List<Readout> readout = List.of(new Readout.TopK(LAST, vocabulary()));
    EmbedText embed = b.embed(new int[] {7}, 0);
    Forward forward = b.append(new int[] {0}, LAST);
    Distribution copied =
        (Distribution)
            run(new Pass(
                    List.of(new CopySlots(from, to)), List.of(embed), List.of(forward), readout))
                .readouts()
                .getFirst();
    assertSame(copied, step(a, 7));
  }

  @Test
  void slotsCanBeUsedAgain() {
    TestSequence fresh = sequence(0);
    fill(fresh, 19, 1);
    Distribution expected = step(fresh, 7);
    fill(sequence(8), 30, 2);
    TestSequence again = sequence(8);
    fill(again, 19, 1);
    assertSame(step(again, 7), expected);
  }

  @Test
  void outputsMayBeInputs() {
    int[] tokens = tokens(6, 3);
    TestSequence a = sequence(0);
    run(pass(a.embed(tokens, 0), a.append(range(0, 6), range(100, 6))));
    TestSequence b = sequence(8);
    run(pass(b.embed(tokens, 0), b.append(range(0, 6), 5, 4, 3, 2, 1, 0)));
    for (int i = 0; i < 6; i++) {
      assertSame(distribution(5 - i), distribution(100 + i));
    }
  }

  @Test
  void repeatedPageCountsAgain() {
    TestSequence a = sequence(0);
    int size = driver.info().pageSize();
    fill(a, size, 1);
    run(copy(new CopySlots(range(a.slot(0), size), range(9 * size, size))));
    int full = a.visible()[0];
    Distribution twice = peek(new int[] {0, 0}, new int[] {full, full}, size);
    assertSame(twice, peek(new int[] {0, 9}, new int[] {full, full}, size));
    if (computes()) {
      int part = full & 0x55;
      Distribution once = peek(new int[] {0}, new int[] {full}, size);
      Distribution more = peek(new int[] {0, 0}, new int[] {full, part}, size);
      assertThat(more.probabilities()).isNotEqualTo(once.probabilities());
    }
  }

  @Test
  void keysCarryTheirPositions() {
    int size = driver.info().pageSize();
    TestSequence a = sequence(0);
    fill(a, 3 * size, 1);
    int full = a.visible()[0];
    Distribution ordered = peek(new int[] {0, 1, 2}, new int[] {full, full, full}, 3 * size);
    Distribution permuted = peek(new int[] {2, 0, 1}, new int[] {full, full, full}, 3 * size);
    assertClose(permuted, ordered);
  }

  @Test
  void tokensNeedNotBeKept() {
    TestSequence a = sequence(0);
    fill(a, 11, 1);
    Distribution before = peek(a.usedPages(), a.visible(), 11);
    int[] tokens = tokens(5, 2);
    run(pass(a.embed(tokens, 0), a.peek(range(0, 5), LAST)));
    Distribution peeked = distribution(LAST);
    assertSame(peek(a.usedPages(), a.visible(), 11), before);
    run(pass(a.embed(tokens, 0), a.append(range(0, 5), LAST)));
    assertSame(distribution(LAST), peeked);
  }

  @Test
  void laterPositionsAreNotSeen() {
    int[] tokens = tokens(9, 5);
    TestSequence a = sequence(0);
    run(pass(a.embed(tokens, 0), a.append(range(0, 9), range(100, 9))));
    // The same tokens at the same positions, handed over last first.
    int[] backwards = {8, 7, 6, 5, 4, 3, 2, 1, 0};
    TestSequence b = sequence(8);
    EmbedText embed = b.embed(tokens, 0);
    run(pass(embed, b.append(backwards, range(200, 9))));
    for (int i = 0; i < 9; i++) {
      assertClose(distribution(200 + 8 - i), distribution(100 + i));
    }
    // A token does not see what was kept at later positions either.
    int[] third = {tokens[3]};
    run(pass(TestSequence.embed(third, 3, 0), a.peek(new int[] {0}, LAST)));
    int three = 0b111;
    Distribution alone = peekToken(third[0], new int[] {0}, new int[] {three | 8}, 3);
    assertSame(distribution(LAST), alone);
  }

  // Masks

  @Test
  void explicitMaskCanSayTheSame() {
    int size = driver.info().pageSize();
    TestSequence a = sequence(0);
    fill(a, size + 3, 1);
    int[] tokens = tokens(6, 4);
    run(pass(a.embed(tokens, 0), a.peek(range(0, 6), range(100, 6))));
    int columns = size + 3 + 6;
    boolean[][] visible = new boolean[6][columns];
    for (int row = 0; row < 6; row++) {
      Arrays.fill(visible[row], 0, size + 3 + row + 1, true);
    }
    Forward masked =
        new Forward(
            a.usedPages(), a.visible(), range(0, 6), new int[0], range(200, 6), mask(visible));
    run(pass(a.embed(tokens, 0), masked));
    for (int i = 0; i < 6; i++) {
      assertSame(distribution(200 + i), distribution(100 + i));
    }
  }

  @Test
  void explicitMaskStandsAbovePositions() {
    assumeTrue(computes());
    TestSequence a = sequence(0);
    int[] tokens = tokens(2, 4);
    Forward both =
        new Forward(
            new int[0],
            new int[0],
            range(0, 2),
            new int[0],
            range(100, 2),
            mask(new boolean[][] {{true, true}, {true, true}}));
    run(pass(a.embed(tokens, 0), both));
    Distribution ahead = distribution(100);
    run(pass(a.embed(tokens, 0), a.peek(range(0, 2), range(100, 2))));
    assertThat(ahead.probabilities()).isNotEqualTo(distribution(100).probabilities());
  }

  @Test
  void maskedSlotsAreAbsent() {
    int size = driver.info().pageSize();
    TestSequence a = sequence(0);
    fill(a, 2 * size, 1);
    int odd = 0xAAAAAAAA & a.visible()[0];
    // Only the odd slots of both pages, moved together.
    int[] from = IntStream.range(0, 2 * size).filter(i -> i % size % 2 == 1).map(a::slot).toArray();
    int left = (int) ((1L << from.length) - 1);
    run(copy(new CopySlots(from, range(9 * size, from.length))));
    Distribution absent = peek(new int[] {9}, new int[] {left}, 2 * size);
    assertSame(peek(new int[] {0, 1}, new int[] {odd, odd}, 2 * size), absent);
    assertSame(peek(new int[] {0, 5, 1}, new int[] {odd, 0, odd}, 2 * size), absent);
    boolean[][] visible = new boolean[1][2 * size + 1];
    for (int column = 0; column < 2 * size; column++) {
      visible[0][column] = column % size % 2 == 1;
    }
    visible[0][2 * size] = true;
    Forward masked =
        new Forward(
            a.usedPages(), a.visible(), new int[] {0}, new int[0], new int[] {LAST}, mask(visible));
    run(pass(a.embed(new int[] {7}, 0), masked));
    assertSame(distribution(LAST), absent);
  }

  @Test
  void tokenThatSeesNothingStillHasAResult() {
    TestSequence a = sequence(0);
    Forward blind =
        new Forward(
            new int[0],
            new int[0],
            new int[] {0},
            new int[0],
            new int[] {LAST},
            mask(new boolean[][] {{false}}));
    run(pass(a.embed(new int[] {7}, 0), blind));
    for (float p : distribution(LAST).probabilities()) {
      assertThat(p).isBetween(0f, 1f);
    }
  }

  // Errors

  @Test
  void outOfBoundsPassFailsAndLeavesTheDriverUsable() {
    TestSequence a = sequence(0);
    fill(a, 5, 1);
    Distribution before = distribution(LAST);
    DriverInfo info = driver.info();
    int[] none = new int[0];
    int[] one = {0};
    List<Pass> bad = new ArrayList<>();
    for (int wrong : new int[] {-1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      bad.add(copy(new CopySlots(new int[] {wrong}, one)));
      bad.add(copy(new CopySlots(one, new int[] {wrong})));
      bad.add(embed(new EmbedText(new int[] {wrong}, one, one)));
      bad.add(embed(new EmbedText(one, new int[] {wrong}, one)));
      bad.add(embed(new EmbedText(one, one, new int[] {wrong})));
      bad.add(forward(new Forward(new int[] {wrong}, one, one, none, none, BY_POSITION)));
      bad.add(forward(new Forward(none, none, new int[] {wrong}, none, none, BY_POSITION)));
      bad.add(forward(new Forward(none, none, one, new int[] {wrong}, none, BY_POSITION)));
      bad.add(forward(new Forward(none, none, one, none, new int[] {wrong}, BY_POSITION)));
      bad.add(readout(new Readout.TopK(wrong, 1)));
    }
    bad.add(embed(new EmbedText(new int[] {info.vocabularySize()}, one, one)));
    bad.add(embed(new EmbedText(one, new int[] {info.maxPositions()}, one)));
    bad.add(forward(new Forward(new int[] {info.pageCount()}, one, one, none, none, BY_POSITION)));
    bad.add(
        forward(
            new Forward(
                none, none, new int[info.maxTokensPerPass() + 1], none, none, BY_POSITION)));
    int[] many = new int[info.pageCount() + 1];
    bad.add(forward(new Forward(many, many, one, none, none, BY_POSITION)));
    if (info.pageSize() < 32) {
      int beyond = 1 << info.pageSize();
      bad.add(forward(new Forward(one, new int[] {beyond}, one, none, none, BY_POSITION)));
    }
    long[] nothing = new long[AttentionMask.wordsPerRow(info.vocabularySize())];
    bad.add(readout(new Readout.Draw(0, 1, 0, 1, 0, 1, Optional.of(nothing))));
    bad.add(readout(new Readout.Draw(0, 1, 0, 1, 0, 1, Optional.of(new long[0]))));
    for (int wrong : new int[] {-1, info.vocabularySize(), Integer.MAX_VALUE}) {
      bad.add(readout(new Readout.Score(LAST, new int[] {0, wrong})));
    }
    bad.add(readout(new Readout.Full(EMBEDS + info.embedCount())));
    bad.add(readout(new Readout.Score(-1, new int[] {0})));
    for (Pass pass : bad) {
      assertRefused(pass);
    }
    assertSame(distribution(LAST), before);
  }

  @Test
  void closedDriverRefuses() {
    driver.close();
    assertThatThrownBy(() -> read(new Readout.TopK(0, 1)))
        .rootCause()
        .isInstanceOf(DriverException.class)
        .hasMessageContaining("closed");
  }
}

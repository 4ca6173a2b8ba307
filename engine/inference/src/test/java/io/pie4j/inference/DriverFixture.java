package io.pie4j.inference;

import static io.pie4j.inference.TestSequence.pass;
import static io.pie4j.inference.TestSequence.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pie4j.inference.Readout.Result.Distribution;
import io.pie4j.inference.Readout.Result.Token;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An open driver, and the words in which contracts speak of it. */
abstract class DriverFixture {
  static final int EMBEDS = 512;
  static final int LAST = EMBEDS - 1;
  static final Optional<AttentionMask> BY_POSITION = Optional.empty();

  Driver driver;

  /**
   * A driver with at least 64 pages of any size from 8 on, 512 embeds, 32 tokens of vocabulary, 256
   * positions, 256 tokens and 64 readouts a pass. A model must not have a sliding window.
   */
  protected abstract Driver open();

  /** False if results do not follow from a model. */
  protected boolean computes() {
    return true;
  }

  /** Weights that fit the model and change its results; without arithmetic any do. */
  protected AdapterWeights adapter(String name, long seed) {
    return new AdapterWeights(name, List.of());
  }

  @BeforeEach
  void openDriver() {
    driver = open();
    DriverInfo info = driver.info();
    assertThat(info.pageSize()).isBetween(8, DriverInfo.MAX_PAGE_SIZE);
    assertThat(info.pageCount()).isGreaterThanOrEqualTo(64);
    assertThat(info.embedCount()).isGreaterThanOrEqualTo(EMBEDS);
    assertThat(info.maxTokensPerPass()).isGreaterThanOrEqualTo(256);
  }

  @AfterEach
  void closeDriver() {
    driver.close();
  }

  int vocabulary() {
    return driver.info().vocabularySize();
  }

  PassResult run(Pass pass) {
    return driver.execute(pass).orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** An empty sequence in eight pages from {@code firstPage} on. */
  TestSequence sequence(int firstPage) {
    return new TestSequence(driver, range(firstPage, 8));
  }

  int[] tokens(int count, long seed) {
    return new Random(seed).ints(count, 0, vocabulary()).toArray();
  }

  void fill(TestSequence s, int count, long seed) {
    run(pass(s.embed(tokens(count, seed), 0), s.append(range(0, count), LAST)));
  }

  Distribution step(TestSequence s, int token) {
    run(pass(s.embed(new int[] {token}, 0), s.append(new int[] {0}, LAST)));
    return distribution(LAST);
  }

  /** The distribution after token 7 at a position, seeing these slots; nothing is kept. */
  Distribution peek(int[] pages, int[] visible, int position) {
    return peekToken(7, pages, visible, position);
  }

  Distribution peekToken(int token, int[] pages, int[] visible, int position) {
    int[] one = {0};
    Forward forward = new Forward(pages, visible, one, new int[0], new int[] {LAST}, BY_POSITION);
    run(pass(TestSequence.embed(new int[] {token}, position, 0), forward));
    return distribution(LAST);
  }

  Readout.Result read(Readout readout) {
    return run(readout(readout)).readouts().getFirst();
  }

  Distribution distribution(int embed) {
    return (Distribution) read(new Readout.TopK(embed, vocabulary()));
  }

  Token draw(
      float temperature, int topK, float topP, float minP, long seed, Optional<long[]> allowed) {
    return (Token) read(new Readout.Draw(LAST, temperature, topK, topP, minP, seed, allowed));
  }

  static Optional<AttentionMask> mask(boolean[][] visible) {
    int words = AttentionMask.wordsPerRow(visible[0].length);
    long[] bits = new long[visible.length * words];
    for (int row = 0; row < visible.length; row++) {
      for (int column = 0; column < visible[row].length; column++) {
        if (visible[row][column]) {
          bits[row * words + (column >>> 6)] |= 1L << column;
        }
      }
    }
    return Optional.of(new AttentionMask(visible.length, visible[0].length, bits));
  }

  static Pass copy(CopySlots copy) {
    return new Pass(List.of(copy), List.of(), List.of(), List.of());
  }

  static Pass embed(EmbedText embed) {
    return new Pass(List.of(), List.of(embed), List.of(), List.of());
  }

  static Pass forward(Forward forward) {
    return new Pass(List.of(), List.of(), List.of(forward), List.of());
  }

  static Pass readout(Readout readout) {
    return new Pass(List.of(), List.of(), List.of(), List.of(readout));
  }

  static void assertSame(Distribution actual, Distribution expected) {
    assertThat(actual.ids()).isEqualTo(expected.ids());
    assertThat(actual.probabilities()).isEqualTo(expected.probabilities());
  }

  /** For the same sums in another order. */
  void assertClose(Distribution actual, Distribution expected) {
    float[] byToken = new float[vocabulary()];
    for (int i = 0; i < byToken.length; i++) {
      byToken[actual.ids()[i]] = actual.probabilities()[i];
    }
    for (int i = 0; i < byToken.length; i++) {
      assertThat(byToken[expected.ids()[i]]).isCloseTo(expected.probabilities()[i], within(1e-5f));
    }
  }

  /** Fails with one line, and the driver goes on. */
  void assertRefused(Pass pass) {
    Distribution before = distribution(LAST);
    assertThatThrownBy(() -> run(pass))
        .as(pass.toString())
        .rootCause()
        .isInstanceOf(DriverException.class)
        .message()
        .isNotBlank()
        .doesNotContain("\n");
    assertSame(distribution(LAST), before);
  }
}

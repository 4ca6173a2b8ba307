package io.pie4j.inference;

import static io.pie4j.inference.TestSequence.pass;
import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.inference.Readout.Result.Token;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DummyDriverTest extends DriverContract {

  @Override
  protected Driver open() {
    return new DummyDriver(DummySettings.withVocabulary(100));
  }

  @Override
  protected boolean computes() {
    return false;
  }

  @Test
  void freePassIsDoneWhenExecuteReturns() {
    try (Driver driver = new DummyDriver(DummySettings.withVocabulary(100))) {
      assertThat(driver.execute(decode(3, 4))).isDone();
    }
  }

  @Test
  void costOfAPassGrowsWithItsTokens() {
    try (Driver driver =
        new DummyDriver(DummySettings.withVocabulary(100).withCost(2_000_000, 5_000_000))) {
      long start = System.nanoTime();
      assertThat(driver.execute(decode(3, 4)).join().nanos()).isEqualTo(7_000_000);
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(7_000_000);
    }
  }

  @Test
  void tokensFollowFromTokenAndPosition() {
    try (Driver driver = new DummyDriver(DummySettings.withVocabulary(100_000))) {
      Set<Integer> seen = new HashSet<>();
      for (int token = 0; token < 10; token++) {
        for (int position = 0; position < 10; position++) {
          Token drawn =
              (Token) driver.execute(decode(token, position)).join().readouts().getFirst();
          seen.add(drawn.id());
        }
      }
      assertThat(seen).hasSizeGreaterThan(95);
    }
  }

  private static Pass decode(int token, int position) {
    Forward forward =
        new Forward(
            new int[0],
            new int[0],
            new int[] {0},
            new int[] {position},
            new int[] {1},
            Optional.empty());
    return pass(
        TestSequence.embed(new int[] {token}, position, 0),
        forward,
        new Readout.Draw(1, 0, 0, 1, 0, 0, Optional.empty()));
  }
}

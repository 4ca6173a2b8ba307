package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DecimalsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 2, 0.00",
    "-0.001, 2, 0.00",
    "-0.996, 2, -1.00",
    "12.0625, 3, 12.063",
    "0.07, 1, 0.1",
    "41.5, 0, 42",
    "NaN, 2, NaN",
    "-Infinity, 2, -Infinity"
  })
  void rounds(double value, int places, String expected) {
    assertThat(Decimals.of(value, places)).isEqualTo(expected);
  }

  /** Sixteenths of odd numbers are exact, and never half-way at these places. */
  @Test
  void agreesWithTheClassLibrary() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 1000; i++) {
      double value = (2 * random.nextInt(-1_000_000, 1_000_000) + 1) / 16.0;
      int places = random.nextInt(1, 4);
      assertThat(Decimals.of(value, places))
          .as("%s to %d places, seed %d", value, places, seed)
          .isEqualTo(new BigDecimal(value).setScale(places, RoundingMode.HALF_UP).toPlainString());
    }
  }

  @Test
  void refusesPlacesThatALongHasNoRoomFor() {
    assertThatThrownBy(() -> Decimals.of(1, 7)).hasMessage("places must be 0 to 6, is 7");
  }
}

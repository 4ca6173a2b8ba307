package io.pie4j.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Seeded: a failing seed is a reproducible defect. */
class SimulationTest {
  private static final int SEEDS = 60;
  private static final int STEPS = 4_000;

  @Test
  void randomProgramsGetWhatTheyAskFor() {
    int commands = 0;
    int values = 0;
    int failures = 0;
    int copies = 0;
    int largestPass = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      Simulation simulation = simulation(seed);
      try {
        simulation.run(STEPS);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
      commands += simulation.commands;
      values += simulation.valuesChecked;
      failures += simulation.failuresChecked;
      copies += simulation.driver.copies;
      largestPass = Math.max(largestPass, simulation.driver.largestPass);
    }
    // The programs did something, and did it together.
    assertThat(commands).isGreaterThan(150_000);
    assertThat(values).isGreaterThan(8_000);
    assertThat(failures).isGreaterThan(200);
    assertThat(copies).isGreaterThan(1_000);
    assertThat(largestPass).as("forwards in one pass").isGreaterThan(6);
  }

  private static Simulation simulation(long seed) {
    boolean scarce = seed % 6 == 4;
    return new Simulation(seed, scarce, seed % 6 == 5, new PageTable(scarce ? 40 : 700, 8));
  }

  @Test
  void aMissedDecrementIsNoticed() {
    PageTable forgetful =
        new PageTable(700, 8) {
          private int drops;

          @Override
          void drop(PageContent content) {
            if (++drops != 100) {
              super.drop(content);
            }
          }
        };
    assertThatThrownBy(() -> new Simulation(1, false, false, forgetful).run(STEPS))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("pages back");
  }

  @Test
  void aMissedConflictIsNoticed() {
    PageTable careless =
        new PageTable(700, 8) {
          @Override
          boolean forwardMayRead(int physical, int slots) {
            return true;
          }
        };
    assertThatThrownBy(() -> new Simulation(2, false, false, careless).run(STEPS))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void sharingWithoutCopyingIsNoticed() {
    PageTable careless =
        new PageTable(700, 8) {
          @Override
          boolean isShared(VirtualPage page) {
            return false;
          }
        };
    assertThatThrownBy(
            () -> {
              for (long seed = 1; seed < 10; seed++) {
                new Simulation(seed, false, false, careless).run(STEPS);
              }
            })
        .isInstanceOf(AssertionError.class);
  }
}

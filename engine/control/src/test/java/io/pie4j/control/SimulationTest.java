package io.pie4j.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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

  private static final List<DispatchPolicy> POLICIES =
      List.of(
          DispatchPolicy.adaptive(),
          new DispatchPolicy.Eager(),
          new DispatchPolicy.KOnly(3, 400_000),
          new DispatchPolicy.TOnly(100_000));

  /** Every form with every policy, each with enough memory, with too little, and with failures. */
  private static Simulation simulation(long seed) {
    boolean scarce = seed / 8 % 6 == 4;
    DispatchForm form = seed % 2 == 0 ? DispatchForm.PASSES : DispatchForm.ONE_TYPE;
    DispatchPolicy policy = POLICIES.get((int) (seed / 2 % POLICIES.size()));
    boolean failing = seed / 8 % 6 == 5;
    return new Simulation(seed, scarce, failing, new PageTable(scarce ? 40 : 700, 8), form, policy);
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

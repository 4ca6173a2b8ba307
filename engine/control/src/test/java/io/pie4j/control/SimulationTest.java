package io.pie4j.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.control.Message.Queued;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Seeded: a failing seed is a reproducible defect. Bugs that are planted here show that the
 * simulation would notice them.
 */
class SimulationTest {
  private static final int SEEDS = 240;
  private static final int STEPS = 7_000;
  private static final int FEWER_STEPS = 4_000;

  @Test
  void randomProgramsGetWhatTheyAskFor() {
    int commands = 0;
    int values = 0;
    int failures = 0;
    int copies = 0;
    int passes = 0;
    int largestPass = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      Simulation simulation = run(Setup.of(seed), STEPS);
      commands += simulation.commands;
      values += simulation.valuesChecked;
      failures += simulation.failuresChecked;
      copies += simulation.driver.copies;
      passes += simulation.driver.passes;
      largestPass = Math.max(largestPass, simulation.driver.largestPass);
    }
    System.out.printf(
        "simulation: %,d commands over %d seeds in %,d passes; %,d values and %,d failures as expected%n",
        commands, SEEDS, passes, values, failures);
    // The programs did something, and did it together.
    assertThat(commands).isGreaterThan(1_000_000);
    assertThat(values).isGreaterThan(60_000);
    assertThat(failures).isGreaterThan(1_500);
    assertThat(copies).isGreaterThan(8_000);
    assertThat(largestPass).as("forwards in one pass").isGreaterThan(6);
  }

  @Test
  void programsThatWantMoreThanThereIsGetItInTurn(@TempDir Path folder) {
    int values = 0;
    int moves = 0;
    int endings = 0;
    for (long seed = 1; seed <= 48; seed++) {
      Simulation simulation = run(Setup.contended(seed, folder), FEWER_STEPS);
      values += simulation.valuesChecked;
      moves += simulation.driver.saves + simulation.driver.loads;
      endings += (int) simulation.terminations;
    }
    assertThat(values).isGreaterThan(5_000);
    assertThat(moves).as("pages moved").isGreaterThan(5_000);
    assertThat(endings).as("programs ended").isGreaterThan(50);
  }

  @Test
  void aPageThatMovesOutUnderARunningProgramIsNoticed(@TempDir Path folder) {
    Setup setup = Setup.contended(8, folder);
    PageTable careless =
        new PageTable(setup.pages().total(), setup.pages().pageSize()) {
          private int pins;

          @Override
          void pin(PageContent content) {
            super.pin(content);
            if (++pins % 50 == 0) {
              unpin(content);
            }
          }
        };
    assertThatThrownBy(() -> run(setup.with(careless), FEWER_STEPS))
        .isInstanceOf(AssertionError.class);
  }

  private static Simulation run(Setup setup, int steps) {
    Simulation simulation = new Simulation(setup);
    try {
      simulation.run(steps);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(setup + ": " + e.getMessage(), e);
    }
    return simulation;
  }

  @Test
  void aMissedDecrementIsNoticed() {
    PageTable forgetful =
        new PageTable(700, 8) {
          private int drops;

          @Override
          void drop(PageContent content, boolean pinned) {
            if (++drops != 100) {
              super.drop(content, pinned);
            }
          }
        };
    assertThatThrownBy(() -> run(Setup.of(8).with(forgetful), FEWER_STEPS))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("contents");
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
    assertThatThrownBy(() -> run(Setup.of(8).with(careless), FEWER_STEPS))
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
              for (long seed = 8; seed < 18; seed++) {
                run(Setup.of(seed).with(careless), FEWER_STEPS);
              }
            })
        .isInstanceOf(AssertionError.class);
  }

  /** Now and then two commands of a queue that arrive together change places. */
  @Test
  void aBrokenOrderIsNoticed() {
    Inbox shuffling =
        new Inbox() {
          private int batches;

          @Override
          @Nullable Message takeAll() {
            List<Message> messages = new ArrayList<>();
            for (Message m = super.takeAll(); m != null; m = m.link) {
              messages.add(m);
            }
            for (int i = 1; i < messages.size(); i++) {
              if (messages.get(i - 1) instanceof Queued a
                  && messages.get(i) instanceof Queued b
                  && a.queue == b.queue
                  && ++batches % 50 == 0) {
                messages.set(i - 1, b);
                messages.set(i, a);
              }
            }
            Message first = null;
            for (Message m : messages.reversed()) {
              m.link = first;
              first = m;
            }
            return first;
          }
        };
    assertThatThrownBy(() -> run(Setup.of(8).with(shuffling), FEWER_STEPS))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void aForgottenPriorityIsNoticed() {
    assertThatThrownBy(() -> run(Setup.of(10).withHeadStartMillis(0), FEWER_STEPS))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("claim of the queue that was passed over");
  }
}

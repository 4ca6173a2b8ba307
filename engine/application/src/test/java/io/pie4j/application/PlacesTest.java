package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Counts of instances, in all and by user. */
final class PlacesTest {
  private final User alice = new User("alice");
  private final User bob = new User("bob");

  @Test
  void boundsAllAndEachUser() {
    Places places = new Places(3);
    places.take(alice, 2);
    places.take(alice, 2);
    assertThatThrownBy(() -> places.take(alice, 2))
        .hasMessageContaining("2 instances of user alice are running");
    places.take(bob, 2);
    assertThatThrownBy(() -> places.take(bob, 2)).hasMessageContaining("3 instances are running");
    places.giveBack(alice);
    places.take(bob, 2);
    assertThat(places.users()).isEqualTo(2);
  }

  @Test
  void usersAreForgottenWhenNothingOfThemRuns() {
    Places places = new Places(10);
    for (int i = 0; i < 1000; i++) {
      User user = new User("user" + i);
      places.take(user, 1);
      places.giveBack(user);
    }
    assertThat(places.users()).isZero();
  }

  @Test
  void countsRightWhenManyComeAndGo() throws InterruptedException {
    long seed = System.nanoTime();
    Places places = new Places(6);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger ofAlice = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger mostOfAlice = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      Random random = new Random(seed + t);
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 20_000; i++) {
                  User user = random.nextBoolean() ? alice : bob;
                  try {
                    places.take(user, 3);
                  } catch (LaunchException full) {
                    continue;
                  }
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  if (user.equals(alice)) {
                    mostOfAlice.accumulateAndGet(ofAlice.incrementAndGet(), Math::max);
                    ofAlice.decrementAndGet();
                  }
                  running.decrementAndGet();
                  places.giveBack(user);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(most.get()).as("seed %s", seed).isBetween(1, 6);
    assertThat(mostOfAlice.get()).as("seed %s", seed).isBetween(1, 3);
    assertThat(places.users()).as("seed %s", seed).isZero();
    for (int i = 0; i < 6; i++) {
      places.take(alice, 6);
    }
    assertThatThrownBy(() -> places.take(bob, 6)).hasMessageContaining("6 instances");
  }
}

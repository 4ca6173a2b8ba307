package io.pie4j.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UsersTest {
  private final Users users = new Users();

  @Test
  void programsOfAUserShareAnAccount() {
    UserAccount ann = users.opened("ann", UserQuotas.defaults());
    UserQuotas less = new UserQuotas(1, 2, 3, 4, 5);
    assertThat(users.opened("ann", less)).isSameAs(ann);
    assertThat(ann.quotas()).as("the latest bounds count").isEqualTo(less);
    assertThat(users.opened("bob", less)).isNotSameAs(ann);
  }

  @Test
  void whoHoldsNothingIsForgottenIfThereAreMany() {
    UserAccount exporter = users.opened("exporter", UserQuotas.defaults());
    exporter.takeExport("test", 1);
    UserAccount running = users.opened("running", UserQuotas.defaults());
    for (int i = 0; i < 10_000; i++) {
      users.closed(users.opened("user" + i, UserQuotas.defaults()));
    }
    users.closed(exporter);
    assertThat(users.size()).isLessThan(5_000);
    assertThat(users.opened("exporter", UserQuotas.defaults())).isSameAs(exporter);
    assertThat(users.opened("running", UserQuotas.defaults())).isSameAs(running);
  }

  @Test
  void aRateLetsASecondsWorthThroughAndThenASteadyFlow() {
    UserAccount ann = users.opened("ann", new UserQuotas(1, 1, 1, 1, 100));
    assertThat(ann.isOverRate(0)).isFalse();
    ann.forwarded(150);
    assertThat(ann.isOverRate(0)).isTrue();
    long within = ann.withinRateNanos();
    assertThat(within).isBetween(500_000_000L, 520_000_000L);
    assertThat(ann.isOverRate(within - 1_000)).isTrue();
    assertThat(ann.isOverRate(within)).isFalse();
    assertThat(ann.isOverRate(within + 100_000_000_000L)).isFalse();
    ann.forwarded(101);
    assertThat(ann.isOverRate(within + 100_000_000_000L)).as("no more is saved up").isTrue();
  }
}

package io.pie4j.control;

import io.pie4j.control.ContentionPolicy.SuspendAndRestore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Who comes before whom, and who gives way to whom; see {@link Contention}. */
final class Seniority {
  private final Optional<SuspendAndRestore> swapping;

  /** In the order in which they were opened. */
  private final List<SpaceState> spaces = new ArrayList<>();

  private long opened;
  private long now;
  private long lookAgain = Long.MAX_VALUE;

  Seniority(Optional<SuspendAndRestore> swapping) {
    this.swapping = swapping;
  }

  void opened(SpaceState space, long nanos) {
    space.number = opened++;
    space.openedNanos = nanos;
    space.activeNanos = nanos;
    spaces.add(space);
  }

  void closed(SpaceState space) {
    spaces.remove(space);
  }

  /** In the order in which they were opened. */
  List<SpaceState> all() {
    return List.copyOf(spaces);
  }

  /** All that follows is as of now. */
  void lookAt(long nanos) {
    now = nanos;
    lookAgain = Long.MAX_VALUE;
  }

  long now() {
    return now;
  }

  /** When somebody may give way, or need not any more, although nothing has happened. */
  long lookAgainNanos() {
    return lookAgain;
  }

  void lookAgainAt(long nanos) {
    if (nanos > now) {
      lookAgain = Math.min(lookAgain, nanos);
    }
  }

  /** The program that comes back first. */
  Optional<SpaceState> bestWanting() {
    takeRanks();
    SpaceState best = null;
    for (SpaceState space : spaces) {
      if (space.wanting
          && space.commandsWaiting > 0
          && (best == null || comesBefore(space, best))) {
        best = space;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Who gives way first, to make room for this program. */
  Optional<SpaceState> victim(SpaceState asker, SuspendAndRestore settings) {
    SpaceState victim = null;
    int victimClass = 0;
    for (SpaceState space : spaces) {
      if (space == asker || space.suspended || !space.holdsPages()) {
        continue;
      }
      int itsClass = givesWay(space, asker, settings);
      boolean sooner =
          victim == null
              || itsClass > victimClass
              || (itsClass == victimClass && comesBefore(victim, space));
      if (itsClass > 0 && sooner) {
        victim = space;
        victimClass = itsClass;
      }
    }
    return Optional.ofNullable(victim);
  }

  /** 0 if it does not; more means sooner. */
  private int givesWay(SpaceState space, SpaceState asker, SuspendAndRestore settings) {
    if (needsNoPages(space, settings)) {
      return space.idleScopes.get() > 0 ? 3 : 2;
    }
    if (!comesBefore(asker, space)) {
      return 0;
    }
    if (now < space.graceUntilNanos) {
      lookAgainAt(space.graceUntilNanos);
      return 0;
    }
    return 1;
  }

  private boolean needsNoPages(SpaceState space, SuspendAndRestore settings) {
    if (space.user.isOverRate(now)) {
      return true;
    }
    if (space.commandsWaiting > 0 || space.isServed()) {
      return false;
    }
    long quietAt = space.activeNanos + millis(settings.quietMillis());
    if (space.idleScopes.get() > 0 || now >= quietAt) {
      return true;
    }
    lookAgainAt(quietAt);
    return false;
  }

  static boolean comesBefore(SpaceState a, SpaceState b) {
    return a.rank < b.rank || (a.rank == b.rank && a.number < b.number);
  }

  /** Programs change priorities at any time, so ranks are taken before they are compared. */
  private void takeRanks() {
    long headStart = millis(swapping.map(SuspendAndRestore::priorityHeadStartMillis).orElse(0L));
    for (SpaceState space : spaces) {
      space.rank = space.openedNanos - space.priority().headStarts * headStart;
    }
  }

  /**
   * Free pages that those ahead will soon ask for; nobody has to stay away for their sake for
   * longer than a grace.
   */
  int headroom(SpaceState space, SuspendAndRestore settings) {
    long until = space.suspendedNanos + millis(settings.graceMillis());
    if (now >= until) {
      return 0;
    }
    int ahead = 0;
    for (SpaceState other : spaces) {
      boolean runs = !other.suspended && other.holdsPages() && !needsNoPages(other, settings);
      ahead += runs && comesBefore(other, space) ? 1 : 0;
    }
    if (ahead > 0) {
      lookAgainAt(until);
    }
    return ahead;
  }

  /** The program opened last of those opened after this one that hold something. */
  Optional<SpaceState> newestAfter(SpaceState asker, Predicate<SpaceState> holds) {
    for (SpaceState space : spaces.reversed()) {
      if (space.number > asker.number && holds.test(space)) {
        return Optional.of(space);
      }
    }
    return Optional.empty();
  }

  static long millis(long value) {
    return value * 1_000_000;
  }
}

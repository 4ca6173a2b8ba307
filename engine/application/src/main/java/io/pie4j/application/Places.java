package io.pie4j.application;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many instances run, in all and of each user. Without locks: every launch and every end comes
 * by here.
 */
final class Places {
  /** A count that was taken out of the map: whoever still holds it looks for the new one. */
  private static final int GONE = Integer.MIN_VALUE;

  private final int most;
  private final AtomicInteger taken = new AtomicInteger();
  private final ConcurrentHashMap<User, AtomicInteger> byUser = new ConcurrentHashMap<>();

  Places(int most) {
    this.most = most;
  }

  /**
   * @throws LaunchException if there is none left; none was taken
   */
  void take(User user, int userMost) {
    if (!takeOne(taken, most)) {
      throw new LaunchException(
          most + " instances are running (instancesMax); try again when some have ended");
    }
    if (!takeOne(user, userMost)) {
      taken.getAndDecrement();
      throw new LaunchException(
          "%d instances of user %s are running, as many as the policy allows; try again when some have ended"
              .formatted(userMost, user));
    }
  }

  void giveBack(User user) {
    AtomicInteger count = byUser.get(user);
    if (count == null) {
      throw new IllegalStateException("user " + user + " has no instance");
    }
    // Users are remembered only while they run something.
    if (count.decrementAndGet() == 0 && count.compareAndSet(0, GONE)) {
      byUser.remove(user, count);
    }
    taken.getAndDecrement();
  }

  /** Users of whom something runs. */
  int users() {
    return byUser.size();
  }

  private boolean takeOne(User user, int userMost) {
    while (true) {
      AtomicInteger seen = byUser.get(user);
      AtomicInteger count =
          seen == null ? byUser.computeIfAbsent(user, u -> new AtomicInteger()) : seen;
      if (takeOne(count, userMost)) {
        return true;
      }
      if (count.get() != GONE) {
        return false;
      }
      byUser.remove(user, count);
    }
  }

  private static boolean takeOne(AtomicInteger count, int most) {
    int seen;
    do {
      seen = count.get();
      if (seen == GONE || seen >= most) {
        return false;
      }
    } while (!count.compareAndSet(seen, seen + 1));
    return true;
  }
}

package io.pie4j.control;

import io.pie4j.control.ControlException.Code;
import java.util.concurrent.atomic.AtomicInteger;

/** What the programs of one user hold together. Any thread may use it. */
final class UserAccount {
  private static final double ROUNDING = 1e-6;

  final String name;
  private volatile UserQuotas quotas;
  private final AtomicInteger pages = new AtomicInteger();
  private final AtomicInteger embeds = new AtomicInteger();
  private final AtomicInteger exports = new AtomicInteger();
  private final AtomicInteger exportedPages = new AtomicInteger();

  // The tokens that may be forwarded at once; belongs to the loop.
  private double tokens;
  private long tokensAtNanos = Long.MIN_VALUE;

  /** Open address spaces. Guarded by {@link Users}. */
  int spaces;

  UserAccount(String name, UserQuotas quotas) {
    this.name = name;
    this.quotas = quotas;
  }

  UserQuotas quotas() {
    return quotas;
  }

  /** From now on; what is held already stays. */
  void boundBy(UserQuotas bounds) {
    quotas = bounds;
  }

  void takePages(String call, int count) {
    take(call, "pages", pages, count, quotas.pages());
  }

  void givePages(int count) {
    pages.addAndGet(-count);
  }

  void takeEmbeds(String call, int count) {
    take(call, "embeds", embeds, count, quotas.embeds());
  }

  void giveEmbeds(int count) {
    embeds.addAndGet(-count);
  }

  void takeExport(String call, int pageCount) {
    take(call, "exports", exports, 1, quotas.exports());
    try {
      take(call, "exported pages", exportedPages, pageCount, quotas.exportedPages());
    } catch (ControlException e) {
      exports.decrementAndGet();
      throw e;
    }
  }

  void giveExport(int pageCount) {
    exports.decrementAndGet();
    exportedPages.addAndGet(-pageCount);
  }

  /** Whether its programs have to wait with forwards. Called by the loop. */
  boolean isOverRate(long now) {
    int perSecond = quotas.tokensPerSecond();
    if (perSecond == UserQuotas.TOKENS_PER_SECOND_MOST) {
      return false;
    }
    if (tokensAtNanos == Long.MIN_VALUE) {
      tokens = perSecond;
    } else {
      tokens = Math.min(perSecond, tokens + (now - tokensAtNanos) * (perSecond / 1e9));
    }
    tokensAtNanos = now;
    return tokens < 1 - ROUNDING;
  }

  /** When it is within the rate again, if it is not now. */
  long withinRateNanos() {
    return tokensAtNanos + (long) Math.ceil((1 - tokens) * (1e9 / quotas.tokensPerSecond()));
  }

  /** A long forward runs whole and is paid for later. */
  void forwarded(int count) {
    tokens -= count;
  }

  boolean holdsNothing() {
    return spaces == 0 && exports.get() == 0;
  }

  private void take(String call, String what, AtomicInteger held, int asked, int limit) {
    int seen;
    do {
      seen = held.get();
      if (asked > limit - seen) {
        throw new ControlException(
            Code.QUOTA_EXCEEDED,
            call
                + ": "
                + asked
                + " "
                + what
                + " asked, "
                + seen
                + " held by the programs of user "
                + name
                + ", the limit is "
                + limit);
      }
    } while (!held.compareAndSet(seen, seen + asked));
  }
}

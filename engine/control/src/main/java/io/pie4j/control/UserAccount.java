package io.pie4j.control;

import io.pie4j.control.ControlException.Code;
import java.util.concurrent.atomic.AtomicInteger;

/** What the programs of one user hold together. Any thread may use it. */
final class UserAccount {
  final String name;
  private volatile UserQuotas quotas;
  private final AtomicInteger pages = new AtomicInteger();
  private final AtomicInteger embeds = new AtomicInteger();
  private final AtomicInteger exports = new AtomicInteger();
  private final AtomicInteger exportedPages = new AtomicInteger();

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

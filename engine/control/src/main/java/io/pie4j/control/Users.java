package io.pie4j.control;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The accounts of users. The loop never comes here. */
final class Users {
  /**
   * Accounts that are kept although nothing is held: a user who comes back at once does not get a
   * second's worth of tokens anew.
   */
  private static final int REMEMBERED = 4_096;

  private final ConcurrentHashMap<String, UserAccount> byName = new ConcurrentHashMap<>();

  int size() {
    return byName.size();
  }

  /** The account of a program that starts. */
  UserAccount opened(String user, UserQuotas quotas) {
    return byName.compute(
        user,
        (name, seen) -> {
          UserAccount account =
              Optional.ofNullable(seen).orElseGet(() -> new UserAccount(name, quotas));
          account.boundBy(quotas);
          account.spaces++;
          return account;
        });
  }

  @SuppressWarnings("NullAway") // null removes, by the map's contract
  void closed(UserAccount account) {
    boolean many = byName.mappingCount() > REMEMBERED;
    byName.computeIfPresent(
        account.name,
        (_, seen) -> {
          seen.spaces--;
          return many && seen.holdsNothing() ? null : seen;
        });
  }
}

package io.pie4j.application;

import java.util.HashMap;
import java.util.Map;

/**
 * Who may do what: the operator's word, which no program and no manifest can widen.
 *
 * @param everybody for users of whom nothing else is said
 * @param users for these users, in place of it
 */
public record Policy(Grant everybody, Map<User, Grant> users) {

  public Policy {
    users = Map.copyOf(users);
  }

  /** The standard grant for every user. */
  public static Policy standard() {
    return new Policy(Grant.standard(), Map.of());
  }

  public Grant grant(User user) {
    return users.getOrDefault(user, everybody);
  }

  public Policy with(User user, Grant grant) {
    Map<User, Grant> more = new HashMap<>(users);
    more.put(user, grant);
    return new Policy(everybody, more);
  }
}

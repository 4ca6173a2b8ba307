package io.pie4j.cli;

import io.pie4j.application.Capabilities;
import io.pie4j.application.Grant;
import io.pie4j.application.HttpHosts;
import io.pie4j.application.LaunchException;
import io.pie4j.application.Policy;
import io.pie4j.application.Right;
import io.pie4j.application.User;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The {@code [policy]} tables of the configuration: who may do what.
 *
 * @param everybody users of whom nothing else is said
 * @param users by name; what one's table leaves out is as for everybody
 */
record PolicySettings(OfUser everybody, Map<String, OfUser> users) {

  PolicySettings {
    for (String name : users.keySet()) {
      named("users", () -> new User(name));
    }
  }

  /**
   * What a user's programs may do, if their manifests ask for it.
   *
   * @param http hosts: names, {@code *.example.com}, or {@code *} for all
   * @param privateHosts whether those may be at private addresses
   * @param store to keep values
   * @param messaging to broadcast, subscribe, push and pull
   * @param files to exchange files with the client
   * @param exports to export and import pages by name
   * @param shared to write under names that begin with {@code shared/}
   * @param children instances that an instance may have launched at once; 0 is none
   * @param topK tokens of the deepest distribution; 0 sets no bound
   */
  record OfUser(
      List<String> http,
      boolean privateHosts,
      boolean store,
      boolean messaging,
      boolean files,
      boolean exports,
      boolean shared,
      int children,
      int topK) {

    OfUser {
      http = List.copyOf(http);
      List<String> patterns = http;
      named("http", () -> HttpHosts.of(patterns));
      Settings.requireRange("children", children, 0, 1_000_000);
      Settings.requireRange("top-k", topK, 0, 1 << 30);
    }

    static OfUser of(Grant grant) {
      Capabilities granted = grant.capabilities();
      return new OfUser(
          List.copyOf(granted.http().patterns()),
          granted.has(Right.PRIVATE_HOSTS),
          granted.has(Right.STORE),
          granted.has(Right.MESSAGING),
          granted.has(Right.FILES),
          granted.has(Right.EXPORTS),
          granted.has(Right.SHARED),
          granted.children(),
          granted.topK() == Capabilities.WHOLE_VOCABULARY ? 0 : granted.topK());
    }

    Grant grant() {
      Set<Right> rights = EnumSet.noneOf(Right.class);
      for (Right right : Right.values()) {
        if (has(right)) {
          rights.add(right);
        }
      }
      return Grant.standard()
          .withCapabilities(
              new Capabilities(
                  HttpHosts.of(http),
                  rights,
                  children,
                  topK == 0 ? Capabilities.WHOLE_VOCABULARY : topK));
    }

    private boolean has(Right right) {
      return switch (right) {
        case STORE -> store;
        case MESSAGING -> messaging;
        case FILES -> files;
        case EXPORTS -> exports;
        case SHARED -> shared;
        case PRIVATE_HOSTS -> privateHosts;
      };
    }
  }

  /** A failure says which key it is of. */
  private static void named(String key, Supplier<?> made) {
    try {
      Object _ = made.get();
    } catch (IllegalArgumentException | LaunchException wrong) {
      throw new IllegalArgumentException(key + ": " + wrong.getMessage());
    }
  }

  static PolicySettings of(Policy policy) {
    return new PolicySettings(OfUser.of(policy.everybody()), Map.of());
  }

  Policy policy() {
    Policy policy = new Policy(everybody.grant(), Map.of());
    for (Map.Entry<String, OfUser> user : users.entrySet()) {
      policy = policy.with(new User(user.getKey()), user.getValue().grant());
    }
    return policy;
  }
}

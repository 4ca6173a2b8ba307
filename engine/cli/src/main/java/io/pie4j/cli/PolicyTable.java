package io.pie4j.cli;

import io.pie4j.application.Capabilities;
import io.pie4j.application.Grant;
import io.pie4j.application.HttpHosts;
import io.pie4j.application.LaunchException;
import io.pie4j.application.Policy;
import io.pie4j.application.Right;
import io.pie4j.application.SocketPeers;
import io.pie4j.application.User;
import io.pie4j.component.Limits;
import io.pie4j.control.Quotas;
import io.pie4j.control.UserQuotas;
import java.time.Duration;
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
record PolicyTable(OfUser everybody, Map<String, OfUser> users) {

  PolicyTable {
    for (String name : users.keySet()) {
      named("users", () -> new User(name));
    }
  }

  /**
   * What a user's programs may do, if their manifests ask for it.
   *
   * @param http hosts: names, {@code *.example.com}, or {@code *} for all
   * @param privateHosts whether those may be at private addresses
   * @param sockets servers, as host and port, that programs reach by sockets
   * @param store to keep values
   * @param messaging to broadcast, subscribe, push and pull
   * @param files to exchange files with the client
   * @param directory to have files of its own while it runs
   * @param exports to export and import pages by name
   * @param shared to write under names that begin with {@code shared/}
   * @param children instances that an instance may have launched at once; 0 is none
   * @param topK tokens of the deepest distribution; 0 for the whole vocabulary
   * @param models that they see; {@code *} for all
   * @param each bounds of each instance
   * @param together bounds of all instances together
   */
  record OfUser(
      List<String> http,
      boolean privateHosts,
      List<String> sockets,
      boolean store,
      boolean messaging,
      boolean files,
      boolean directory,
      boolean exports,
      boolean shared,
      int children,
      int topK,
      List<String> models,
      Each each,
      Together together) {

    OfUser {
      http = List.copyOf(http);
      sockets = List.copyOf(sockets);
      models = List.copyOf(models);
      List<String> patterns = http;
      named("http", () -> HttpHosts.of(patterns));
      List<String> peers = sockets;
      named("sockets", () -> SocketPeers.of(peers));
      Settings.requireRange("children", children, 0, 1_000_000);
      Settings.requireRange("top-k", topK, 0, 1 << 30);
    }

    static OfUser of(Grant grant) {
      Capabilities granted = grant.capabilities();
      return new OfUser(
          List.copyOf(granted.http().patterns()),
          granted.has(Right.PRIVATE_HOSTS),
          List.copyOf(granted.sockets().patterns()),
          granted.has(Right.STORE),
          granted.has(Right.MESSAGING),
          granted.has(Right.FILES),
          granted.has(Right.DIRECTORY),
          granted.has(Right.EXPORTS),
          granted.has(Right.SHARED),
          granted.children(),
          orNone(Math.min(granted.topK(), grant.quotas().topK()), Capabilities.WHOLE_VOCABULARY),
          List.copyOf(grant.models()),
          Each.of(grant),
          Together.of(grant));
    }

    Grant grant() {
      Set<Right> rights = EnumSet.noneOf(Right.class);
      for (Right right : Right.values()) {
        if (has(right)) {
          rights.add(right);
        }
      }
      Capabilities capabilities =
          new Capabilities(
              HttpHosts.of(http),
              SocketPeers.of(sockets),
              rights,
              children,
              Capabilities.WHOLE_VOCABULARY);
      return Grant.standard()
          .withCapabilities(capabilities)
          .withModels(Set.copyOf(models))
          .withInstances(bound(together.instances(), Integer.MAX_VALUE))
          .withLimits(each.limits())
          .withQuotas(each.quotas().withTopK(bound(topK, Capabilities.WHOLE_VOCABULARY)))
          .withUserQuotas(together.quotas());
    }

    private boolean has(Right right) {
      return switch (right) {
        case STORE -> store;
        case MESSAGING -> messaging;
        case FILES -> files;
        case DIRECTORY -> directory;
        case EXPORTS -> exports;
        case SHARED -> shared;
        case PRIVATE_HOSTS -> privateHosts;
      };
    }
  }

  /**
   * What each instance may hold in one model, and use.
   *
   * @param pages KvPages
   * @param embeds embeds
   * @param queues open command queues
   * @param queueDepth commands of one queue that have not finished
   * @param memoryMebibytes linear memory; 0 for what the limits of the engine say
   * @param totalSeconds longest run in all; 0 for what the limits of the engine say
   */
  record Each(
      int pages, int embeds, int queues, int queueDepth, long memoryMebibytes, long totalSeconds) {
    Each {
      Settings.requireRange("pages", pages, 1, Integer.MAX_VALUE);
      Settings.requireRange("embeds", embeds, 1, Integer.MAX_VALUE);
      Settings.requireRange("queues", queues, 1, 1 << 20);
      Settings.requireRange("queue-depth", queueDepth, 1, 1 << 20);
      Settings.requireRange("memory-mebibytes", memoryMebibytes, 0, 2047);
      Settings.requireRange("total-seconds", totalSeconds, 0, 31_536_000);
    }

    static Each of(Grant grant) {
      Quotas quotas = grant.quotas();
      return new Each(quotas.pages(), quotas.embeds(), quotas.queues(), quotas.queueDepth(), 0, 0);
    }

    Quotas quotas() {
      return new Quotas(pages, embeds, queues, queueDepth, Quotas.defaults().topK());
    }

    Limits limits() {
      Limits limits = Limits.largest();
      limits = memoryMebibytes == 0 ? limits : limits.withMemoryBytes(memoryMebibytes << 20);
      return totalSeconds == 0 ? limits : limits.withTotal(Duration.ofSeconds(totalSeconds));
    }
  }

  /**
   * What all instances of a user may hold in one model together.
   *
   * @param instances at once; 0 for as many as the engine takes
   * @param pages KvPages
   * @param embeds embeds
   * @param exports names of exports
   * @param exportedPages pages under those names
   * @param tokensPerSecond new tokens; who is faster waits; 0 for as many as there are to have
   */
  record Together(
      int instances, int pages, int embeds, int exports, int exportedPages, int tokensPerSecond) {
    Together {
      Settings.requireRange("instances", instances, 0, 1_000_000);
      Settings.requireRange("pages", pages, 1, Integer.MAX_VALUE);
      Settings.requireRange("embeds", embeds, 1, Integer.MAX_VALUE);
      Settings.requireRange("exports", exports, 1, Integer.MAX_VALUE);
      Settings.requireRange("exported-pages", exportedPages, 1, Integer.MAX_VALUE);
      Settings.requireRange("tokens-per-second", tokensPerSecond, 0, Integer.MAX_VALUE);
    }

    static Together of(Grant grant) {
      UserQuotas quotas = grant.userQuotas();
      return new Together(
          orNone(grant.instances(), Integer.MAX_VALUE),
          quotas.pages(),
          quotas.embeds(),
          quotas.exports(),
          quotas.exportedPages(),
          orNone(quotas.tokensPerSecond(), UserQuotas.TOKENS_PER_SECOND_MOST));
    }

    UserQuotas quotas() {
      return new UserQuotas(
          pages,
          embeds,
          exports,
          exportedPages,
          bound(tokensPerSecond, UserQuotas.TOKENS_PER_SECOND_MOST));
    }
  }

  /** In the file, 0 stands for no bound. */
  private static int bound(int value, int unbounded) {
    return value == 0 ? unbounded : value;
  }

  private static int orNone(int value, int unbounded) {
    return value == unbounded ? 0 : value;
  }

  /** A failure says which key it is of. */
  private static void named(String key, Supplier<?> made) {
    try {
      Object _ = made.get();
    } catch (IllegalArgumentException | LaunchException wrong) {
      throw new IllegalArgumentException(key + ": " + wrong.getMessage());
    }
  }

  static PolicyTable of(Policy policy) {
    return new PolicyTable(OfUser.of(policy.everybody()), Map.of());
  }

  Policy policy() {
    Policy policy = new Policy(everybody.grant(), Map.of());
    for (Map.Entry<String, OfUser> user : users.entrySet()) {
      policy = policy.with(new User(user.getKey()), user.getValue().grant());
    }
    return policy;
  }
}

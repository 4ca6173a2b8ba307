package io.pie4j.application;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What an instance may do besides computing: what its program asked for (its {@link Manifest}) as
 * far as the {@link Policy} grants it to the user; settled at launch.
 *
 * @param http hosts that it may talk to
 * @param sockets servers that it may talk to by sockets
 * @param rights what is granted or not
 * @param children instances that run at once because it launched them, those that they launched
 *     included; 0 is none
 * @param topK tokens of the deepest distribution that it may read; {@link #WHOLE_VOCABULARY} sets
 *     no bound
 */
public record Capabilities(
    HttpHosts http, SocketPeers sockets, Set<Right> rights, int children, int topK) {
  public static final int WHOLE_VOCABULARY = Integer.MAX_VALUE;
  private static final int CHILDREN_STANDARD = 64;
  private static final Capabilities ALL =
      new Capabilities(
          HttpHosts.every(),
          SocketPeers.every(),
          EnumSet.allOf(Right.class),
          Integer.MAX_VALUE,
          WHOLE_VOCABULARY);

  public Capabilities {
    rights = Collections.unmodifiableSet(enumSet(rights));
    if (children < 0) {
      throw new IllegalArgumentException("children must not be negative, is " + children);
    }
    if (topK < 1) {
      throw new IllegalArgumentException("top-k must be positive, is " + topK);
    }
  }

  /** Everything there is. */
  public static Capabilities all() {
    return ALL;
  }

  /** Nothing but computing. */
  public static Capabilities none() {
    return new Capabilities(HttpHosts.none(), SocketPeers.none(), Set.of(), 0, WHOLE_VOCABULARY);
  }

  /**
   * What a user is granted of whom a policy says nothing: all but names that are shared with other
   * users, servers at private addresses, sockets and a directory; 64 children.
   */
  public static Capabilities standard() {
    return all()
        .withChildren(CHILDREN_STANDARD)
        .withSockets(SocketPeers.none())
        .without(Right.DIRECTORY)
        .without(Right.SHARED)
        .without(Right.PRIVATE_HOSTS);
  }

  public boolean has(Right right) {
    return rights.contains(right);
  }

  /**
   * What both grant.
   *
   * @throws LaunchException if hosts or servers of both take too many patterns to tell
   */
  public Capabilities intersect(Capabilities asked) {
    if (asked.equals(ALL)) {
      return this; // most programs have no manifest, and launching is to be quick
    }
    EnumSet<Right> both = enumSet(rights);
    both.retainAll(asked.rights);
    try {
      return new Capabilities(
          http.intersect(asked.http),
          sockets.intersect(asked.sockets),
          both,
          Math.min(children, asked.children),
          Math.min(topK, asked.topK));
    } catch (IllegalArgumentException tooMany) {
      throw new LaunchException(
          "what the program asks for and what the policy grants have too much in common to tell: "
              + tooMany.getMessage());
    }
  }

  public Capabilities with(Right right) {
    EnumSet<Right> more = enumSet(rights);
    more.add(right);
    return new Capabilities(http, sockets, more, children, topK);
  }

  public Capabilities without(Right right) {
    EnumSet<Right> fewer = enumSet(rights);
    fewer.remove(right);
    return new Capabilities(http, sockets, fewer, children, topK);
  }

  public Capabilities withHttp(HttpHosts hosts) {
    return new Capabilities(hosts, sockets, rights, children, topK);
  }

  public Capabilities withSockets(SocketPeers servers) {
    return new Capabilities(http, servers, rights, children, topK);
  }

  public Capabilities withChildren(int atOnce) {
    return new Capabilities(http, sockets, rights, atOnce, topK);
  }

  public Capabilities withTopK(int deepest) {
    return new Capabilities(http, sockets, rights, children, deepest);
  }

  private static EnumSet<Right> enumSet(Collection<Right> rights) {
    EnumSet<Right> set = EnumSet.noneOf(Right.class);
    set.addAll(rights);
    return set;
  }
}

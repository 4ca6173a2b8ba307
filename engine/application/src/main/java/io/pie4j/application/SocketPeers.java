package io.pie4j.application;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Servers that a program may talk to by sockets of its own.
 *
 * @param patterns each {@code HOST:PORT}: the host as in {@link HttpHosts} (an IPv6 address in
 *     brackets), the port a number or {@code *} for all
 */
public record SocketPeers(SortedSet<String> patterns) {
  private static final String ANY = "*";
  private static final int PATTERNS_MAX = 64;

  public SocketPeers {
    if (patterns.size() > PATTERNS_MAX) {
      throw new IllegalArgumentException(
          "%d socket patterns; the limit is %d".formatted(patterns.size(), PATTERNS_MAX));
    }
    SortedSet<String> checked = new TreeSet<>();
    patterns.forEach(text -> checked.add(Peer.parse(text).toString()));
    patterns = Collections.unmodifiableSortedSet(checked);
  }

  /**
   * @throws IllegalArgumentException if a pattern is no host and port; the message names it
   */
  public static SocketPeers of(Collection<String> patterns) {
    return new SocketPeers(new TreeSet<>(patterns));
  }

  public static SocketPeers none() {
    return of(Set.of());
  }

  public static SocketPeers every() {
    return of(Set.of(ANY + ":" + ANY));
  }

  public boolean isNone() {
    return patterns.isEmpty();
  }

  /** Whether a host's name (or address) may be reached at a port. */
  public boolean allows(String host, int port) {
    return peers().stream().anyMatch(peer -> peer.allows(host, port));
  }

  /** Whether a host may be reached at some port, so that its addresses may be asked for. */
  public boolean allowsSome(String host) {
    return peers().stream().anyMatch(peer -> peer.host.allows(host));
  }

  /**
   * Servers that both allow.
   *
   * @throws IllegalArgumentException if it takes too many patterns to tell
   */
  public SocketPeers intersect(SocketPeers other) {
    SortedSet<String> both = new TreeSet<>();
    List<Peer> others = other.peers();
    for (Peer mine : peers()) {
      for (Peer theirs : others) {
        mine.intersect(theirs, both);
      }
    }
    return new SocketPeers(both);
  }

  private List<Peer> peers() {
    return patterns.stream().map(Peer::parse).toList();
  }

  @Override
  public String toString() {
    return String.join(", ", patterns);
  }

  /** One pattern: hosts of a single pattern, and a port or all. */
  private record Peer(HttpHosts host, String port) {
    static Peer parse(String text) {
      int colon = text.lastIndexOf(':');
      String port = text.substring(colon + 1).strip();
      if (colon < 1 || !isPort(port)) {
        throw new IllegalArgumentException(
            "socket pattern '%s' must be a host and a port, as 'db.example.com:5432' or '[2001:db8::1]:*'"
                .formatted(Namespace.visible(text)));
      }
      return new Peer(HttpHosts.of(Set.of(text.substring(0, colon))), port);
    }

    private static boolean isPort(String text) {
      if (text.equals(ANY)) {
        return true;
      }
      return text.matches("[1-9][0-9]{0,4}") && Integer.parseInt(text) <= 65_535;
    }

    boolean allows(String name, int number) {
      return (port.equals(ANY) || Integer.parseInt(port) == number) && host.allows(name);
    }

    void intersect(Peer other, SortedSet<String> both) {
      String narrower = narrowerPort(other.port);
      if (narrower != null) {
        for (String pattern : host.intersect(other.host).patterns()) {
          both.add(new Peer(HttpHosts.of(Set.of(pattern)), narrower).toString());
        }
      }
    }

    private @Nullable String narrowerPort(String other) {
      if (port.equals(ANY) || port.equals(other)) {
        return other;
      }
      return other.equals(ANY) ? port : null;
    }

    @Override
    public String toString() {
      String name = host.toString();
      return (name.indexOf(':') < 0 ? name : "[" + name + "]") + ":" + port;
    }
  }
}

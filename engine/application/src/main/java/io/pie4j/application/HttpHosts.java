package io.pie4j.application;

import java.util.Collection;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hosts that a program may talk to by HTTP.
 *
 * @param patterns each the name of a host (or an address), {@code *.example.com} for all hosts
 *     below a name but not that name itself, or {@code *} for all; in lower case
 */
public record HttpHosts(SortedSet<String> patterns) {
  private static final String EVERY = "*";
  private static final String BELOW = "*.";
  private static final int PATTERNS_MAX = 256;
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9_][a-z0-9._-]{0,252}|[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]{0,253}");

  public HttpHosts {
    patterns = Collections.unmodifiableSortedSet(checked(patterns));
  }

  /**
   * @throws IllegalArgumentException if a pattern is none of the three kinds; the message names it
   */
  public static HttpHosts of(Collection<String> patterns) {
    return new HttpHosts(new TreeSet<>(patterns));
  }

  public static HttpHosts none() {
    return of(Set.of());
  }

  public static HttpHosts every() {
    return of(Set.of(EVERY));
  }

  /**
   * Whether a host may be talked to, as far as its name goes.
   *
   * @param host as it stands in a URL: a name, an address, or an IPv6 address in brackets
   */
  public boolean allows(String host) {
    String plain = plain(host);
    return !plain.isEmpty() && patterns.stream().anyMatch(pattern -> covers(pattern, plain));
  }

  /** Hosts that both allow. */
  public HttpHosts intersect(HttpHosts other) {
    SortedSet<String> both = new TreeSet<>();
    for (String mine : patterns) {
      for (String theirs : other.patterns) {
        String narrower = narrower(mine, theirs);
        if (narrower != null) {
          both.add(narrower);
        }
      }
    }
    return new HttpHosts(both);
  }

  /**
   * Patterns are names or trees of names: of two that have a host in common one covers the other.
   */
  private static @Nullable String narrower(String a, String b) {
    if (covers(a, b)) {
      return b;
    }
    return covers(b, a) ? a : null;
  }

  /** Whether a pattern covers a host, or all that another pattern covers. */
  private static boolean covers(String pattern, String other) {
    if (pattern.equals(EVERY) || pattern.equals(other)) {
      return true;
    }
    return pattern.startsWith(BELOW) && other.endsWith(pattern.substring(1));
  }

  private static SortedSet<String> checked(Collection<String> patterns) {
    if (patterns.size() > PATTERNS_MAX) {
      throw new IllegalArgumentException(
          "%d host patterns; the limit is %d".formatted(patterns.size(), PATTERNS_MAX));
    }
    SortedSet<String> checked = new TreeSet<>();
    for (String pattern : patterns) {
      String plain = plain(pattern);
      String name = plain.startsWith(BELOW) ? plain.substring(BELOW.length()) : plain;
      if (!plain.equals(EVERY) && !NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "host pattern '%s' must be a host's name or address, '*.' and a name, or '*'; without scheme, port and path"
                .formatted(Namespace.visible(pattern)));
      }
      checked.add(plain);
    }
    return checked;
  }

  /** Case, the brackets of IPv6 addresses and the root's dot make no other host. */
  private static String plain(String host) {
    String plain = host.strip().toLowerCase(Locale.ROOT);
    if (plain.startsWith("[") && plain.endsWith("]")) {
      return plain.substring(1, plain.length() - 1);
    }
    return plain.endsWith(".") && !plain.equals(BELOW)
        ? plain.substring(0, plain.length() - 1)
        : plain;
  }

  @Override
  public String toString() {
    return String.join(", ", patterns);
  }
}

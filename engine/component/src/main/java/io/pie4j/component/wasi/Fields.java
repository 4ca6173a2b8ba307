package io.pie4j.component.wasi;

import io.pie4j.component.abi.GuestTrap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The resource {@code fields}: headers, in their order. */
final class Fields implements AutoCloseable {
  /** Bytes of all names and values. */
  private static final int BYTES_MAX = 128 << 10;

  /** What a field or fields take besides, about. */
  private static final int OWN_BYTES = 64;

  private static final Set<String> FORBIDDEN =
      Set.of(
          "connection",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-connection",
          "te",
          "transfer-encoding",
          "upgrade");

  /** Numbers of {@code header-error}. */
  enum Problem {
    NONE,
    INVALID_SYNTAX,
    FORBIDDEN,
    IMMUTABLE
  }

  private final List<HttpHeader> all = new ArrayList<>();
  private final boolean isMutable;
  private final Kept kept;
  private int bytes;

  Fields(Kept kept, boolean isMutable) {
    this.kept = kept;
    this.isMutable = isMutable;
    kept.take(OWN_BYTES);
  }

  static Fields of(Kept kept, List<HttpHeader> headers, boolean isMutable) {
    Fields fields = new Fields(kept, isMutable);
    headers.forEach(fields::put);
    return fields;
  }

  private static int bytes(HttpHeader header) {
    return header.name().length() + header.value().length() + OWN_BYTES;
  }

  private void put(HttpHeader header) {
    if (bytes + bytes(header) > BYTES_MAX) {
      throw new GuestTrap("headers of more than " + BYTES_MAX + " bytes");
    }
    kept.take(bytes(header));
    bytes += bytes(header);
    all.add(header);
  }

  /** Nobody has it any more. */
  @Override
  public void close() {
    kept.giveBack(bytes + OWN_BYTES);
  }

  List<HttpHeader> all() {
    return all;
  }

  Problem append(String name, byte[] value) {
    Problem problem = check(name);
    if (problem == Problem.NONE) {
      String text = new String(value, StandardCharsets.ISO_8859_1);
      if (text.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 127)) {
        return Problem.INVALID_SYNTAX;
      }
      put(new HttpHeader(name, text));
    }
    return problem;
  }

  private Problem check(String name) {
    if (!isMutable) {
      return Problem.IMMUTABLE;
    }
    if (name.isEmpty() || !name.chars().allMatch(Fields::isToken)) {
      return Problem.INVALID_SYNTAX;
    }
    return FORBIDDEN.contains(name.toLowerCase(Locale.ROOT)) ? Problem.FORBIDDEN : Problem.NONE;
  }

  static boolean isToken(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }

  Problem delete(String name) {
    Problem problem = check(name);
    if (problem == Problem.NONE) {
      all.removeIf(header -> {
        boolean removes = header.name().equalsIgnoreCase(name);
        if (removes) {
          bytes -= bytes(header);
          kept.giveBack(bytes(header));
        }
        return removes;
      });
    }
    return problem;
  }

  boolean has(String name) {
    return all.stream().anyMatch(header -> header.name().equalsIgnoreCase(name));
  }

  List<Object> get(String name) {
    List<Object> values = new ArrayList<>();
    for (HttpHeader header : all) {
      if (header.name().equalsIgnoreCase(name)) {
        values.add(header.value().getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    return values;
  }

  List<Object> entries() {
    List<Object> entries = new ArrayList<>();
    for (HttpHeader header : all) {
      entries.add(List.of(header.name(), header.value().getBytes(StandardCharsets.ISO_8859_1)));
    }
    return entries;
  }
}

package io.pie4j.application.http;

import io.pie4j.api.Header;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A response's beginning.
 *
 * @param headers names in lower case, in their order
 */
public record Head(int status, List<Header> headers) {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-9]\\d\\d)( .*)?");
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");
  private static final int INTERIM_MAX = 8;

  /**
   * Reads it; answers that only say that more is coming are passed over.
   *
   * @throws IOException if it is not HTTP, or longer than is allowed
   */
  static Head read(Lines lines) throws IOException {
    for (int interim = 0; interim < INTERIM_MAX; interim++) {
      Matcher first = STATUS.matcher(lines.next());
      if (!first.matches()) {
        throw new IOException("the answer is no HTTP/1.1");
      }
      int status = Integer.parseInt(first.group(1));
      Head head = new Head(status, headers(lines));
      if (status == 101) {
        throw new IOException("the server changed the protocol unasked");
      }
      if (status >= 200) {
        return head;
      }
    }
    throw new IOException("the server sent more than %d interim answers".formatted(INTERIM_MAX));
  }

  /** Headers, or a body's trailers, to the empty line after them. */
  static List<Header> headers(Lines lines) throws IOException {
    List<Header> headers = new ArrayList<>();
    for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
      int colon = Math.max(0, line.indexOf(':'));
      String name = line.substring(0, colon);
      String value = line.substring(Math.min(colon + 1, line.length())).strip();
      if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
        throw new IOException("the answer has a header that is none");
      }
      headers.add(new Header(name.toLowerCase(Locale.ROOT), value));
    }
    headers.sort(Comparator.comparing(Header::name));
    return List.copyOf(headers);
  }

  boolean isRedirect() {
    return (status == 301 || status == 302 || status == 303 || status == 307 || status == 308)
        && value("location").isPresent();
  }

  Optional<String> value(String name) {
    return headers.stream()
        .filter(header -> header.name().equals(name))
        .map(Header::value)
        .findFirst();
  }

  boolean isChunked() throws IOException {
    List<String> codings = values("transfer-encoding");
    if (codings.isEmpty()) {
      return false;
    }
    if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
      throw new IOException("the answer has a transfer encoding that was not asked for");
    }
    return true;
  }

  /** Empty if the body goes on until the connection is closed. */
  OptionalLong contentLength() throws IOException {
    List<String> lengths = values("content-length");
    if (lengths.isEmpty()) {
      return OptionalLong.empty();
    }
    String length = lengths.getFirst();
    if (lengths.stream().distinct().count() > 1 || !length.matches("\\d{1,18}")) {
      throw new IOException("the answer's content-length is none");
    }
    return OptionalLong.of(Long.parseLong(length));
  }

  private List<String> values(String name) {
    return headers.stream()
        .filter(header -> header.name().equals(name))
        .map(Header::value)
        .toList();
  }
}

package io.pie4j.application.http;

import io.pie4j.api.Header;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hc.core5.http.HttpResponse;

/**
 * A response's beginning.
 *
 * @param headers names in lower case, in their order
 */
public record Head(int status, List<Header> headers) {

  static Head of(HttpResponse response) {
    return new Head(
        response.getCode(),
        Stream.of(response.getHeaders())
            .map(one -> new Header(one.getName().toLowerCase(Locale.ROOT), one.getValue()))
            .sorted(Comparator.comparing(Header::name))
            .toList());
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
}

package io.pie4j.component.wasi;

import java.util.List;

/** What is asked of a server, without the body: {@code scheme} in lower case. */
public record HttpRequest(
    String method,
    String scheme,
    String authority,
    String pathWithQuery,
    List<HttpHeader> headers) {
  public HttpRequest {
    headers = List.copyOf(headers);
  }
}

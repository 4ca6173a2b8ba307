package io.pie4j.component.wasi;

import java.util.List;

/** What a server answered; the body is closed by whoever has it. */
public record HttpResponse(int status, List<HttpHeader> headers, Source body) {
  public HttpResponse {
    headers = List.copyOf(headers);
  }
}

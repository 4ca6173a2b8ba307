package io.pie4j.application;

import io.pie4j.api.ApiException;
import io.pie4j.api.Header;
import io.pie4j.application.http.Exchange;
import io.pie4j.application.http.Head;
import io.pie4j.application.http.Piece;
import io.pie4j.component.wasi.HttpHeader;
import io.pie4j.component.wasi.HttpRequest;
import io.pie4j.component.wasi.HttpResponse;
import io.pie4j.component.wasi.OutgoingHttp;
import io.pie4j.component.wasi.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * WASI's requests to servers: by the same client, to the same hosts and within the same bounds as
 * those of the interface {@code http}. A request's body is sent once it is whole.
 */
final class WasiHttp implements OutgoingHttp {
  private static final int PIECE_BYTES = 1 << 14;

  /** What the engine's client writes itself. */
  private static final Set<String> OWN =
      Set.of("host", "content-length", "transfer-encoding", "connection", "expect", "te");

  private final HostHttp http;
  private final int bodyBytesMax;
  private final int headersMillisMax;

  WasiHttp(HostHttp http, ServiceSettings settings) {
    this.http = http;
    bodyBytesMax = settings.http().requestBodyBytesMax();
    headersMillisMax = settings.http().headersMillisMax();
  }

  @Override
  public HttpResponse send(HttpRequest request, Source body, Duration timeout)
      throws IOException, InterruptedException {
    byte[] whole = whole(body);
    try {
      Exchange exchange = http.caller().start("wasi:http", checked(request, whole, timeout));
      Head head;
      try {
        head = await(exchange.head());
      } catch (InterruptedException ended) {
        exchange.close();
        throw ended;
      }
      return new HttpResponse(
          head.status(),
          head.headers().stream().map(one -> new HttpHeader(one.name(), one.value())).toList(),
          new Body(exchange));
    } catch (ApiException refused) {
      throw failed(refused);
    }
  }

  private io.pie4j.api.HttpRequest checked(HttpRequest request, byte[] body, Duration timeout) {
    List<Header> headers =
        request.headers().stream()
            .filter(header -> !OWN.contains(header.name().toLowerCase(Locale.ROOT)))
            .map(header -> new Header(header.name(), header.value()))
            .toList();
    long millis = Math.clamp(timeout.toMillis(), 1, headersMillisMax);
    return new io.pie4j.api.HttpRequest(
        request.method(),
        request.scheme() + "://" + request.authority() + request.pathWithQuery(),
        headers,
        body,
        OptionalInt.of((int) millis));
  }

  private byte[] whole(Source body) throws IOException, InterruptedException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] piece = body.read(PIECE_BYTES); piece.length > 0; piece = body.read(PIECE_BYTES)) {
      whole.writeBytes(piece);
      if (whole.size() > bodyBytesMax) {
        throw new Failed(
            Failure.TOO_LONG,
            "the request's body has more than " + bodyBytesMax + " bytes (requestBodyBytesMax)");
      }
    }
    return whole.toByteArray();
  }

  /** A response's body. */
  private record Body(Exchange exchange) implements Source {
    @Override
    public byte[] read(int most) throws IOException, InterruptedException {
      try {
        Piece piece = exchange.read(most);
        try {
          return await(piece.bytes());
        } finally {
          piece.release();
        }
      } catch (ApiException refused) {
        throw failed(refused);
      }
    }

    @Override
    public void close() {
      exchange.close();
    }
  }

  private static <T> T await(CompletableFuture<T> event) throws InterruptedException {
    try {
      return event.get();
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof ApiException refused) {
        throw refused;
      }
      throw new IllegalStateException(failure.getCause());
    }
  }

  private static Failed failed(ApiException refused) {
    Failure failure =
        switch (refused.code()) {
          case DENIED -> Failure.DENIED;
          case INVALID_ARGUMENT -> Failure.INVALID_URI;
          case QUOTA_EXCEEDED -> Failure.TOO_MANY;
          case TIMED_OUT -> Failure.TIMEOUT;
          default -> Failure.REFUSED;
        };
    return new Failed(failure, refused.getMessage());
  }
}

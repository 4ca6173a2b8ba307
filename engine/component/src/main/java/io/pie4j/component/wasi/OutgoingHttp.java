package io.pie4j.component.wasi;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** Who sends a program's requests, as far as they are granted. Called on threads of its own. */
@FunctionalInterface
public interface OutgoingHttp {
  /** Requests of one program that may be under way at once. */
  int CALLS_MAX = 32;

  /** How long a server may take to answer if the program doesn't say. */
  Duration TIMEOUT_STANDARD = Duration.ofSeconds(60);

  /** How long a server may take to answer at most. */
  Duration TIMEOUT_MAX = Duration.ofMinutes(10);

  /** Why a request failed, as WASI tells it. */
  enum Failure {
    DENIED(15),
    INVALID_URI(19),
    DNS(2),
    REFUSED(6),
    CONNECT_TIMEOUT(8),
    TIMEOUT(33),
    TOO_MANY(11),
    TOO_LONG(17),
    PROTOCOL(35);

    private final int code;

    Failure(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }
  }

  /** A request that failed in a way that WASI has a word for. */
  final class Failed extends IOException {
    private static final long serialVersionUID = 1;

    private final Failure failure;

    public Failed(Failure failure, String message) {
      super(message);
      this.failure = failure;
    }

    Failure failure() {
      return failure;
    }
  }

  /**
   * Sends a request and waits for the answer's head; an interrupt ends it. {@code body} is at its
   * end at once if there is none.
   */
  HttpResponse send(HttpRequest request, Source body, Duration timeout)
      throws IOException, InterruptedException;

  /** Nothing is granted. */
  static OutgoingHttp none() {
    return (request, body, timeout) -> {
      throw new Failed(Failure.DENIED, "requests to servers are not granted");
    };
  }

  /**
   * By a client of Java's, to addresses that the predicate allows. It sees what the program asks
   * for, not where a name leads: a client for programs that are not trusted must see to that, and
   * should follow no redirect.
   */
  static OutgoingHttp by(HttpClient client, Predicate<URI> allowed) {
    return (request, body, timeout) -> {
      URI uri;
      try {
        uri = new URI(request.scheme() + "://" + request.authority() + request.pathWithQuery());
      } catch (URISyntaxException invalid) {
        throw new Failed(Failure.INVALID_URI, "no URI: " + invalid.getReason());
      }
      if (uri.getHost() == null || !allowed.test(uri)) {
        throw new Failed(Failure.DENIED, "requests to " + request.authority() + " are not granted");
      }
      return ByClient.send(client, uri, request, body, timeout);
    };
  }

  /** Java's client. */
  final class ByClient {
    /** What the client sets itself. */
    private static final Set<String> OWN =
        Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

    private ByClient() {}

    private static HttpResponse send(
        HttpClient client, URI uri, HttpRequest request, Source body, Duration timeout)
        throws IOException, InterruptedException {
      java.net.http.HttpRequest.Builder sent;
      try {
        sent =
            java.net.http.HttpRequest.newBuilder(uri)
                .timeout(timeout)
                .method(
                    request.method(),
                    java.net.http.HttpRequest.BodyPublishers.ofInputStream(() -> stream(body)));
        for (HttpHeader header : request.headers()) {
          if (!OWN.contains(header.name().toLowerCase(Locale.ROOT))) {
            sent.header(header.name(), header.value());
          }
        }
        if (request.method().equals("GET") || request.method().equals("HEAD")) {
          sent.method(request.method(), java.net.http.HttpRequest.BodyPublishers.noBody());
        }
      } catch (IllegalArgumentException invalid) {
        throw new Failed(Failure.PROTOCOL, String.valueOf(invalid.getMessage()));
      }
      try {
        java.net.http.HttpResponse<InputStream> answer =
            client.send(sent.build(), java.net.http.HttpResponse.BodyHandlers.ofInputStream());
        List<HttpHeader> headers = new ArrayList<>();
        answer
            .headers()
            .map()
            .forEach((name, values) -> {
              if (!name.startsWith(":")) {
                values.forEach(value -> headers.add(new HttpHeader(name, value)));
              }
            });
        return new HttpResponse(answer.statusCode(), headers, Source.of(answer.body()));
      } catch (HttpConnectTimeoutException late) {
        throw new Failed(Failure.CONNECT_TIMEOUT, "connecting took too long");
      } catch (HttpTimeoutException late) {
        throw new Failed(Failure.TIMEOUT, "no answer within " + timeout.toMillis() + " ms");
      } catch (ConnectException refused) {
        throw new Failed(
            refused.getCause() != null
                    && refused.getCause().getCause() instanceof UnresolvedAddressException
                ? Failure.DNS
                : Failure.REFUSED,
            "connection to " + uri.getAuthority() + " failed");
      }
    }

    private static InputStream stream(Source body) {
      return new InputStream() {
        @Override
        public int read() throws IOException {
          byte[] one = new byte[1];
          return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
          try {
            byte[] bytes = body.read(length);
            System.arraycopy(bytes, 0, into, offset, bytes.length);
            return bytes.length == 0 && length > 0 ? -1 : bytes.length;
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
          }
        }
      };
    }
  }
}

package io.pie4j.component.wasi;

import io.pie4j.component.model.Case;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Requests and responses as resources. */
final class Messages {
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

  private Messages() {}

  static Case method(String name) {
    int known = METHODS.indexOf(name);
    return known >= 0 ? new Case(known, null) : new Case(METHODS.size(), name);
  }

  /** Empty if it is no method's name. */
  static Optional<String> method(Case method) {
    if (method.index() < METHODS.size()) {
      return Optional.of(METHODS.get(method.index()));
    }
    return method.value() instanceof String name
            && !name.isEmpty()
            && name.chars().allMatch(Fields::isToken)
        ? Optional.of(name)
        : Optional.empty();
  }

  static Case scheme(String name) {
    return switch (name) {
      case "http" -> new Case(0, null);
      case "https" -> new Case(1, null);
      default -> new Case(2, name);
    };
  }

  static String scheme(Case scheme) {
    return switch (scheme.index()) {
      case 0 -> "http";
      case 1 -> "https";
      default -> String.valueOf(scheme.value());
    };
  }

  /** The resource {@code incoming-body}. */
  static final class IncomingBody implements AutoCloseable {
    private final Input input;
    private boolean taken;

    IncomingBody(Source source, Events events) {
      input = new PumpedInput(source, events);
    }

    /** Once. */
    Optional<Input> stream() {
      if (taken) {
        return Optional.empty();
      }
      taken = true;
      return Optional.of(input);
    }

    @Override
    public void close() {
      input.close();
    }
  }

  /** The resources {@code incoming-request} and {@code incoming-response}. */
  static final class Incoming implements AutoCloseable {
    private final @Nullable HttpRequest request;
    private final int status;
    private final List<HttpHeader> headers;
    private final Source body;
    private boolean consumed;

    Incoming(HttpRequest request, Source body) {
      this.request = request;
      this.status = 0;
      this.headers = request.headers();
      this.body = body;
    }

    Incoming(HttpResponse response) {
      this.request = null;
      this.status = response.status();
      this.headers = response.headers();
      this.body = response.body();
    }

    HttpRequest request() {
      if (request == null) {
        throw new IllegalStateException("a response is no request");
      }
      return request;
    }

    int status() {
      return status;
    }

    Fields headers(Kept kept) {
      return Fields.of(kept, headers, false);
    }

    /** Once. */
    Optional<IncomingBody> consume(Events events) {
      if (consumed) {
        return Optional.empty();
      }
      consumed = true;
      return Optional.of(new IncomingBody(body, events));
    }

    @Override
    public void close() {
      if (!consumed) {
        Wasi.closeQuietly(body);
      }
    }
  }

  /** The resources {@code outgoing-request} and {@code outgoing-response}. */
  static final class Outgoing implements AutoCloseable {
    String method = "GET";
    Optional<String> scheme = Optional.empty();
    Optional<String> authority = Optional.empty();
    Optional<String> pathWithQuery = Optional.empty();
    int status = 200;
    private final Fields headers;
    private final OutgoingBody body;
    private boolean taken;

    /** Takes the headers over. */
    Outgoing(Kept kept, Fields headers) {
      this.headers = headers;
      this.body = new OutgoingBody(kept);
    }

    Fields headers() {
      return headers;
    }

    @Override
    public void close() {
      headers.close();
    }

    /** Once. */
    Optional<OutgoingBody> body() {
      if (taken) {
        return Optional.empty();
      }
      taken = true;
      return Optional.of(body);
    }

    HttpRequest request() {
      return new HttpRequest(
          method,
          scheme.orElse("https"),
          authority.orElse(""),
          pathWithQuery.orElse("/"),
          headers.all());
    }

    /** It is sent now: nobody can have a body any more who has it not. */
    void connect(OutgoingBody.Target target) throws IOException, InterruptedException {
      if (!taken) {
        taken = true;
        body.finish(List.of());
      }
      body.connect(target);
    }

    boolean isFinished() {
      return body.isFinished();
    }
  }
}

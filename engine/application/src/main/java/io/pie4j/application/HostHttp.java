package io.pie4j.application;

import io.pie4j.api.FutureBytes;
import io.pie4j.api.FutureResponse;
import io.pie4j.api.Header;
import io.pie4j.api.Http;
import io.pie4j.api.HttpRequest;
import io.pie4j.api.Pollable;
import io.pie4j.api.Response;
import io.pie4j.application.http.Caller;
import io.pie4j.application.http.Exchange;
import io.pie4j.application.http.Head;
import io.pie4j.application.http.Piece;
import io.pie4j.application.http.Reach;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Requests to servers, as one program sees them. */
final class HostHttp implements Http, AutoCloseable {
  private static final byte[] NO_BODY = {};

  private final HostSide host;
  private @Nullable Caller caller;

  HostHttp(HostSide host) {
    this.host = host;
  }

  @Override
  public FutureResponse get(String url) {
    return start("get", new HttpRequest("GET", url, List.of(), NO_BODY, OptionalInt.empty()));
  }

  @Override
  public FutureResponse post(String url, String contentType, byte[] body) {
    List<Header> headers = List.of(new Header("Content-Type", contentType));
    return start("post", new HttpRequest("POST", url, headers, body, OptionalInt.empty()));
  }

  @Override
  public FutureResponse request(HttpRequest request) {
    return start("request", request);
  }

  @Override
  public synchronized void close() {
    if (caller != null) {
      caller.close();
    }
  }

  private FutureResponse start(String call, HttpRequest request) {
    return new HostFutureResponse(host, caller().start(call, request));
  }

  /** All its requests are this one's, whichever interface they come by. */
  synchronized Caller caller() {
    Caller mine = caller;
    if (mine == null) {
      mine = host.services().web().caller(new Granted(host.capabilities()));
      caller = mine;
    }
    return mine;
  }

  private record Granted(Capabilities capabilities) implements Reach {
    @Override
    public boolean allows(String host) {
      return capabilities.http().allows(host);
    }

    @Override
    public boolean allowsPrivate() {
      return capabilities.has(Right.PRIVATE_HOSTS);
    }
  }

  /** Dropped before its response was taken, it ends the request. */
  private static final class HostFutureResponse implements FutureResponse {
    private final HostFuture.Other<Head> head;
    private final Response response;
    private volatile boolean taken;

    HostFutureResponse(HostSide host, Exchange exchange) {
      head =
          new HostFuture.Other<>(
              host,
              Answer.event(
                  exchange.head(),
                  () -> {},
                  () -> {
                    if (!taken) {
                      exchange.close();
                    }
                  }));
      response = new HostResponse(host, exchange);
    }

    @Override
    public Pollable subscribe() {
      return head.subscribe();
    }

    @Override
    public Optional<Response> get() {
      return head.valueIfReady().map(there -> taken());
    }

    @Override
    public Response await() {
      head.value();
      return taken();
    }

    @Override
    public void close() {
      head.close();
    }

    private Response taken() {
      taken = true;
      return response;
    }
  }

  private record HostResponse(HostSide host, Exchange exchange) implements Response {
    @Override
    public int status() {
      return exchange.head().join().status();
    }

    @Override
    public List<Header> headers() {
      return exchange.head().join().headers();
    }

    @Override
    public FutureBytes read(int most) {
      return future(exchange.read(most));
    }

    @Override
    public FutureBytes readAll() {
      return future(exchange.readAll());
    }

    @Override
    public void close() {
      exchange.close();
    }

    private FutureBytes future(Piece piece) {
      return new HostFuture.Bytes(
          host, Answer.event(piece.bytes(), piece::release, piece::release));
    }
  }
}

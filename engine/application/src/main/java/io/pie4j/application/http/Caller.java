package io.pie4j.application.http;

import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.HttpRequest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** One program's requests, their bounds, and their end when it ends. Any thread. */
public final class Caller implements AutoCloseable {
  private final WebClient client;
  private final Reach reach;
  private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong places;
  private final AtomicLong heldBytes = new AtomicLong();
  private volatile boolean closed;

  Caller(WebClient client, Reach reach) {
    this.client = client;
    this.reach = reach;
    places = new AtomicLong(client.settings().requestsPerInstanceMax());
  }

  /**
   * Starts a request.
   *
   * @param call for messages
   * @throws ApiException INVALID_ARGUMENT, DENIED or QUOTA_EXCEEDED; then nothing was started
   */
  public Exchange start(String call, HttpRequest request) {
    HttpSettings settings = client.settings();
    Outgoing outgoing = Outgoing.checked(call, request, settings);
    int headersMillis = settings.headersMillisMax();
    if (request.timeoutMilliseconds().isPresent()) {
      int asked = request.timeoutMilliseconds().getAsInt();
      if (asked < 1 || asked > headersMillis) {
        throw new ApiException(
            ErrorCode.INVALID_ARGUMENT,
            "%s: timeout-milliseconds is %s, must be 1 to %d (headersMillisMax)"
                .formatted(call, Integer.toUnsignedString(asked), headersMillis));
      }
      headersMillis = asked;
    }
    requireHost(call, outgoing.host());
    takePlace(call);
    if (!hold(outgoing.body().length)) {
      leave();
      throw held(call);
    }
    Exchange exchange = new Exchange(client, this, outgoing, headersMillis);
    open.add(exchange);
    exchange.start();
    if (closed) {
      exchange.close();
    }
    return exchange;
  }

  /** Ends all that is under way. */
  @Override
  public void close() {
    closed = true;
    open.forEach(Exchange::close);
  }

  void requireHost(String call, String host) {
    if (!reach.allows(host)) {
      throw new ApiException(
          ErrorCode.DENIED,
          "%s: host '%s' is none that the program was granted (capability 'http')"
              .formatted(call, Text.shown(host)));
    }
  }

  boolean allowsPrivate() {
    return reach.allowsPrivate();
  }

  void over(Exchange exchange, int bodyBytes) {
    if (open.remove(exchange)) {
      unhold(bodyBytes);
      leave();
    }
  }

  boolean hold(long bytes) {
    if (heldBytes.addAndGet(bytes) > client.settings().heldBytesMax()) {
      heldBytes.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void unhold(long bytes) {
    heldBytes.addAndGet(-bytes);
  }

  ApiException held(String call) {
    return new ApiException(
        ErrorCode.QUOTA_EXCEEDED,
        "%s: the program's requests and responses hold %d bytes of at most %d (heldBytesMax); take or drop some first"
            .formatted(call, heldBytes.get(), client.settings().heldBytesMax()));
  }

  private void takePlace(String call) {
    if (places.decrementAndGet() < 0) {
      places.incrementAndGet();
      throw new ApiException(
          ErrorCode.QUOTA_EXCEEDED,
          "%s: %d requests are under way (requestsPerInstanceMax); read a response to its end or drop it"
              .formatted(call, client.settings().requestsPerInstanceMax()));
    }
    if (!client.places().tryAcquire()) {
      places.incrementAndGet();
      throw new ApiException(
          ErrorCode.QUOTA_EXCEEDED,
          "%s: %d requests of all programs are under way (requestsMax); try again later"
              .formatted(call, client.settings().requestsMax()));
    }
  }

  private void leave() {
    places.incrementAndGet();
    client.places().release();
  }
}

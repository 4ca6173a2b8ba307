package io.pie4j.server;

import java.time.Duration;

/**
 * Where a server listens, and its bounds.
 *
 * @param host the address to listen at, as {@code 127.0.0.1}
 * @param port 0 is any that is free
 * @param requestsMax requests that are answered at once; one more is refused with 503
 * @param requestBodyBytesMax bytes of a request's body; a longer one is refused with 413
 * @param responseTimeMax from a request to the end of its response
 */
public record ServerSettings(
    String host, int port, int requestsMax, int requestBodyBytesMax, Duration responseTimeMax) {

  public ServerSettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65535, is " + port);
    }
    if (requestsMax < 1) {
      throw new IllegalArgumentException("requestsMax must be positive, is " + requestsMax);
    }
    if (requestBodyBytesMax < 0) {
      throw new IllegalArgumentException(
          "requestBodyBytesMax must not be negative, is " + requestBodyBytesMax);
    }
    if (!responseTimeMax.isPositive()) {
      throw new IllegalArgumentException("responseTimeMax must be positive, is " + responseTimeMax);
    }
  }

  /** This machine only; 256 requests at once, bodies of 8 MiB, five minutes. */
  public static ServerSettings standard() {
    return new ServerSettings("127.0.0.1", 8080, 256, 8 << 20, Duration.ofMinutes(5));
  }

  public ServerSettings at(String newHost, int newPort) {
    return new ServerSettings(newHost, newPort, requestsMax, requestBodyBytesMax, responseTimeMax);
  }

  public ServerSettings withRequestsMax(int most) {
    return new ServerSettings(host, port, most, requestBodyBytesMax, responseTimeMax);
  }

  public ServerSettings withRequestBodyBytesMax(int most) {
    return new ServerSettings(host, port, requestsMax, most, responseTimeMax);
  }

  public ServerSettings withResponseTimeMax(Duration most) {
    return new ServerSettings(host, port, requestsMax, requestBodyBytesMax, most);
  }
}

package io.pie4j.application.http;

/**
 * Bounds of programs' requests to servers.
 *
 * @param requestsPerInstanceMax requests of an instance that are not over: until the body was read
 *     or the response dropped
 * @param requestsMax the same of all instances
 * @param urlBytesMax characters of a URL
 * @param headerBytesMax bytes of all headers of a request or a response
 * @param headersMax headers of a response; the same again after a body in chunks
 * @param headerLineBytesMax bytes of one of them
 * @param requestBodyBytesMax bytes of a request's body
 * @param responseBodyBytesMax bytes of a response's body
 * @param heldBytesMax bytes of bodies that an instance has in the engine's memory: those it sends,
 *     and those it asked for and did not look at yet
 * @param redirectsMax redirects that are followed
 * @param connectMillisMax until a server accepts a connection
 * @param headersMillisMax until a response's headers are there, redirects included
 * @param stallMillisMax between two pieces of a body
 * @param exchangeMillisMax from the request to the body's end
 * @param resolversMax names that are looked up at once
 */
public record HttpSettings(
    int requestsPerInstanceMax,
    int requestsMax,
    int urlBytesMax,
    int headerBytesMax,
    int headersMax,
    int headerLineBytesMax,
    int requestBodyBytesMax,
    long responseBodyBytesMax,
    long heldBytesMax,
    int redirectsMax,
    int connectMillisMax,
    int headersMillisMax,
    int stallMillisMax,
    int exchangeMillisMax,
    int resolversMax) {

  public HttpSettings {
    requirePositive("requestsPerInstanceMax", requestsPerInstanceMax);
    requirePositive("requestsMax", requestsMax);
    requirePositive("urlBytesMax", urlBytesMax);
    requirePositive("headerBytesMax", headerBytesMax);
    requirePositive("headersMax", headersMax);
    requirePositive("headerLineBytesMax", headerLineBytesMax);
    requirePositive("requestBodyBytesMax", requestBodyBytesMax);
    requirePositive("responseBodyBytesMax", responseBodyBytesMax);
    requirePositive("heldBytesMax", heldBytesMax);
    requirePositive("redirectsMax", redirectsMax + 1L);
    requirePositive("connectMillisMax", connectMillisMax);
    requirePositive("headersMillisMax", headersMillisMax);
    requirePositive("stallMillisMax", stallMillisMax);
    requirePositive("exchangeMillisMax", exchangeMillisMax);
    requirePositive("resolversMax", resolversMax);
  }

  /**
   * 16 requests an instance and 1,024 in all; 8 KiB of URL, 64 KiB of headers, 128 of them from a
   * server, each of 16 KiB; bodies of 16 MiB to servers and 64 MiB from them, 32 MiB of them held;
   * 5 redirects; 10 s to connect, 60 s for headers and between pieces, 10 minutes in all; 32 names
   * at once.
   */
  public static HttpSettings standard() {
    return new HttpSettings(
        16, 1_024, 8_192, 1 << 16, 128, 1 << 14, 16 << 20, 64L << 20, 32L << 20, 5, 10_000, 60_000,
        60_000, 600_000, 32);
  }

  private static void requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is too small");
    }
  }
}

package io.pie4j.model.registry;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How a hub is reached, and what it may make us do.
 *
 * @param endpoint where the hub's routes begin
 * @param token says who we are to the hub, and to nobody else
 * @param bytesMax of all files of a pull together
 * @param filesMax files that a repository may list
 * @param attemptsMax tries of a request, or of a file between which nothing more came
 * @param backoff the wait after the first failure; it doubles, to at most ten seconds
 * @param stall the longest wait for the next byte
 */
public record HubSettings(
    URI endpoint,
    Optional<String> token,
    long bytesMax,
    int filesMax,
    int attemptsMax,
    Duration backoff,
    Duration stall) {
  private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
  private static final int MAX_TOKEN_CHARS = 512;

  /** Checks the address and every bound. */
  public HubSettings {
    boolean web = "https".equals(endpoint.getScheme()) || "http".equals(endpoint.getScheme());
    if (!web || endpoint.getHost() == null || endpoint.getRawUserInfo() != null) {
      throw new RegistryException.Refused(
          "hub '%s': expected an address such as %s".formatted(endpoint, DEFAULT_ENDPOINT));
    }
    if (token.isPresent() && !token.get().matches("[!-~]{1," + MAX_TOKEN_CHARS + "}")) {
      throw new RegistryException.Refused(
          "the hub's token: expected 1..%d letters, digits and signs".formatted(MAX_TOKEN_CHARS));
    }
    if (bytesMax < 1 || filesMax < 1 || attemptsMax < 1 || !stall.isPositive()) {
      throw new IllegalArgumentException("a bound of the hub is below 1");
    }
  }

  /** The public hub, without a token: 512 GiB, 10,000 files, 6 tries, 60 s without a byte. */
  public static HubSettings defaults() {
    return new HubSettings(
        URI.create(DEFAULT_ENDPOINT),
        Optional.empty(),
        512L << 30,
        10_000,
        6,
        Duration.ofMillis(500),
        Duration.ofSeconds(60));
  }

  /** With {@code HF_ENDPOINT} and {@code HF_TOKEN} where they are set. */
  public HubSettings with(Map<String, String> environment) {
    String endpointText = environment.getOrDefault("HF_ENDPOINT", "").strip();
    String tokenText = environment.getOrDefault("HF_TOKEN", "").strip();
    HubSettings placed = endpointText.isEmpty() ? this : withEndpoint(endpointText);
    return tokenText.isEmpty() ? placed : placed.withToken(tokenText);
  }

  /**
   * At another address.
   *
   * @throws RegistryException.Refused if it is none
   */
  public HubSettings withEndpoint(String address) {
    URI uri;
    try {
      uri = URI.create(address);
    } catch (IllegalArgumentException e) {
      throw new RegistryException.Refused("hub '%s' is no address".formatted(address));
    }
    return new HubSettings(uri, token, bytesMax, filesMax, attemptsMax, backoff, stall);
  }

  /** As somebody. */
  public HubSettings withToken(String newToken) {
    return new HubSettings(
        endpoint, Optional.of(newToken), bytesMax, filesMax, attemptsMax, backoff, stall);
  }

  /** With another bound on the bytes of a pull. */
  public HubSettings withBytesMax(long newBytesMax) {
    return new HubSettings(endpoint, token, newBytesMax, filesMax, attemptsMax, backoff, stall);
  }

  /** With another patience. */
  public HubSettings withPatience(int newAttemptsMax, Duration newBackoff, Duration newStall) {
    return new HubSettings(
        endpoint, token, bytesMax, filesMax, newAttemptsMax, newBackoff, newStall);
  }

  /** True for an address of the hub itself. */
  boolean isHub(URI uri) {
    return endpoint.getScheme().equalsIgnoreCase(uri.getScheme())
        && endpoint.getHost().equalsIgnoreCase(uri.getHost())
        && port(endpoint) == port(uri);
  }

  /** The token is for the hub's own ears, over a line that nobody else hears. */
  boolean sendsToken(URI uri) {
    return isHub(uri) && (uri.getScheme().equals("https") || isLoopback(uri.getHost()));
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || (host.matches("[\\d.]+|\\[[\\da-fA-F:]+]")
            && InetAddress.ofLiteral(host).isLoopbackAddress());
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
  }
}

package io.pie4j.model.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Requests to a hub. Redirects are followed here and not by the client: the token must not follow
 * them to other hosts, and what the hub says of a large file stands in its redirect.
 */
final class HubHttp implements AutoCloseable {
  private static final int MAX_REDIRECTS = 5;
  private static final Duration CONNECT = Duration.ofSeconds(20);

  private final HubSettings settings;
  private final HttpClient client;

  HubHttp(HubSettings settings) {
    this.settings = settings;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .build();
  }

  HubSettings settings() {
    return settings;
  }

  /**
   * An answer that carries what was asked for.
   *
   * @param body to be closed
   * @param offset where in the file the body begins
   * @param bytes of the whole file
   * @param sha256 of the whole file
   */
  record Answer(InputStream body, long offset, OptionalLong bytes, Optional<String> sha256)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      body.close();
    }
  }

  /** The file ends before the offset that was asked for. */
  static final class NoSuchRange extends IOException {
    private static final long serialVersionUID = 1L;

    NoSuchRange(String message) {
      super(message);
    }
  }

  /**
   * Asks for what lies at {@code uri} from byte {@code offset}; the answer may begin at 0
   * nevertheless.
   *
   * @param what is asked for, as errors say it
   * @throws IOException if it may go well another time
   * @throws RegistryException.Hub if it will not
   */
  Answer get(URI uri, long offset, String what) throws IOException, InterruptedException {
    URI at = uri;
    OptionalLong linkedBytes = OptionalLong.empty();
    Optional<String> sha256 = Optional.empty();
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      HttpResponse<InputStream> response = send(at, offset);
      if (settings.isHub(at)) {
        linkedBytes = linkedBytes.isPresent() ? linkedBytes : number(response, "X-Linked-Size");
        sha256 = sha256.or(() -> sha256(response));
      }
      int status = response.statusCode();
      if (status == 200 || status == 206) {
        return answer(response, offset, linkedBytes, sha256, what);
      }
      response.body().close();
      if (status == 416) {
        throw new NoSuchRange(what + ": no byte " + offset);
      }
      if (status / 100 != 3) {
        throw failed(response, at, what);
      }
      at = redirect(at, response, what);
    }
    throw new RegistryException.Hub(
        "%s: more than %d redirects, the last to %s".formatted(what, MAX_REDIRECTS, at.getHost()));
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }

  private HttpResponse<InputStream> send(URI uri, long offset)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(settings.stall())
            .header("User-Agent", "pie4j")
            .header("Accept-Encoding", "identity");
    if (offset > 0) {
      request.header("Range", "bytes=" + offset + "-");
    }
    if (settings.token().isPresent() && settings.sendsToken(uri)) {
      request.header("Authorization", "Bearer " + settings.token().get());
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (ConnectException e) { // which says nothing more
      throw new IOException("cannot connect to " + uri.getRawAuthority(), e);
    }
  }

  private static Answer answer(
      HttpResponse<InputStream> response,
      long offset,
      OptionalLong linkedBytes,
      Optional<String> sha256,
      String what)
      throws IOException {
    boolean partial = response.statusCode() == 206;
    OptionalLong length = number(response, "Content-Length");
    if (!partial) {
      return new Answer(response.body(), 0, linkedBytes.isPresent() ? linkedBytes : length, sha256);
    }
    String range = response.headers().firstValue("Content-Range").orElse("");
    if (offset == 0 || !range.startsWith("bytes " + offset + "-")) {
      response.body().close();
      throw new RegistryException.Hub(
          "%s: asked from byte %d, was answered with '%s'".formatted(what, offset, range));
    }
    OptionalLong total =
        linkedBytes.isPresent() || length.isEmpty()
            ? linkedBytes
            : OptionalLong.of(offset + length.getAsLong());
    return new Answer(response.body(), offset, total, sha256);
  }

  private URI redirect(URI from, HttpResponse<?> response, String what) {
    String location = response.headers().firstValue("Location").orElse("");
    URI to;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new RegistryException.Hub(
          what + ": redirected to '" + location + "', which is no address");
    }
    boolean web = "https".equals(to.getScheme()) || to.getScheme().equals(from.getScheme());
    if (location.isEmpty() || !web || to.getHost() == null) {
      throw new RegistryException.Hub(
          "%s: redirected from %s to '%s', which is not followed"
              .formatted(what, from.getHost(), location));
    }
    return to;
  }

  /** Statuses that pass by themselves are an {@link IOException}. */
  private RegistryException.Hub failed(HttpResponse<?> response, URI at, String what)
      throws IOException {
    int status = response.statusCode();
    if (status == 408 || status == 429 || status >= 500) {
      throw new IOException(at.getHost() + " answered " + status);
    }
    String code = response.headers().firstValue("X-Error-Code").orElse("");
    String host = at.getRawAuthority();
    return new RegistryException.Hub(
        switch (status) {
          case 401 ->
              "%s: %s wants to know who asks; set HF_TOKEN%s, or check the name: hubs say this of models that do not exist, too"
                  .formatted(what, host, tokenState(at));
          case 403 ->
              "%s: %s denies access%s; accept the model's terms on the hub, and set HF_TOKEN%s"
                  .formatted(what, host, code.isEmpty() ? "" : " (" + code + ")", tokenState(at));
          case 404 ->
              switch (code.toLowerCase(Locale.ROOT)) {
                case "revisionnotfound" -> what + ": there is no such revision on " + host;
                case "entrynotfound" -> what + ": there is no such file on " + host;
                default -> what + ": there is no such model on " + host;
              };
          default -> "%s: %s answered %d %s".formatted(what, host, status, code).strip();
        });
  }

  private String tokenState(URI at) {
    return settings.token().isEmpty()
        ? ""
        : settings.sendsToken(at)
            ? " (the one that is set is not accepted)"
            : " (it is set, but is sent over https only)";
  }

  private static OptionalLong number(HttpResponse<?> response, String header) {
    String text = response.headers().firstValue(header).orElse("");
    return text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }

  /** A large file's entity tag is its digest; a small one's is something else and shorter. */
  private static Optional<String> sha256(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("X-Linked-ETag")
        .or(() -> response.headers().firstValue("ETag"))
        .map(tag -> tag.replaceFirst("^W/", "").replace("\"", "").toLowerCase(Locale.ROOT))
        .filter(tag -> HubListing.SHA_256.matcher(tag).matches());
  }
}

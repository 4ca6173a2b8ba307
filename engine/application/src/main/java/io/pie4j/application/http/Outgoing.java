package io.pie4j.application.http;

import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.Header;
import io.pie4j.api.HttpRequest;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;

/**
 * A request that was checked, to one place.
 *
 * @param url with a scheme and a host, without user and fragment
 * @param body empty for none
 */
record Outgoing(String method, URI url, List<Header> headers, byte[] body) {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

  /** The engine writes these, or they would change where a request ends and the next begins. */
  private static final Set<String> RESERVED =
      Set.of(
          "host",
          "content-length",
          "transfer-encoding",
          "connection",
          "keep-alive",
          "upgrade",
          "te",
          "trailer",
          "expect",
          "proxy-connection",
          "proxy-authorization");

  /** A program's secrets are for the server that it named. */
  private static final Set<String> SECRET = Set.of("authorization", "cookie");

  static Outgoing checked(String call, HttpRequest request, HttpSettings settings) {
    if (!METHODS.contains(request.method())) {
      throw invalid(
          call,
          "method must be GET, HEAD, POST, PUT, PATCH or DELETE, is '%s'"
              .formatted(Text.shown(request.method())));
    }
    if (request.url().length() > settings.urlBytesMax()) {
      throw invalid(
          call,
          "url has %d characters; the limit is %d (urlBytesMax)"
              .formatted(request.url().length(), settings.urlBytesMax()));
    }
    if (request.body().length > settings.requestBodyBytesMax()) {
      throw new ApiException(
          ErrorCode.QUOTA_EXCEEDED,
          "%s: body has %d bytes; the limit is %d (requestBodyBytesMax)"
              .formatted(call, request.body().length, settings.requestBodyBytesMax()));
    }
    requireHeaders(call, request.headers(), settings);
    URI url;
    try {
      url = web(new URI(request.url()));
    } catch (URISyntaxException e) {
      throw invalid(call, "url '%s': %s".formatted(Text.shown(request.url()), e.getReason()));
    }
    return new Outgoing(request.method(), url, request.headers(), request.body());
  }

  private static void requireHeaders(String call, List<Header> headers, HttpSettings settings) {
    long bytes = 0;
    for (Header header : headers) {
      String name = header.name();
      if (!Text.isHeaderName(name)) {
        throw invalid(call, "header name '%s' is none".formatted(Text.shown(name)));
      }
      if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
        throw invalid(call, "header '%s' is the engine's to set".formatted(Text.shown(name)));
      }
      if (!Text.isHeaderValue(header.value())) {
        throw invalid(
            call,
            "header '%s' has a value with line breaks, control characters or characters beyond Latin-1"
                .formatted(Text.shown(name)));
      }
      bytes += name.length() + header.value().length() + 4;
      if (bytes > settings.headerBytesMax()) {
        throw new ApiException(
            ErrorCode.QUOTA_EXCEEDED,
            "%s: headers have more than %d bytes (headerBytesMax)"
                .formatted(call, settings.headerBytesMax()));
      }
    }
  }

  /**
   * A URL with only what is needed.
   *
   * @throws URISyntaxException if it is none of the web's
   */
  private static URI web(URI url) throws URISyntaxException {
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new URISyntaxException("", "must begin with http:// or https://");
    }
    String host = url.getHost();
    if (host == null) {
      throw new URISyntaxException(
          "", "has no host that can be looked up (one beyond ASCII must be written as xn--…)");
    }
    if (url.getRawUserInfo() != null) {
      throw new URISyntaxException("", "must have no user and password; use a header");
    }
    if (url.getPort() == 0 || url.getPort() > 65_535) {
      throw new URISyntaxException("", "has port %d".formatted(url.getPort()));
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(url.toString())) {
      throw new URISyntaxException("", "has half a surrogate pair"); // toASCIIString would fail
    }
    String path = String.valueOf(url.getRawPath());
    return new URI(
        new URI(
                scheme
                    + "://"
                    + host
                    + (url.getPort() < 0 ? "" : ":" + url.getPort())
                    + (path.isEmpty() ? "/" : path)
                    + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery()))
            .toASCIIString());
  }

  /** Where a redirect leads; what was for one server only stays behind. */
  Outgoing redirected(int status, String location, HttpSettings settings) {
    URI to;
    try {
      if (location.length() > settings.urlBytesMax()) {
        throw new URISyntaxException("", "is longer than urlBytesMax");
      }
      to = web(url.resolve(new URI(location)));
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new ApiException(
          ErrorCode.FAILED,
          "%s redirected to '%s', which is no address".formatted(host(), Text.shown(location)));
    }
    if (url.getScheme().equals("https") && !to.getScheme().equals("https")) {
      throw new ApiException(
          ErrorCode.DENIED,
          "%s redirected from https to http, which is not followed".formatted(host()));
    }
    boolean read =
        !method.equals("HEAD")
            && (status == 303 || ((status == 301 || status == 302) && method.equals("POST")));
    boolean elsewhere =
        !to.getRawAuthority().equals(url.getRawAuthority())
            || !to.getScheme().equals(url.getScheme());
    List<Header> kept = new ArrayList<>();
    for (Header header : headers) {
      String name = header.name().toLowerCase(Locale.ROOT);
      if (!(elsewhere && SECRET.contains(name)) && !(read && name.startsWith("content-"))) {
        kept.add(header);
      }
    }
    return read ? new Outgoing("GET", to, kept, new byte[0]) : new Outgoing(method, to, kept, body);
  }

  /** As it stands in the URL, an IPv6 address without its brackets. */
  String host() {
    String host = url.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** As the library sends it; what it adds by itself are the host and the body's length. */
  HttpUriRequestBase forWire(String agent) {
    HttpUriRequestBase wire = new HttpUriRequestBase(method, url);
    headers.forEach(header -> wire.addHeader(header.name(), header.value()));
    setUnlessThere(wire, "User-Agent", agent);
    setUnlessThere(wire, "Accept", "*/*");
    setUnlessThere(wire, "Accept-Encoding", "identity");
    wire.setHeader("Connection", "close");
    if (body.length > 0) {
      // Sent in pieces, between which an early answer is noticed.
      wire.setEntity(new InputStreamEntity(new ByteArrayInputStream(body), body.length, null));
    }
    return wire;
  }

  private static void setUnlessThere(HttpUriRequestBase wire, String name, String value) {
    if (!wire.containsHeader(name)) {
      wire.setHeader(name, value);
    }
  }

  private static ApiException invalid(String call, String problem) {
    return new ApiException(ErrorCode.INVALID_ARGUMENT, call + ": " + problem);
  }
}

package io.pie4j.inferlet.tools;

import io.pie4j.api.Api;
import io.pie4j.api.Response;
import io.pie4j.inferlet.Task;
import io.pie4j.inferlet.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * A server whose answers are text, as tools use it. The program's manifest names its host.
 *
 * <pre>{@code
 * Web web = new Web(api, "https://example.com");
 * Task<String> found = web.get("/search", "q", "page tables");
 * }</pre>
 */
public final class Web {
  private final Api api;
  private final String base;

  /** The address up to the path, without a slash at its end. */
  public Web(Api api, String base) {
    this.api = api;
    this.base = base;
  }

  /**
   * What it answers to a request with one parameter; fails with an {@link IllegalArgumentException}
   * if that is no success.
   */
  public Task<String> get(String path, String parameter, String value) {
    String url = base + path + "?" + encoded(parameter) + "=" + encoded(value);
    return asked(url, () -> Task.of(api.http().get(url)));
  }

  /** As {@link #get} what it answers to JSON. */
  public Task<String> post(String path, JsonValue json) {
    String url = base + path;
    byte[] body = json.toString().getBytes(StandardCharsets.UTF_8);
    return asked(url, () -> Task.of(api.http().post(url, "application/json", body)));
  }

  /** A refusal to ask fails the task. */
  private static Task<String> asked(String url, Supplier<Task<Response>> asking) {
    return Task.completed(url).then(_ -> asking.get()).then(response -> body(url, response));
  }

  private static Task<String> body(String url, Response response) {
    int status = response.status();
    Task<byte[]> bytes = Task.of(response.readAll());
    bytes.onDone(response::close);
    return bytes.map(body -> {
      String text = new String(body, StandardCharsets.UTF_8);
      if (status < 200 || status > 299) {
        throw new IllegalArgumentException(url + " answered " + status + ": " + text);
      }
      return text;
    });
  }

  /** Text as it stands in the query of a URL. */
  public static String encoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (letter || "-._~".indexOf(c) >= 0) {
        encoded.append(c);
      } else {
        encoded.append('%');
        encoded.append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
        encoded.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
      }
    }
    return encoded.toString();
  }
}

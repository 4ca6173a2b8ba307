package io.pie4j.inferlets.contract;

import io.pie4j.api.ErrorCode;
import io.pie4j.api.FutureBytes;
import io.pie4j.api.FutureResponse;
import io.pie4j.api.Header;
import io.pie4j.api.HttpRequest;
import io.pie4j.api.Pollable;
import io.pie4j.api.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/**
 * Requests to a server of the launching side. It answers {@code /echo} with a line {@code METHOD
 * content-type x-pie}, then the body; {@code /bytes?N} with so many bytes; {@code /held} once the
 * launching side is asked to let go; {@code /moved} with the way to {@code /echo}, {@code /away}
 * with the way to a server that is not granted; everything else with status 404.
 */
final class HttpChecks {
  private HttpChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of("http-get", HttpChecks::get, "http.get", "http.response.read-all"),
        Check.of("http-post", HttpChecks::post, "http.post"),
        Check.of("http-request", HttpChecks::request, "http.request"),
        Check.of(
            "http-response",
            HttpChecks::response,
            "http.response.status",
            "http.response.headers",
            "http.response.read"),
        Check.of(
            "future-response",
            HttpChecks::futureResponse,
            "http.future-response.subscribe",
            "http.future-response.get",
            "http.future-response.await"),
        Check.of(
            "future-bytes",
            HttpChecks::futureBytes,
            "types.future-bytes.subscribe",
            "types.future-bytes.get",
            "types.future-bytes.await"),
        Check.of("http-denied", HttpChecks::denied));
  }

  private static String url(Stage stage, String path) {
    return stage.told("server") + path;
  }

  private static Response response(Stage stage, FutureResponse future) {
    try (future;
        Pollable ready = future.subscribe()) {
      Expect.that(stage.comes(ready), "a response does not come");
      return future.await();
    }
  }

  private static byte[] bytes(Stage stage, FutureBytes future) {
    try (future;
        Pollable ready = future.subscribe()) {
      Expect.that(stage.comes(ready), "bytes do not come");
      return future.await();
    }
  }

  private static String body(Stage stage, FutureResponse future) {
    try (Response response = response(stage, future)) {
      return new String(bytes(stage, response.readAll()), StandardCharsets.UTF_8);
    }
  }

  private static void get(Stage stage) {
    Expect.equal(
        body(stage, stage.api().http().get(url(stage, "/echo"))), "GET - -\n", "what it answered");
    Expect.equal(
        body(stage, stage.api().http().get(url(stage, "/moved"))),
        "GET - -\n",
        "what it answered where it had moved to");
  }

  private static void post(Stage stage) {
    byte[] body = "Grüße".getBytes(StandardCharsets.UTF_8);
    Expect.equal(
        body(stage, stage.api().http().post(url(stage, "/echo"), "text/plain", body)),
        "POST text/plain -\nGrüße",
        "what it answered");
  }

  private static void request(Stage stage) {
    HttpRequest request =
        new HttpRequest(
            "PUT",
            url(stage, "/echo"),
            List.of(new Header("X-Pie", "cherry"), new Header("Content-Type", "text/x")),
            new byte[] {'a', 'b'},
            OptionalInt.empty());
    Expect.equal(
        body(stage, stage.api().http().request(request)),
        "PUT text/x cherry\nab",
        "what it answered");
    stage.confirm("hold the server");
    HttpRequest impatient =
        new HttpRequest("GET", url(stage, "/held"), List.of(), new byte[0], OptionalInt.of(50));
    Expect.refused(
        ErrorCode.TIMED_OUT, () -> response(stage, stage.api().http().request(impatient)), "50");
  }

  private static void response(Stage stage) {
    try (Response missing = response(stage, stage.api().http().get(url(stage, "/nowhere")))) {
      Expect.equal(missing.status(), 404, "the status of what is missing");
    }
    byte[] expected = ClientChecks.content(100_000);
    try (Response response = response(stage, stage.api().http().get(url(stage, "/bytes?100000")))) {
      Expect.equal(response.status(), 200, "the status");
      String header = "";
      String before = "";
      for (Header each : response.headers()) {
        Expect.that(before.compareTo(each.name()) <= 0, "not sorted: " + each.name());
        before = each.name();
        header = each.name().equals("x-pie") ? each.value() : header;
      }
      Expect.equal(header, "apple", "the header x-pie");
      byte[] found = new byte[expected.length];
      int length = 0;
      while (true) {
        byte[] more = bytes(stage, response.read(30_000));
        if (more.length == 0) {
          break;
        }
        Expect.that(more.length <= 30_000, "read " + more.length + " bytes, 30000 were asked for");
        Expect.that(length + more.length <= found.length, "more than the body");
        System.arraycopy(more, 0, found, length, more.length);
        length += more.length;
      }
      Expect.equal(length, found.length, "the body's length");
      Expect.equal(found, expected, "the body");
      Expect.equal(bytes(stage, response.readAll()).length, 0, "the rest behind the end");
    }
  }

  private static void futureResponse(Stage stage) {
    stage.confirm("hold the server");
    try (FutureResponse future = stage.api().http().get(url(stage, "/held"));
        Pollable ready = future.subscribe()) {
      Expect.that(future.get().isEmpty(), "a response while the server is held");
      Expect.that(!ready.ready(), "ready while the server is held");
      stage.confirm("release the server");
      Expect.that(stage.comes(ready), "the response does not come");
      try (Response response = future.get().orElseThrow()) {
        Expect.equal(response.status(), 200, "the status");
      }
    }
    try (FutureResponse future = stage.api().http().get(url(stage, "/nowhere"));
        Response response = future.await()) {
      Expect.equal(response.status(), 404, "the status that was awaited");
    }
  }

  private static void futureBytes(Stage stage) {
    stage.confirm("hold the server");
    // Its headers come at once, its body once the server is released.
    try (Response response = response(stage, stage.api().http().get(url(stage, "/slow")));
        FutureBytes future = response.readAll();
        Pollable ready = future.subscribe()) {
      Expect.that(future.get().isEmpty(), "a body while the server is held");
      Expect.that(!ready.ready(), "ready while the server is held");
      stage.confirm("release the server");
      Expect.that(stage.comes(ready), "the body does not come");
      Expect.equal(future.get().orElse(new byte[0]), new byte[] {'s', 'l', 'o', 'w'}, "the body");
    }
    try (Response response = response(stage, stage.api().http().get(url(stage, "/bytes?100")));
        FutureBytes future = response.readAll()) {
      Expect.equal(future.await(), ClientChecks.content(100), "the body that was awaited");
    }
  }

  private static void denied(Stage stage) {
    var http = stage.api().http();
    Expect.refused(
        ErrorCode.DENIED,
        () -> response(stage, http.get(stage.told("denied-server"))),
        "get",
        stage.told("denied-host"));
    Expect.refused(
        ErrorCode.DENIED,
        () -> response(stage, http.get(url(stage, "/away"))),
        stage.told("denied-host"));
    Expect.refused(
        ErrorCode.INVALID_ARGUMENT, () -> response(stage, http.get("file:///etc/passwd")), "url");
    Expect.refused(ErrorCode.INVALID_ARGUMENT, () -> response(stage, http.get("not a url")), "url");
    get(stage); // the program goes on
  }
}

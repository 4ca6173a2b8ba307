package io.pie4j.application.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.Header;
import io.pie4j.api.HttpRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers on loopback, good ones and bad ones. */
@Timeout(60)
final class WebClientTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  /** Short enough to be waited for where a test is about time; 4 requests, 100,000 bytes. */
  private static final HttpSettings SMALL =
      new HttpSettings(
          4, 6, 2_000, 4_000, 100, 2_000, 50_000, 150_000, 100_000, 2, 5_000, 20_000, 20_000,
          20_000, 4);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<String, InetAddress[]> names = new HashMap<>();
  private final AtomicInteger lookups = new AtomicInteger();
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private HttpServer server;
  private WebClient client;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
    server.start();
    client = client(SMALL);
    names.put("here.test", new InetAddress[] {LOOPBACK});
    names.put("there.test", new InetAddress[] {LOOPBACK});
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.stop(0);
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  private WebClient client(HttpSettings settings) {
    return new WebClient(
        settings,
        "test",
        this::lookUp,
        () -> {
          throw new AssertionError("no TLS here");
        });
  }

  private InetAddress[] lookUp(String host) throws IOException {
    lookups.incrementAndGet();
    InetAddress[] known = names.get(host);
    return known == null ? InetAddress.getAllByName(host) : known;
  }

  @Test
  void getsAPageWithItsHeaders() {
    serve(
        "/page",
        exchange -> {
          exchange.getResponseHeaders().add("X-Two", "b");
          exchange.getResponseHeaders().add("X-Two", "a");
          answer(exchange, 200, "hello " + exchange.getRequestHeaders().getFirst("Host"));
        });
    Exchange exchange = anywhere().start("get", get(url("/page?q=1&r=a%20b")));
    Head head = exchange.head().join();
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.headers()).contains(new Header("x-two", "b"), new Header("x-two", "a"));
    assertThat(head.headers()).isSortedAccordingTo((a, b) -> a.name().compareTo(b.name()));
    assertThat(text(exchange.readAll())).isEqualTo("hello here.test:" + port());
    assertThat(text(exchange.readAll())).isEmpty();
    assertThat(seen.remove()).isEqualTo("GET /page?q=1&r=a%20b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE"})
  void sendsBodiesAndHeaders(String method) {
    serve(
        "/echo",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1);
          answer(exchange, 201, exchange.getRequestHeaders().getFirst("X-Mine") + " " + body);
        });
    Exchange exchange =
        anywhere()
            .start(
                "request",
                new HttpRequest(
                    method,
                    url("/echo"),
                    List.of(new Header("X-Mine", "mine")),
                    "text".getBytes(ISO_8859_1),
                    OptionalInt.of(10_000)));
    assertThat(exchange.head().join().status()).isEqualTo(201);
    assertThat(text(exchange.readAll())).isEqualTo("mine text");
  }

  @Test
  void readsABodyInPiecesAsItComes() throws IOException {
    CountDownLatch firstRead = new CountDownLatch(1);
    serve(
        "/slow",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write("one".getBytes(ISO_8859_1));
          exchange.getResponseBody().flush();
          firstRead.await();
          exchange.getResponseBody().write("two".getBytes(ISO_8859_1));
          exchange.close();
        });
    Exchange exchange = anywhere().start("get", get(url("/slow")));
    assertThat(text(exchange.read(2))).isEqualTo("on");
    assertThat(text(exchange.read(-1))).isEqualTo("e");
    Piece later = exchange.read(100);
    Piece end = exchange.read(100);
    assertThat(later.bytes()).isNotDone();
    firstRead.countDown();
    assertThat(text(later)).isEqualTo("two");
    assertThat(text(end)).isEmpty();
    assertThatThrownBy(() -> exchange.read(0)).hasMessageContaining("most is 0");
  }

  @Test
  void headAndEmptyAnswersHaveNoBody() {
    serve(
        "/head",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Length", "5");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    serve(
        "/none",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    assertThat(text(anywhere().start("request", request("HEAD", url("/head"))).readAll()))
        .isEmpty();
    assertThat(text(anywhere().start("get", get(url("/none"))).readAll())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "301, POST, GET,",
    "302, POST, GET,",
    "303, PUT, GET,",
    "307, POST, POST, body",
    "308, PUT, PUT, body",
    "303, HEAD, HEAD,",
  })
  void followsRedirects(int status, String method, String then, String body) {
    serve(
        "/from",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          redirect(exchange, status, "/to?x=1#part");
        });
    serve(
        "/to",
        exchange ->
            answer(
                exchange, 200, new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1)));
    Exchange exchange =
        anywhere()
            .start(
                "request",
                new HttpRequest(
                    method,
                    url("/from"),
                    List.of(new Header("Content-Type", "text/plain")),
                    "body".getBytes(ISO_8859_1),
                    OptionalInt.empty()));
    assertThat(text(exchange.readAll())).isEqualTo(body == null ? "" : body);
    assertThat(seen).containsExactly(method + " /from", then + " /to?x=1");
  }

  @Test
  void secretsDoNotFollowToAnotherHost() {
    serve("/from", exchange -> redirect(exchange, 302, "http://there.test:" + port() + "/to"));
    serve(
        "/to", exchange -> answer(exchange, 200, exchange.getRequestHeaders().keySet().toString()));
    HttpRequest request =
        new HttpRequest(
            "GET",
            url("/from"),
            List.of(new Header("Authorization", "secret"), new Header("X-Open", "open")),
            new byte[0],
            OptionalInt.empty());
    assertThat(text(anywhere().start("request", request).readAll()))
        .contains("X-open")
        .doesNotContain("Authorization");
  }

  @Test
  void everyHopIsChecked() {
    serve("/from", exchange -> redirect(exchange, 302, "http://there.test:" + port() + "/to"));
    serve("/loop", exchange -> redirect(exchange, 302, "/loop"));
    serve("/odd", exchange -> redirect(exchange, 302, "ftp://here.test/"));
    Caller here = client.caller(reach("here.test", true));
    assertFails(here, url("/from"), ErrorCode.DENIED, "'there.test'");
    assertFails(here, url("/loop"), ErrorCode.FAILED, "more than 2 redirects");
    assertFails(here, url("/odd"), ErrorCode.FAILED, "which is no address");
    assertThatThrownBy(() -> here.start("get", get("http://there.test/")))
        .hasMessageContaining("get: host 'there.test'")
        .matches(failure -> ((ApiException) failure).code() == ErrorCode.DENIED);
  }

  @Test
  void privateAddressesAreDeniedUnlessGranted() throws IOException {
    serve("/", exchange -> answer(exchange, 200, "inside"));
    Caller outside = client.caller(reach("*", false));
    names.put("mixed.test", new InetAddress[] {InetAddress.getByName("8.8.8.8"), LOOPBACK});
    for (String host : List.of("here.test", "127.0.0.1", "[::1]", "2130706433", "mixed.test")) {
      assertFails(
          outside,
          "http://" + host + ":" + port() + "/",
          ErrorCode.DENIED,
          "which is no public address");
    }
    assertThat(seen).isEmpty();
  }

  @Test
  void aNameIsLookedUpOnceAndConnectedToWhereItWasChecked() {
    serve("/", exchange -> answer(exchange, 200, "here"));
    assertThat(text(anywhere().start("get", get(url("/"))).readAll())).isEqualTo("here");
    assertThat(lookups).hasValue(1);
    assertFails(anywhere(), "http://nowhere.invalid/", ErrorCode.FAILED, "is not found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "here",
        "ftp://here.test/",
        "file:///etc/passwd",
        "http:///path",
        "http://user:password@here.test/",
        "http://here.test:0/",
        "http://here.test:65536/",
        "http://under_score.test/",
        "http://here.test/a b",
        "http://here.test/\r\nHost: there.test",
      })
  void aBadUrlIsAnInvalidArgument(String url) {
    assertThatThrownBy(() -> anywhere().start("get", get(url)))
        .hasMessageStartingWith("get: url '")
        .matches(failure -> ((ApiException) failure).code() == ErrorCode.INVALID_ARGUMENT)
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "Host, x",
    "content-LENGTH, 3",
    "Transfer-Encoding, chunked",
    "Connection, x",
    "Upgrade, x",
    "'', x",
    "'a b', x",
    "'a:', x",
    "X, 'a\nHost: b'",
    "X, 'a\rb'",
    "X, 'a\0b'",
    "X, 'ā'",
  })
  void headersThatWouldChangeTheRequestAreInvalid(String name, String value) {
    HttpRequest request =
        new HttpRequest(
            "GET", url("/"), List.of(new Header(name, value)), new byte[0], OptionalInt.empty());
    assertThatThrownBy(() -> anywhere().start("request", request))
        .matches(failure -> ((ApiException) failure).code() == ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void requestsAreBounded() {
    String url = url("/");
    assertThatThrownBy(() -> anywhere().start("request", request("TRACE", url)))
        .hasMessageContaining("method must be");
    assertThatThrownBy(() -> anywhere().start("get", get(url + "x".repeat(2_000))))
        .hasMessageContaining("urlBytesMax");
    assertThatThrownBy(() -> anywhere().start("post", post(url, 50_001)))
        .hasMessageContaining("requestBodyBytesMax");
    HttpRequest headers =
        new HttpRequest(
            "GET",
            url,
            List.of(new Header("X", "y".repeat(4_000))),
            new byte[0],
            OptionalInt.empty());
    assertThatThrownBy(() -> anywhere().start("request", headers))
        .hasMessageContaining("headerBytesMax");
    for (int millis : new int[] {0, 20_001, -1}) {
      HttpRequest timed =
          new HttpRequest("GET", url, List.of(), new byte[0], OptionalInt.of(millis));
      assertThatThrownBy(() -> anywhere().start("request", timed))
          .hasMessageContaining("headersMillisMax");
    }
  }

  @Test
  void requestsAtOnceAreBoundedAndPlacesComeBack() throws IOException {
    String silent = silentServer();
    Caller one = anywhere();
    Caller two = anywhere();
    List<Exchange> waiting = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      waiting.add(one.start("get", get(silent)));
    }
    assertThatThrownBy(() -> one.start("get", get(silent)))
        .hasMessageContaining("requestsPerInstanceMax");
    two.start("get", get(silent));
    two.start("get", get(silent));
    assertThatThrownBy(() -> two.start("get", get(silent))).hasMessageContaining("(requestsMax)");
    waiting.getFirst().close();
    assertThat(failure(waiting.getFirst().head()).code()).isEqualTo(ErrorCode.FAILED);
    one.start("get", get(silent));
    one.close();
    waiting.forEach(exchange -> assertThat(failure(exchange.head())).isNotNull());
    two.close();
    assertThat(client.places().availablePermits()).isEqualTo(6);
  }

  @Test
  void bodiesInMemoryAreBounded() {
    serve("/", exchange -> answer(exchange, 200, "x".repeat(90_000)));
    serve("/large", exchange -> answer(exchange, 200, "x".repeat(150_001)));
    Caller caller = anywhere();
    Exchange first = caller.start("get", get(url("/")));
    Piece all = first.readAll();
    assertThat(all.bytes().join()).hasSize(90_000);
    Exchange second = caller.start("get", get(url("/")));
    assertThat(failure(second.readAll().bytes()))
        .hasMessageContaining("heldBytesMax")
        .matches(failure -> failure.code() == ErrorCode.QUOTA_EXCEEDED);
    assertThatThrownBy(() -> caller.start("post", post(url("/"), 20_000)))
        .hasMessageContaining("heldBytesMax");
    all.release();
    Exchange third = caller.start("get", get(url("/large")));
    Piece piece = third.read(50_000);
    while (!piece.bytes().isCompletedExceptionally()) {
      piece.bytes().exceptionally(failure -> new byte[0]).join();
      piece.release();
      if (!piece.bytes().isCompletedExceptionally()) {
        piece = third.read(50_000);
      }
    }
    assertThat(failure(piece.bytes())).hasMessageContaining("responseBodyBytesMax");
    assertThat(caller.hold(100_000)).as("nothing is held any more").isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "'hello\r\n', Invalid protocol version",
    "'HTTP/2 200 OK\r\n\r\n', Unsupported version",
    "'HTTP/1.1 OK\r\n\r\n', invalid status code",
    "'HTTP/1.1 20 OK\r\n\r\n', invalid status code",
    "'', closed the connection",
    "'HTTP/1.1 200 OK\r\nX: y', closed the connection",
    "'HTTP/1.1 200 OK\r\nno header\r\n\r\n', Invalid header",
    "'HTTP/1.1 200 OK\r\nno header: x\r\n\r\n', a header that is none",
    "'HTTP/1.1 200 OK\r\nX: a\u0007\r\n\r\n', a header that is none",
    "'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', Negative content length",
    "'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n', Invalid content length",
    "'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', Multiple Content-Length",
    "'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n', transfer encoding",
    "'HTTP/1.1 101 Other\r\n\r\n', changed the protocol",
  })
  void aServerThatSpeaksSomethingElseFails(String answer, String message) throws IOException {
    assertFails(anywhere(), rawServer(answer), ErrorCode.FAILED, message);
  }

  @ParameterizedTest
  @CsvSource({
    "'Content-Length: 10\r\n\r\nhello', Premature end",
    "'Transfer-Encoding: chunked\r\n\r\n5\r\nhel', Truncated chunk",
    "'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n', Premature end",
    "'Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello', Bad chunk header",
    "'Transfer-Encoding: chunked\r\n\r\n-5\r\nhello', Negative chunk size",
    "'Transfer-Encoding: chunked\r\n\r\nzz\r\nhello', Bad chunk header",
    "'Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n', Unexpected content",
  })
  void aBodyThatIsNotWhatItSaysFails(String rest, String message) throws IOException {
    Exchange exchange = anywhere().start("get", get(rawServer("HTTP/1.1 200 OK\r\n" + rest)));
    assertThat(exchange.head().join().status()).isEqualTo(200);
    assertThat(failure(exchange.readAll().bytes()))
        .hasMessageContaining(message)
        .matches(failure -> failure.code() == ErrorCode.FAILED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.0 200 OK\r\n\r\nhello",
        "HTTP/1.1 200\nContent-Length: 5\n\nhello and more",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n003\r\nllo\r\n0\r\nT: x\r\n\r\n",
      })
  void everyWayToEndABodyIsUnderstood(String answer) throws IOException {
    Exchange exchange = anywhere().start("get", get(rawServer(answer)));
    assertThat(text(exchange.readAll())).isEqualTo("hello");
  }

  @Test
  void endlessHeadersAreCutOff() throws IOException {
    String ok = "HTTP/1.1 200 OK\r\n";
    for (String answer :
        List.of(
            ok + "X: y\r\n".repeat(1_000),
            ok + "X: " + "y".repeat(2_000) + "\r\n\r\n",
            ok + ("X: " + "y".repeat(1_000) + "\r\n").repeat(4) + "\r\n",
            "HTTP/1.1 103 Early\r\n\r\n".repeat(1_000))) {
      assertFails(anywhere(), rawServer(answer), ErrorCode.FAILED, "headers are too long (header");
    }
    String chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
    for (String answer :
        List.of(
            chunked + "5;" + "x".repeat(2_000) + "\r\nhello\r\n0\r\n\r\n",
            chunked + "5\r\nhello\r\n0\r\n" + "X: y\r\n".repeat(1_000))) {
      Exchange exchange = anywhere().start("get", get(rawServer(answer)));
      assertThat(failure(exchange.readAll().bytes())).hasMessageContaining("headersMax 100");
    }
  }

  @Test
  void bodiesComeAsTheServerPackedThem() {
    serve(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          answer(exchange, 200, "packed " + exchange.getRequestHeaders().get("Accept-Encoding"));
        });
    Exchange exchange = anywhere().start("get", get(url("/")));
    assertThat(text(exchange.readAll())).isEqualTo("packed [identity]");
    assertThat(exchange.head().join().value("content-encoding")).contains("gzip");
  }

  @Test
  void cookiesAreNotKept() {
    serve(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Set-Cookie", "a=b; Path=/");
          answer(exchange, 200, "" + exchange.getRequestHeaders().getFirst("Cookie"));
        });
    Caller caller = anywhere();
    for (int i = 0; i < 2; i++) {
      assertThat(text(caller.start("get", get(url("/"))).readAll())).isEqualTo("null");
    }
  }

  @Test
  void aServerMayRefuseABodyBeforeItHasReadIt() throws IOException {
    CompletableFuture<Long> sent = new CompletableFuture<>();
    String refusing =
        rawServer(socket -> {
          socket
              .getOutputStream()
              .write("HTTP/1.1 413 Large\r\nContent-Length: 2\r\n\r\nno".getBytes(ISO_8859_1));
          long bytes = 0;
          byte[] buffer = new byte[1 << 16];
          try {
            for (int n = 0; n >= 0; n = socket.getInputStream().read(buffer)) {
              bytes += n;
            }
          } catch (IOException reset) {
            // the client went without a word
          }
          sent.complete(bytes);
        });
    HttpSettings large =
        new HttpSettings(
            4, 6, 2_000, 4_000, 100, 2_000, 64 << 20, 10, 64 << 20, 2, 5_000, 20_000, 20_000,
            20_000, 4);
    try (WebClient patient = client(large)) {
      Exchange exchange = patient.caller(reach("*", true)).start("post", post(refusing, 64 << 20));
      assertThat(exchange.head().join().status()).isEqualTo(413);
      assertThat(text(exchange.readAll())).isEqualTo("no");
    }
    assertThat(sent.join()).isLessThan(64 << 20);
  }

  @Test
  void aProgramsEndEndsItsReads() throws IOException {
    CompletableFuture<Integer> gone = new CompletableFuture<>();
    String server =
        rawServer(socket -> {
          readHead(socket.getInputStream());
          socket
              .getOutputStream()
              .write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello".getBytes(ISO_8859_1));
          try {
            gone.complete(socket.getInputStream().read());
          } catch (IOException reset) {
            gone.complete(-1);
          }
        });
    Caller caller = anywhere();
    Exchange exchange = caller.start("get", get(server));
    assertThat(exchange.head().join().status()).isEqualTo(200);
    Piece rest = exchange.readAll();
    caller.close();
    assertThat(failure(rest.bytes())).hasMessageContaining("was dropped");
    assertThat(gone.join()).isEqualTo(-1);
  }

  @Test
  void secretsDoNotFollowToAnotherOrigin() {
    HttpRequest request =
        new HttpRequest(
            "GET",
            "http://here.test/",
            List.of(new Header("Cookie", "secret")),
            new byte[0],
            OptionalInt.empty());
    Outgoing from = Outgoing.checked("get", request, SMALL);
    assertThat(from.redirected(302, "/other", SMALL).headers()).hasSize(1);
    for (String to : List.of("http://here.test:81/", "https://here.test/", "//there.test/")) {
      assertThat(from.redirected(302, to, SMALL).headers()).as(to).isEmpty();
    }
  }

  @Test
  void aServerThatIsSilentInTheHandshakeTimesOut() throws IOException {
    try (WebClient patient =
        new WebClient(SMALL, "test", this::lookUp, DefaultClientTlsStrategy::createDefault)) {
      HttpRequest timed =
          new HttpRequest(
              "GET",
              silentServer().replace("http:", "https:"),
              List.of(),
              new byte[0],
              OptionalInt.of(200));
      Caller caller = patient.caller(reach("*", true));
      assertThat(failure(caller.start("request", timed).head()).code())
          .isEqualTo(ErrorCode.TIMED_OUT);
    }
  }

  @Test
  void aServerThatIsSilentTimesOut() throws IOException {
    HttpRequest timed =
        new HttpRequest("GET", silentServer(), List.of(), new byte[0], OptionalInt.of(20));
    Exchange exchange = anywhere().start("request", timed);
    assertThat(failure(exchange.head()))
        .hasMessageContaining("did not answer within 20 ms")
        .matches(failure -> failure.code() == ErrorCode.TIMED_OUT);
  }

  @Test
  void aServerThatDoesNotTakeTheBodyTimesOut() throws IOException {
    HttpSettings large =
        new HttpSettings(
            4, 6, 2_000, 4_000, 100, 2_000, 64 << 20, 1, 64 << 20, 2, 5_000, 20_000, 20_000, 20_000,
            4);
    try (WebClient patient = client(large)) {
      HttpRequest timed =
          new HttpRequest(
              "POST", silentServer(), List.of(), new byte[64 << 20], OptionalInt.of(50));
      Exchange exchange = patient.caller(reach("*", true)).start("request", timed);
      assertThat(failure(exchange.head()).code()).isEqualTo(ErrorCode.TIMED_OUT);
    }
  }

  @ParameterizedTest
  @CsvSource({"20, 20000, stallMillisMax", "20000, 20, exchangeMillisMax"})
  void aBodyThatStallsTimesOut(int stallMillis, int exchangeMillis, String bound)
      throws IOException {
    HttpSettings hasty =
        new HttpSettings(
            4,
            6,
            2_000,
            4_000,
            100,
            2_000,
            1,
            1_000,
            100_000,
            2,
            5_000,
            20_000,
            stallMillis,
            exchangeMillis,
            4);
    String server = serverThatStays("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    try (WebClient impatient = client(hasty)) {
      Exchange exchange = impatient.caller(reach("*", true)).start("get", get(server));
      assertThat(failure(exchange.readAll().bytes()))
          .hasMessageContaining(bound)
          .matches(failure -> failure.code() == ErrorCode.TIMED_OUT);
    }
  }

  @Test
  void aNameServerThatIsSilentTimesOut() {
    CountDownLatch never = new CountDownLatch(1);
    WebClient.Resolver stuck =
        host -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          return new InetAddress[0];
        };
    try (WebClient waiting =
        new WebClient(
            SMALL,
            "test",
            stuck,
            () -> {
              throw new AssertionError("no TLS here");
            })) {
      HttpRequest timed =
          new HttpRequest("GET", "http://x.test/", List.of(), new byte[0], OptionalInt.of(20));
      Exchange exchange = waiting.caller(reach("*", true)).start("request", timed);
      assertThat(failure(exchange.head()).code()).isEqualTo(ErrorCode.TIMED_OUT);
    } finally {
      never.countDown();
    }
  }

  @Test
  void aServerThatIsNotThereFails() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
      free = socket.getLocalPort();
    }
    assertFails(anywhere(), "http://here.test:" + free, ErrorCode.FAILED, "here.test: ");
  }

  @Test
  void secretServersMustProveTheirName(@TempDir Path folder) throws Exception {
    SSLContext context = context(folder);
    HttpsServer https = HttpsServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(context));
    https.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 6);
          exchange.getResponseBody().write("secret".getBytes(ISO_8859_1));
          exchange.close();
        });
    https.createContext(
        "/down",
        exchange -> {
          exchange.getResponseHeaders().set("Location", url("/"));
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    https.start();
    int port = https.getAddress().getPort();
    try (WebClient trusting = new WebClient(SMALL, "test", this::lookUp, () -> trusting(context));
        WebClient strict =
            new WebClient(SMALL, "test", this::lookUp, DefaultClientTlsStrategy::createDefault)) {
      Caller caller = trusting.caller(reach("*", true));
      assertThat(text(caller.start("get", get("https://here.test:" + port + "/")).readAll()))
          .isEqualTo("secret");
      assertFails(caller, "https://there.test:" + port + "/", ErrorCode.FAILED, "there.test");
      assertFails(
          caller, "https://here.test:" + port + "/down", ErrorCode.DENIED, "from https to http");
      assertFails(
          strict.caller(reach("*", true)),
          "https://here.test:" + port + "/",
          ErrorCode.FAILED,
          "here.test");
    } finally {
      https.stop(0);
    }
  }

  private static DefaultClientTlsStrategy trusting(SSLContext context) {
    return new DefaultClientTlsStrategy(context, HostnameVerificationPolicy.BUILTIN, null);
  }

  /** A certificate for here.test that nobody signed. */
  private static SSLContext context(Path folder) throws Exception {
    Path file = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "here",
                "-dname",
                "CN=here.test",
                "-ext",
                "SAN=dns:here.test",
                "-storepass",
                "password",
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, "password".toCharArray());
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, "password".toCharArray());
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    trusted.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }

  /** What a server does with a request. */
  @FunctionalInterface
  private interface Handling {
    void handle(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private void serve(String path, Handling handling) {
    server.createContext(
        path,
        exchange -> {
          seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          try {
            handling.handle(exchange);
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        });
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head || body.isEmpty() ? -1 : body.length());
    if (!head) {
      exchange.getResponseBody().write(body.getBytes(ISO_8859_1));
    }
    exchange.close();
  }

  private static void redirect(HttpExchange exchange, int status, String to) throws IOException {
    exchange.getResponseHeaders().set("Location", to);
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  /** Answers any request with these bytes and closes. */
  private String rawServer(String answer) throws IOException {
    return rawServer(socket -> {
      readHead(socket.getInputStream());
      socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
      socket.close();
    });
  }

  /** Answers any request with these bytes and says no more. */
  private String serverThatStays(String answer) throws IOException {
    return rawServer(socket -> socket.getOutputStream().write(answer.getBytes(ISO_8859_1)));
  }

  /** Takes connections and says nothing. */
  private String silentServer() throws IOException {
    return rawServer(socket -> {});
  }

  /** What a server does with a connection. */
  @FunctionalInterface
  private interface Talk {
    void with(Socket socket) throws IOException;
  }

  private String rawServer(Talk talk) throws IOException {
    ServerSocket listening = new ServerSocket(0, 16, LOOPBACK);
    open.add(listening);
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              Socket socket = listening.accept();
              open.add(socket);
              talk.with(socket);
            }
          } catch (IOException closed) {
            // the test is over
          }
        });
    return "http://here.test:" + listening.getLocalPort() + "/";
  }

  private static void readHead(InputStream in) throws IOException {
    for (int last = 0; last != 0x0d0a0d0a; ) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      last = last << 8 | next;
    }
  }

  private Caller anywhere() {
    return client.caller(reach("*", true));
  }

  private static Reach reach(String host, boolean privateHosts) {
    return new Reach() {
      @Override
      public boolean allows(String other) {
        return host.equals("*") || host.equals(other);
      }

      @Override
      public boolean allowsPrivate() {
        return privateHosts;
      }
    };
  }

  private int port() {
    return server.getAddress().getPort();
  }

  private String url(String path) {
    return "http://here.test:" + port() + path;
  }

  private static HttpRequest get(String url) {
    return request("GET", url);
  }

  private static HttpRequest request(String method, String url) {
    return new HttpRequest(method, url, List.of(), new byte[0], OptionalInt.empty());
  }

  private static HttpRequest post(String url, int bytes) {
    return new HttpRequest("POST", url, List.of(), new byte[bytes], OptionalInt.empty());
  }

  private static String text(Piece piece) {
    String text = new String(piece.bytes().join(), ISO_8859_1);
    piece.release();
    return text;
  }

  private static void assertFails(Caller caller, String url, ErrorCode code, String message) {
    Exchange exchange = caller.start("get", get(url));
    Piece body = exchange.readAll();
    ApiException failure = failure(exchange.head());
    assertThat(failure(body.bytes())).isSameAs(failure);
    assertThat(failure).hasMessageContaining(message);
    assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
    assertThat(failure.getMessage()).doesNotContain("\n");
  }

  private static ApiException failure(CompletableFuture<?> future) {
    try {
      future.join();
    } catch (CompletionException e) {
      return (ApiException) Objects.requireNonNull(e.getCause());
    }
    throw new AssertionError("did not fail");
  }
}

package io.pie4j.server;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.pie4j.application.Instance;
import io.pie4j.application.LaunchException;
import io.pie4j.application.LaunchRequest;
import io.pie4j.application.Lifecycle;
import io.pie4j.application.Outcome;
import io.pie4j.application.WasmProgram;
import io.pie4j.application.WebRequest;
import io.pie4j.component.wasi.HttpHeader;
import io.pie4j.component.wasi.HttpRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Has a program answer HTTP requests: each by a fresh instance, which sees nothing of others. What
 * fails inside the program is a 500 and a line in the log, or the end of the connection if the
 * response had begun.
 */
public final class ProgramServer implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger("io.pie4j.server");
  private static final int SHOWN_CHARS_MAX = 200;
  private static final int HEADER_BYTES_MAX = 1 << 16;
  private static final int URL_BYTES_MAX = 1 << 14;

  /**
   * Says at each start what it consists of; kept, since loggers nobody holds forget their level.
   */
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  /** Prints the stack of what it throws as well. */
  private static final Logger STARTER = Logger.getLogger("io.helidon.webserver.LoomServer");

  private final Lifecycle lifecycle;
  private final Supplier<LaunchRequest> launches;
  private final ServerSettings settings;
  private final Semaphore places;
  private final WebServer server;

  private ProgramServer(
      Lifecycle lifecycle, Supplier<LaunchRequest> launches, ServerSettings settings) {
    this.lifecycle = lifecycle;
    this.launches = launches;
    this.settings = settings;
    places = new Semaphore(settings.requestsMax());
    HELIDON.setLevel(Level.WARNING);
    STARTER.setLevel(Level.OFF);
    Http1Config http1 =
        Http1Config.builder()
            .maxHeadersSize(HEADER_BYTES_MAX)
            .maxPrologueLength(URL_BYTES_MAX)
            .build();
    server =
        WebServer.builder()
            .host(settings.host())
            .port(settings.port())
            .shutdownHook(false)
            // A token must not wait until the one before it was acknowledged.
            .connectionOptions(options -> options.tcpNoDelay(true))
            .addConnectionSelector(Http1ConnectionSelector.builder().config(http1).build())
            .routing(routes -> routes.any(this::answer))
            .build();
  }

  /**
   * Begins to listen.
   *
   * @param program the server
   * @param launches how it is launched for each request: for whom, and who hears what it prints
   * @throws LaunchException if the program is no server, or the address cannot be had
   */
  public static ProgramServer start(
      Lifecycle lifecycle,
      WasmProgram program,
      Supplier<LaunchRequest> launches,
      ServerSettings settings) {
    Lifecycle.requireServer(program);
    ProgramServer made = new ProgramServer(lifecycle, launches, settings);
    made.server.start();
    if (!made.server.isRunning()) {
      // It keeps the reason to itself.
      made.close();
      throw new LaunchException(
          "cannot listen at %s, port %d: %s"
              .formatted(settings.host(), settings.port(), problem(settings)));
    }
    return made;
  }

  private static String problem(ServerSettings settings) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(settings.host(), settings.port()));
      return "the port was taken for a moment; try again";
    } catch (IOException | RuntimeException reason) {
      return String.valueOf(reason.getMessage());
    }
  }

  public int port() {
    return server.port();
  }

  /** Takes no more requests; instances that answer go on for a moment. */
  @Override
  public void close() {
    server.stop();
  }

  private void answer(ServerRequest request, ServerResponse response) throws InterruptedException {
    if (!places.tryAcquire()) {
      busy(response, "%d requests are being answered".formatted(settings.requestsMax()));
      return;
    }
    AtomicBoolean left = new AtomicBoolean();
    Runnable leave =
        () -> {
          if (!left.getAndSet(true)) {
            places.release();
          }
        };
    try {
      Optional<byte[]> body = body(request);
      if (body.isEmpty()) {
        leave.run();
        say(
            response,
            Status.REQUEST_ENTITY_TOO_LARGE_413,
            "the body has more than %d bytes".formatted(settings.requestBodyBytesMax()));
        return;
      }
      Reply reply = new Reply();
      Instance instance =
          lifecycle.serve(launches.get(), new WebRequest(head(request), body.get(), reply));
      // Its place is free when it is over, which may be after its client has gone.
      var _ =
          instance
              .outcome()
              .thenAccept(outcome -> {
                leave.run();
                reply.ended(outcome);
                tell(instance, request, outcome);
              });
      new Delivery(settings, instance, reply, request, response).run();
    } catch (LaunchException refused) {
      leave.run();
      busy(response, String.valueOf(refused.getMessage()));
    } catch (IOException gone) {
      leave.run();
    }
  }

  private static void tell(Instance instance, ServerRequest request, Outcome outcome) {
    if (!(outcome instanceof Outcome.Finished)) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          () ->
              "[%s] %s %s: %s"
                  .formatted(
                      instance.shortId(),
                      request.prologue().method().text(),
                      shown(request.path().rawPath()),
                      shown(outcome.message())));
    }
  }

  private static String shown(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= SHOWN_CHARS_MAX ? line : line.substring(0, SHOWN_CHARS_MAX) + "…";
  }

  /** Empty if it is too long. */
  private Optional<byte[]> body(ServerRequest request) throws IOException {
    if (!request.content().hasEntity()) {
      return Optional.of(new byte[0]);
    }
    try (InputStream in = request.content().inputStream()) {
      byte[] body = in.readNBytes(settings.requestBodyBytesMax() + 1);
      return body.length > settings.requestBodyBytesMax() ? Optional.empty() : Optional.of(body);
    }
  }

  private static HttpRequest head(ServerRequest request) {
    List<HttpHeader> headers = new ArrayList<>();
    request
        .headers()
        .forEach(header -> {
          String name = header.headerName().lowerCase();
          header.allValues().forEach(value -> headers.add(new HttpHeader(name, value)));
        });
    String query = request.query().rawValue();
    return new HttpRequest(
        request.prologue().method().text(),
        request.isSecure() ? "https" : "http",
        request.authority(),
        request.path().rawPath() + (query.isEmpty() ? "" : "?" + query),
        headers);
  }

  private static void busy(ServerResponse response, String why) {
    response.header(HeaderValues.create(HeaderNames.RETRY_AFTER, "1"));
    say(response, Status.SERVICE_UNAVAILABLE_503, why + "; try again later");
  }

  /** A line of the server's own. */
  static void say(ServerResponse response, Status status, String text) {
    HeaderName type = HeaderNames.CONTENT_TYPE;
    response
        .status(status)
        .header(HeaderValues.create(type, "text/plain; charset=utf-8"))
        .send((text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}

package io.pie4j.server;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.pie4j.application.Instance;
import io.pie4j.application.Outcome;
import io.pie4j.component.wasi.HttpHeader;
import io.pie4j.server.Reply.Part;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One response's way to the client, on the connection's thread. */
final class Delivery {
  /** What belongs to the connection is the server's to say. */
  private static final Set<String> OWN =
      Set.of("connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer");

  private final ServerSettings settings;
  private final Instance instance;
  private final Reply reply;
  private final ServerRequest request;
  private final ServerResponse response;
  private final long deadline;
  private @Nullable OutputStream body;
  private boolean isStarted;
  private boolean isFinished;

  Delivery(
      ServerSettings settings,
      Instance instance,
      Reply reply,
      ServerRequest request,
      ServerResponse response) {
    this.settings = settings;
    this.instance = instance;
    this.reply = reply;
    this.request = request;
    this.response = response;
    deadline = System.nanoTime() + settings.responseTimeMax().toNanos();
  }

  /** Until the response is complete, the program has ended, or its time is up. */
  void run() throws InterruptedException {
    try {
      while (!isFinished) {
        Optional<Part> next = reply.next(deadline - System.nanoTime());
        if (next.isEmpty()) {
          late();
          return;
        }
        switch (next.get()) {
          case Part.Start start -> start(start);
          case Part.Bytes(byte[] bytes) -> write(bytes);
          case Part.Finish _ -> finish();
          case Part.Ended(Outcome outcome) -> {
            failed(outcome.message());
            return;
          }
        }
      }
    } catch (IOException gone) {
      // The program sees it too, when it writes on.
      reply.abandon();
      throw new CloseConnectionException("the client is gone", gone);
    }
  }

  private void start(Part.Start start) throws IOException {
    if (start.status() < 200 || start.status() > 599) {
      instance.terminate("it answered with status " + start.status() + ", none of 200 to 599");
      reply.abandon();
      refuse();
      isFinished = true;
      return;
    }
    isStarted = true;
    response.status(Status.create(start.status()));
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (HttpHeader header : start.headers()) {
      String name = header.name().toLowerCase(Locale.ROOT);
      if (!OWN.contains(name)) {
        headers.computeIfAbsent(name, _ -> new ArrayList<>()).add(header.value());
      }
    }
    headers.forEach(
        (name, values) -> response.header(HeaderNames.create(name), values.toArray(String[]::new)));
    if (hasBody(start.status())) {
      body = response.outputStream();
    }
  }

  private boolean hasBody(int status) {
    return status != 204 && status != 304 && !request.prologue().method().text().equals("HEAD");
  }

  private void write(byte[] bytes) throws IOException {
    OutputStream out = body;
    if (out == null) {
      return;
    }
    out.write(bytes);
    if (!reply.hasNext()) {
      // Nothing more is there yet: a stream of tokens is read as they come.
      out.flush();
    }
  }

  private void finish() throws IOException {
    isFinished = true;
    OutputStream out = body;
    if (out != null) {
      out.close();
    } else {
      response.send();
    }
  }

  private void late() {
    String why = "not over within " + settings.responseTimeMax().toSeconds() + " s";
    instance.terminate(why + " (responseTimeMax)");
    reply.abandon();
    if (isStarted) {
      throw new CloseConnectionException(why);
    }
    ProgramServer.say(response, Status.GATEWAY_TIMEOUT_504, "the program was " + why);
  }

  private void failed(String why) {
    if (isStarted) {
      throw new CloseConnectionException(why);
    }
    refuse();
  }

  /** The client learns only where to look. */
  private void refuse() {
    ProgramServer.say(
        response,
        Status.INTERNAL_SERVER_ERROR_500,
        "the program failed; see the log at [" + instance.shortId() + "]");
  }
}

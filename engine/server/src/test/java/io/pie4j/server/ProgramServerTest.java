package io.pie4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.application.Audience;
import io.pie4j.application.Instance;
import io.pie4j.application.LaunchException;
import io.pie4j.application.LaunchRequest;
import io.pie4j.application.Lifecycle;
import io.pie4j.application.LifecycleSettings;
import io.pie4j.application.Manifest;
import io.pie4j.application.Outcome;
import io.pie4j.application.ProgramBinary;
import io.pie4j.application.ProgramName;
import io.pie4j.application.WasmProgram;
import io.pie4j.component.WasmEngine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The program is engine/component's test server: what it does follows from a request's method. */
@Timeout(60)
final class ProgramServerTest {
  private static final Path SERVER = Path.of("../component/src/test/components/http.wasm");
  private static final Path NO_SERVER =
      Path.of("../../inferlets/rust/prebuilt/text-completion.wasm");
  private static final ServerSettings SETTINGS = ServerSettings.standard().at("127.0.0.1", 0);

  private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
  private final WasmEngine wasm = new WasmEngine();
  private final Lifecycle lifecycle = new Lifecycle(LifecycleSettings.standard(), List.of());
  private final HttpClient client = HttpClient.newHttpClient();

  private final class Recorder implements Audience {
    @Override
    public void printed(Instance instance, String text) {}

    @Override
    public void message(Instance instance, String message) {}

    @Override
    public void file(Instance instance, String name, byte[] content) {}

    @Override
    public void ended(Instance instance, Outcome outcome) {
      outcomes.add(outcome);
    }
  }

  @AfterEach
  void stop() {
    client.close();
    lifecycle.close();
    wasm.close();
  }

  private WasmProgram program(Path file) {
    ProgramBinary binary = ProgramBinary.read(file);
    return WasmProgram.load(
        wasm, ProgramName.parse("server"), Manifest.none(), binary, LifecycleSettings.standard());
  }

  private ProgramServer serve(WasmProgram program, ServerSettings settings) {
    return ProgramServer.start(
        lifecycle,
        program,
        () ->
            new LaunchRequest(
                program,
                List.of(),
                "tester",
                LifecycleSettings.standard().limits(),
                new Recorder()),
        settings);
  }

  private static HttpRequest request(ProgramServer server, String method, String body) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/path?a=b"))
        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
        .build();
  }

  private HttpResponse<String> ask(ProgramServer server, String method, String body)
      throws IOException, InterruptedException {
    return client.send(request(server, method, body), BodyHandlers.ofString());
  }

  @Test
  void eachRequestIsAnsweredByAnInstanceOfItsOwn() throws Exception {
    try (ProgramServer server = serve(program(SERVER), SETTINGS)) {
      for (int i = 0; i < 20; i++) {
        HttpResponse<String> response = ask(server, "GET", "");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("hello, world");
      }
    }
    lifecycle.close();
    assertThat(outcomes).hasSize(20).allMatch(outcome -> outcome instanceof Outcome.Finished);
  }

  @Test
  void aProgramThatSaysNothingIsAnError() throws Exception {
    try (ProgramServer server = serve(program(SERVER), SETTINGS)) {
      HttpResponse<String> response = ask(server, "POST", "a body that nobody reads");
      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(response.body()).startsWith("the program failed; see the log at [");
      assertThat(ask(server, "GET", "").statusCode()).isEqualTo(200);
    }
    assertThat(outcomes.peek()).isEqualTo(new Outcome.Failed("returned without a response"));
  }

  @Test
  void aResponseThatIsNotFinishedLooksUnfinished() {
    try (ProgramServer server = serve(program(SERVER), SETTINGS)) {
      assertThatThrownBy(() -> ask(server, "PUT", "")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aTrapIsTheProgramsOwn() throws Exception {
    try (ProgramServer server = serve(program(SERVER), SETTINGS)) {
      // The response to a HEAD has begun when the program traps: there is nothing to cut but it.
      assertThatThrownBy(() -> ask(server, "HEAD", "")).isInstanceOf(IOException.class);
      assertThat(ask(server, "GET", "").body()).isEqualTo("hello, world");
    }
    assertThat(outcomes.peek()).isInstanceOf(Outcome.Stopped.class);
  }

  @Test
  void aProgramThatTakesTooLongIsEnded() throws Exception {
    ServerSettings quick = SETTINGS.withResponseTimeMax(Duration.ofMillis(300));
    try (ProgramServer server = serve(program(SERVER), quick)) {
      assertThat(ask(server, "DELETE", "").statusCode()).isEqualTo(504);
      assertThat(ask(server, "GET", "").statusCode()).isEqualTo(200);
    }
    lifecycle.close();
    assertThat(outcomes).anyMatch(outcome -> outcome instanceof Outcome.Terminated);
  }

  @Test
  void moreRequestsThanThereArePlacesAreRefused() throws Exception {
    ServerSettings one = SETTINGS.withRequestsMax(1);
    try (ProgramServer server = serve(program(SERVER), one)) {
      var endless = client.sendAsync(request(server, "DELETE", ""), BodyHandlers.ofString());
      while (lifecycle.list().isEmpty()) {
        Thread.onSpinWait();
      }
      HttpResponse<String> response = ask(server, "GET", "");
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.headers().firstValue("retry-after")).hasValue("1");
      assertThat(response.body()).isEqualTo("1 requests are being answered; try again later\n");
      lifecycle.list().forEach(instance -> instance.terminate("by the test"));
      assertThat(endless.get().statusCode()).isEqualTo(500);
      assertThat(ask(server, "GET", "").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aBodyThatIsTooLongIsRefused() throws Exception {
    try (ProgramServer server = serve(program(SERVER), SETTINGS.withRequestBodyBytesMax(10))) {
      assertThat(ask(server, "GET", "0123456789").statusCode()).isEqualTo(200);
      assertThat(ask(server, "GET", "0123456789!").statusCode()).isEqualTo(413);
    }
  }

  @Test
  void manyAtOnceAreAnsweredEach() throws Exception {
    try (ProgramServer server = serve(program(SERVER), SETTINGS)) {
      List<CompletableFuture<HttpResponse<String>>> answers =
          IntStream.range(0, 64)
              .mapToObj(_ -> client.sendAsync(request(server, "GET", ""), BodyHandlers.ofString()))
              .toList();
      for (CompletableFuture<HttpResponse<String>> answer : answers) {
        assertThat(answer.get().body()).isEqualTo("hello, world");
      }
    }
    lifecycle.close();
    assertThat(outcomes).hasSize(64).allMatch(outcome -> outcome instanceof Outcome.Finished);
  }

  @Test
  void whatIsNoServerIsNotServed() {
    WasmProgram program = program(NO_SERVER);
    assertThatThrownBy(() -> serve(program, SETTINGS))
        .isInstanceOf(LaunchException.class)
        .hasMessageContaining("is no HTTP server: it does not export wasi:http/incoming-handler");
  }

  @Test
  void aPortThatIsTakenIsSaid() {
    WasmProgram program = program(SERVER);
    try (ProgramServer server = serve(program, SETTINGS)) {
      assertThatThrownBy(() -> serve(program, SETTINGS.at("127.0.0.1", server.port())))
          .isInstanceOf(LaunchException.class)
          .hasMessageContaining("cannot listen at 127.0.0.1, port " + server.port());
    }
  }

  @Test
  void aServerIsNotRun() {
    WasmProgram program = program(SERVER);
    LaunchRequest launch =
        new LaunchRequest(
            program, List.of(), "tester", LifecycleSettings.standard().limits(), new Recorder());
    assertThatThrownBy(() -> lifecycle.launch(launch))
        .isInstanceOf(LaunchException.class)
        .hasMessageContaining("pie serve");
  }
}

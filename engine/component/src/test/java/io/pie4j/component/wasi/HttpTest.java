package io.pie4j.component.wasi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.component.InstanceEnded;
import io.pie4j.component.Limits;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.model.CompiledComponent;
import io.pie4j.component.model.Component;
import io.pie4j.component.model.ComponentInstance;
import io.pie4j.component.model.Linker;
import io.pie4j.component.wasi.IncomingHttp.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HttpTest {
  /** What came of a request. */
  private static final class Recorder implements IncomingHttp.Responder {
    private final List<String> events = new ArrayList<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    @Override
    public void start(int status, List<HttpHeader> headers) {
      events.add("start " + status);
    }

    @Override
    public void write(byte[] bytes) {
      events.add("write");
      body.writeBytes(bytes);
    }

    @Override
    public void finish(List<HttpHeader> trailers) {
      events.add("finish");
    }

    private String text() {
      return body.toString(StandardCharsets.UTF_8);
    }
  }

  private static Outcome handle(String method, IncomingHttp.Responder responder)
      throws IOException {
    Linker linker = new Linker();
    Wasi.offer(linker);
    byte[] bytes = Files.readAllBytes(Path.of("src/test/components/http.wasm"));
    Component component = Component.parse("http", bytes);
    HttpRequest request = new HttpRequest(method, "http", "localhost", "/", List.of());
    try (CompiledComponent compiled = component.compile(new WasmEngine());
        Wasi wasi = Wasi.builder().build();
        ComponentInstance instance =
            linker.instantiate(compiled, Limits.standard(), List.of(wasi))) {
      String handler = IncomingHttp.handler(component).orElseThrow();
      return IncomingHttp.handle(instance, handler, request, Source.empty(), responder);
    }
  }

  @Test
  void aServerAnswersInPieces() throws IOException {
    Recorder recorder = new Recorder();
    assertThat(handle("GET", recorder)).isEqualTo(new Outcome.Answered());
    assertThat(recorder.events).containsExactly("start 200", "write", "write", "finish");
    assertThat(recorder.text()).isEqualTo("hello, world");
  }

  @Test
  void aTrapLeavesTheResponseUnfinished() {
    Recorder recorder = new Recorder();
    assertThatThrownBy(() -> handle("HEAD", recorder)).isInstanceOf(InstanceEnded.class);
    assertThat(recorder.events).containsExactly("start 200", "write");
  }

  @Test
  void noAnswerAndHalfAnAnswerAreTold() throws IOException {
    assertThat(handle("POST", new Recorder())).isEqualTo(new Outcome.Unanswered());
    assertThat(handle("PUT", new Recorder())).isEqualTo(new Outcome.CutOff());
  }

  @Test
  void whoeverAskedMayBeGone() throws IOException {
    IncomingHttp.Responder gone =
        new IncomingHttp.Responder() {
          @Override
          public void start(int status, List<HttpHeader> headers) throws IOException {
            throw new IOException("gone");
          }

          @Override
          public void write(byte[] bytes) {}

          @Override
          public void finish(List<HttpHeader> trailers) {}
        };
    assertThat(handle("GET", gone)).isEqualTo(new Outcome.Answered());
  }

  @Test
  void nothingIsSentThatIsNotGranted() {
    try (HttpClient client = HttpClient.newHttpClient()) {
      OutgoingHttp none = OutgoingHttp.by(client, uri -> uri.getHost().equals("example.org"));
      denied(none, "localhost:1");
      denied(none, "example.org.evil.test");
      denied(none, "example.org@evil.test");
      denied(OutgoingHttp.none(), "example.org");
    }
  }

  private static void denied(OutgoingHttp http, String authority) {
    HttpRequest request = new HttpRequest("GET", "http", authority, "/", List.of());
    assertThatThrownBy(() -> http.send(request, Source.empty(), Duration.ofSeconds(1)))
        .isInstanceOfSatisfying(
            OutgoingHttp.Failed.class,
            failed -> assertThat(failed.failure()).isEqualTo(OutgoingHttp.Failure.DENIED));
  }

  @Test
  void fieldsAreChecked() {
    Fields fields = new Fields(new Kept(), true);
    byte[] value = "v".getBytes(StandardCharsets.US_ASCII);
    assertThat(fields.append("a", value)).isEqualTo(Fields.Problem.NONE);
    assertThat(fields.append("A", value)).isEqualTo(Fields.Problem.NONE);
    assertThat(fields.get("a")).hasSize(2);
    assertThat(fields.append("a b", value)).isEqualTo(Fields.Problem.INVALID_SYNTAX);
    assertThat(fields.append("b", new byte[] {'\r', '\n'}))
        .isEqualTo(Fields.Problem.INVALID_SYNTAX);
    assertThat(fields.append("Host", value)).isEqualTo(Fields.Problem.FORBIDDEN);
    assertThat(fields.delete("a")).isEqualTo(Fields.Problem.NONE);
    assertThat(fields.has("A")).isFalse();
    assertThat(Fields.of(new Kept(), fields.all(), false).append("a", value))
        .isEqualTo(Fields.Problem.IMMUTABLE);
  }

  @Test
  void whatTheHostKeepsIsBounded() {
    Kept kept = new Kept();
    for (int i = 0; i < 100_000; i++) {
      try (Fields fields = new Fields(kept, true)) {
        assertThat(fields.append("a", new byte[1_000])).isEqualTo(Fields.Problem.INVALID_SYNTAX);
        assertThat(fields.append("a", "v".repeat(1_000).getBytes(StandardCharsets.US_ASCII)))
            .isEqualTo(Fields.Problem.NONE);
      }
    }
    assertThatThrownBy(
            () -> {
              while (true) {
                kept.take(new Fields(kept, true).all().size() + 1_000_000);
              }
            })
        .hasMessageContaining("drop some");
  }

  @Test
  void aPipeGivesWhatWasWrittenAndTellsACut() throws Exception {
    Pipe pipe = new Pipe();
    pipe.write(new byte[] {1, 2, 3});
    assertThat(pipe.read(2)).containsExactly(1, 2);
    assertThat(pipe.read(2)).containsExactly(3);
    pipe.cut("given up");
    assertThatThrownBy(() -> pipe.read(1)).hasMessage("given up");
    pipe.close();
    assertThatThrownBy(() -> pipe.write(new byte[1])).hasMessageContaining("not wanted");
  }
}

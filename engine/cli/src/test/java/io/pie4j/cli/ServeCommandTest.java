package io.pie4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code pie serve} on the embedded model, with the server in Rust. */
@Timeout(120)
final class ServeCommandTest {
  private static final Path SERVER =
      Path.of("../../inferlets/rust/prebuilt/completion-server.wasm");
  private static final Pattern ADDRESS = Pattern.compile("answers at (http://\\S+)");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final AtomicInteger exitCode = new AtomicInteger(-1);

  private String awaitAddress(Thread serving) {
    while (serving.isAlive()) {
      Matcher address = ADDRESS.matcher(out.toString());
      if (address.find()) {
        return address.group(1);
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("it does not serve: " + err);
  }

  private static HttpResponse<String> get(HttpClient client, String url) {
    try {
      return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @Test
  void aProgramAnswersPromptsOverHttp() throws InterruptedException {
    Thread serving =
        Thread.ofPlatform()
            .start(() ->
                exitCode.set(
                    Main.execute(
                        new PrintWriter(out),
                        new PrintWriter(err),
                        "serve",
                        SERVER.toString(),
                        "--port",
                        "0")));
    try (HttpClient client = HttpClient.newHttpClient()) {
      String address = awaitAddress(serving);
      assertThat(get(client, address).body()).startsWith("GET  /complete?prompt=TEXT");
      HttpResponse<String> answer =
          get(client, address + "complete?prompt=What+is+the+capital+of+France%3F&max-tokens=32");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("The capital of France is Paris.");
      assertThat(answer.headers().firstValue("transfer-encoding")).hasValue("chunked");
      assertThat(get(client, address + "complete").statusCode()).isEqualTo(400);
      assertThat(get(client, address + "elsewhere").statusCode()).isEqualTo(404);
      assertThat(get(client, address + "fail").statusCode()).isEqualTo(500);
    }
    serving.interrupt();
    serving.join();
    assertThat(exitCode).hasValue(ExitCode.OK);
  }

  @Test
  void whatCannotBeServedIsSaid() {
    int code =
        Main.execute(
            new PrintWriter(out), new PrintWriter(err), "serve", "text-completion", "--port", "0");
    assertThat(code).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("text-completion@0.1.0 is no HTTP server");

    assertThat(
            Main.execute(
                new PrintWriter(out), new PrintWriter(err), "serve", "x", "--port", "70000"))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("port must be 0 to 65535, is 70000");
  }
}

package io.pie4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCommandTest {
  private static final Path MODELS =
      Path.of(System.getProperty("pie4j.root", "../.."), "engine/model/src/test/resources/models")
          .toAbsolutePath()
          .normalize();
  private static final Path GGUF = MODELS.resolve("llama-q8_0/llama-q8_0.gguf");
  private static final Path DIRECTORY = MODELS.resolve("llama3/hf");

  @TempDir private Path home;
  private Pie pie;

  @BeforeEach
  void start() {
    pie = new Pie(home);
  }

  @AfterEach
  void stop() {
    pie.close();
  }

  @Test
  void addsListsShowsAndRemovesAModel() {
    assertThat(pie.pie("model", "list").out()).hasLineCount(2).containsPattern("(?m)^demo +llama ");

    Pie.Said added = pie.pie("model", "add", GGUF.toString());
    assertThat(added.err()).isEmpty();
    assertThat(added.code()).isZero();
    assertThat(added.out())
        .matches(
            "added llama-q8_0: llama, [\\d.]+ K parameters, Q8_0, 93\\.7 KiB in " + GGUF + "\n");
    assertThat(pie.pie("model", "list").out())
        .containsPattern("(?m)^llama-q8_0 +llama +[\\d.]+ K +Q8_0 +93\\.7 KiB +" + GGUF + "$");
    assertThat(pie.pie("model", "show", "llama-q8_0").out())
        .contains("source         linked, added 20")
        .containsPattern("tensors +\\d+ F32, \\d+ Q8_0");
    assertThat(pie.pie("doctor").out()).containsPattern("models +1 registered in ");

    assertThat(pie.pie("model", "remove", "llama-q8_0").out()).isEqualTo("removed llama-q8_0\n");
    assertThat(pie.pie("model", "list").out()).hasLineCount(2);
    assertThat(GGUF).exists();
  }

  @Test
  void copiesUnderAnotherName() {
    assertThat(pie.pie("model", "add", "--copy", "--name", "tiny", DIRECTORY.toString()).out())
        .contains(" in " + home.resolve("models/files/tiny"));
    assertThat(Models.path("tiny", PieHome.fromEnvironment()))
        .isEqualTo(home.resolve("models/files/tiny"));
    assertThat(pie.pie("model", "remove", "tiny").code()).isZero();
    assertThat(home.resolve("models/files/tiny")).doesNotExist();
  }

  @Test
  void showsWhatAModelIs() {
    String page = pie.pie("model", "show", DIRECTORY.toString()).out();
    assertThat(page)
        .contains("architecture   llama\n")
        .contains("chat template  yes\n")
        .containsPattern("(?m)^parameters +[\\d,]+$")
        .containsPattern("(?m)^vocabulary +\\d+ tokens$")
        .containsPattern("(?m)^context +[\\d,]+ positions$")
        .containsPattern(
            "(?m)^stop tokens +<\\|end_of_text\\|> \\(\\d+\\), <\\|eot_id\\|> \\(\\d+\\)$")
        .containsPattern("(?m)^ +114\\.6 KiB +model\\.safetensors$")
        .containsPattern("(?m)^ +126\\.5 KiB +in all$");
    assertThat(pie.pie("model", "show", "demo").out()).contains("architecture   llama\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model add none.gguf | 3 | pie: none.gguf: no such file",
        "model add --name demo x | 3 | pie: the name 'demo' is the embedded model's; choose another: --name",
        "model add --name ../x x | 3 | pie: '../x' cannot name a model: expected 1..96 letters, digits and . _ -, a letter or digit first",
        "model remove none | 3 | pie: model 'none' is not registered",
        "model remove demo | 3 | pie: model 'demo' is built in and stays",
        "model show none | 3 | pie: model 'none' is neither a registered model nor a file or directory; pie model list shows the models",
        "model pull nothing | 3 | pie: 'nothing' names no model of a hub: expected owner/name",
        "model pull --hub nowhere a/b | 3 | pie: hub 'nowhere': expected an address such as https://huggingface.co",
        "model pull | 2 | pie: Missing required parameter: 'OWNER/NAME[@REVISION][:FILE.gguf]'; see pie model pull --help",
        "model fly | 2 | pie: there is no command 'pie model fly'; see pie model --help",
        "run --model none text-completion | 3 | pie: model 'none' is neither a registered model nor a file or directory; pie model list shows the models",
      })
  void badInputIsOneLine(String line, int code, String error) {
    Pie.Said said = pie.pie(line.split(" "));
    assertThat(said.err().replace(Path.of("").toAbsolutePath() + "/", "")).isEqualTo(error + "\n");
    assertThat(said.out()).isEmpty();
    assertThat(said.code()).isEqualTo(code);
  }

  @Test
  void aDamagedEntryDoesNotHideTheOthers() throws IOException {
    pie.pie("model", "add", "--name", "zebra", GGUF.toString());
    Path entry = Files.writeString(home.resolve("models/bad.json"), "{");
    Pie.Said said = pie.pie("model", "list");
    assertThat(said.out())
        .containsPattern("(?m)^bad +damaged: " + entry + ": not JSON.*pie model remove bad")
        .containsPattern("(?m)^zebra ");
    assertThat(said.out()).hasLineCount(4);
    assertThat(pie.pie("model", "remove", "bad").code()).isZero();
  }

  @Test
  void saysWhereALinkLeadsNowhere() throws IOException {
    Path moved = Files.copy(GGUF, home.resolve("moved.gguf"));
    pie.pie("model", "add", moved.toString());
    Files.delete(moved);
    assertThat(pie.pie("model", "list").out()).contains(moved + " (missing)");
    assertThat(pie.pie("model", "show", "moved").err())
        .isEqualTo("pie: " + moved + ": no such file\n");
  }

  @Test
  void pullsFromTheHubThatIsSet() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] model = Files.readAllBytes(GGUF);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] answer =
                path.equals("/api/models/tiny/model/revision/main")
                    ? "{\"siblings\": [{\"rfilename\": \"a.gguf\"}]}"
                        .getBytes(StandardCharsets.UTF_8)
                    : path.equals("/tiny/model/resolve/main/a.gguf") ? model : new byte[0];
            exchange.sendResponseHeaders(
                answer.length > 0 ? 200 : 404, answer.length > 0 ? answer.length : -1);
            exchange.getResponseBody().write(answer);
          }
        });
    server.start();
    try {
      String hub = "http://127.0.0.1:" + server.getAddress().getPort();
      Files.writeString(home.resolve("config.toml"), "[hub]\nendpoint = \"" + hub + "\"\n");
      assertThat(pie.pie("model", "pull", "--hub", hub + "/x", "tiny/model").err())
          .startsWith("pie: tiny/model@main: there is no such model on 127.0.0.1:")
          .hasLineCount(1);
      Pie.Said said = pie.pie("model", "pull", "--hub", hub, "tiny/model", "--name", "pulled");
      assertThat(said.err()).isEmpty();
      assertThat(said.out()).startsWith("added pulled: llama, ");
      assertThat(home.resolve("models/files/pulled/a.gguf")).hasBinaryContent(model);
      if (System.getenv("HF_ENDPOINT") == null) {
        assertThat(pie.pie("model", "pull", "tiny/model").out()).startsWith("added model: llama, ");
      }
      assertThat(pie.pie("model", "list").out()).contains("tiny/model@main:a.gguf");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void refusesModelsThatCannotBeMadeUp() {
    assertThat(pie.pie("model", "synth", "--like", "gpt-9").err())
        .isEqualTo(
            "pie: there is no shape 'gpt-9'; there are: llama-3.2-1b, llama-3.2-3b, qwen2.5-0.5b,"
                + " qwen3-0.6b\n");
    assertThat(pie.pie("model", "synth", "--like", "llama-3.2-1b", "--format", "safetensors").err())
        .isEqualTo("pie: safetensors hold f32, f16 and bf16, not q4_0; choose one: --quant\n");
    assertThat(pie.pie("model", "synth", "--like", "llama-3.2-1b", "--layers", "17").err())
        .isEqualTo("pie: llama-3.2-1b has 1 to 16 layers, not 17\n");
    assertThat(pie.pie("model", "synth", "--like", "llama-3.2-1b", "--out", home.toString()).err())
        .isEqualTo("pie: " + home + " is a directory; name the GGUF file: --out\n");
  }
}

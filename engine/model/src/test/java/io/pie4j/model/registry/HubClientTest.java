package io.pie4j.model.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.model.LanguageModel;
import io.pie4j.model.ModelFileException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubClientTest {
  private static final Path MODELS =
      Path.of(System.getProperty("pie4j.root", "../.."), "engine/model/src/test/resources/models");
  private static final String WEIGHTS = "model.safetensors";

  @TempDir private Path home;
  private FakeHub hub;
  private ModelRegistry registry;

  @BeforeEach
  void start() throws IOException {
    hub = new FakeHub();
    registry = new ModelRegistry(home.resolve("models"));
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void pullsAModelThatOpens() throws IOException {
    hub.with(MODELS.resolve("llama3/hf-bf16-sharded"));
    hub.files.put("README.md", "# Tiny".getBytes(StandardCharsets.UTF_8));
    hub.files.put("pytorch_model.bin", new byte[100]);
    hub.files.put("consolidated.safetensors", new byte[100]);
    Map<String, Long> seen = new TreeMap<>();

    RegisteredModel model =
        pull(
            "tiny",
            FakeHub.ID,
            hub.settings(),
            (file, bytes, total) -> {
              assertThat(total).hasValue(hub.content(file).length);
              assertThat(bytes).isBetween(seen.getOrDefault(file, 0L), total.getAsLong());
              seen.put(file, bytes);
            });

    assertThat(registry.find("tiny")).contains(model);
    assertThat(model.source()).isEqualTo("tiny/model@" + FakeHub.COMMIT);
    assertThat(model.quantization()).isEqualTo("BF16");
    assertThat(model.family()).isEqualTo("llama");
    assertThat(model.owned()).isTrue();
    try (LanguageModel opened = LanguageModel.open(model.path());
        LanguageModel original = LanguageModel.open(MODELS.resolve("llama3/hf-bf16-sharded"))) {
      assertThat(opened.config()).usingRecursiveComparison().isEqualTo(original.config());
      assertThat(opened.name()).isEqualTo("tiny");
    }
    assertThat(names(model.path()))
        .containsExactlyInAnyOrderElementsOf(names(MODELS.resolve("llama3/hf-bf16-sharded")));
    for (String file : names(model.path())) {
      assertThat(model.path().resolve(file)).hasBinaryContent(hub.content(file));
      assertThat(seen).containsEntry(file, (long) hub.content(file).length);
    }
    assertThat(partial("")).doesNotExist();
    registry.remove("tiny");
    assertThat(model.path()).doesNotExist();
  }

  @Test
  void tellsTheTokenToTheHubAlone() throws IOException {
    hub.with(MODELS.resolve("llama2/hf"));
    hub.token = Optional.of("hf_secret");
    assertThatThrownBy(() -> pull(hub.settings()))
        .isInstanceOf(RegistryException.Hub.class)
        .hasMessageContaining("set HF_TOKEN, or check the name");
    assertThatThrownBy(() -> pull(hub.settings().withToken("wrong")))
        .hasMessageContaining("set HF_TOKEN (the one that is set is not accepted)");
    hub.requests.clear();

    pull(hub.settings().withToken("hf_secret"));

    assertThat(hub.requests).extracting(FakeHub.Request::server).contains("hub", "store");
    assertThat(hub.requests)
        .allSatisfy(r -> assertThat(r.token().isPresent()).isEqualTo(r.server().equals("hub")));
  }

  @Test
  void goesOnWhereTheConnectionBroke() throws IOException {
    hub.with(MODELS.resolve("llama2/hf"));
    hub.cuts.put(WEIGHTS, new ArrayList<>(List.of(100_000, 50_000)));
    pull(hub.settings());
    List<Integer> offsets = offsets(WEIGHTS);
    // What the client had read but not handed on when the connection broke is lost.
    assertThat(offsets).hasSize(3).isSorted().startsWith(0);
    assertThat(offsets.get(1)).isBetween(50_000, 100_000);
    assertThat(offsets.get(2)).isBetween(offsets.get(1) + 1, offsets.get(1) + 50_000);
  }

  @Test
  void theNextPullGoesOnWhereThisOneEnded() throws IOException {
    hub.with(MODELS.resolve("llama2/hf"));
    hub.cuts.put(WEIGHTS, new ArrayList<>(List.of(100_000)));
    HubSettings impatient =
        hub.settings().withPatience(1, Duration.ofMillis(1), Duration.ofSeconds(20));
    assertThatThrownBy(() -> pull(impatient))
        .isInstanceOf(RegistryException.Hub.class)
        .hasMessageStartingWith("tiny/model/model.safetensors: ")
        .hasMessageEndingWith(" (tries: 1); try again later, it goes on where it was");
    assertThat(registry.names()).isEmpty();
    long here = Files.size(partial(WEIGHTS + ".part"));
    assertThat(here).isBetween(50_000L, 100_000L);
    hub.requests.clear();

    pull(impatient);

    assertThat(ranges(WEIGHTS, "store")).containsExactly("bytes=" + here + "-");
    assertThat(hub.requestsOf("tokenizer.json")).isEmpty();
  }

  @Test
  void anotherCommitBeginsAnew() throws IOException {
    hub.with(MODELS.resolve("llama2/hf"));
    hub.saysCommit = false;
    hub.cuts.put(WEIGHTS, new ArrayList<>(List.of(100_000)));
    HubSettings impatient =
        hub.settings().withPatience(1, Duration.ofMillis(1), Duration.ofSeconds(20));
    assertThatThrownBy(() -> pull(impatient)).hasMessageContaining("it goes on where it was");
    hub.requests.clear();
    hub.saysCommit = true;
    pull(impatient);
    assertThat(ranges(WEIGHTS, "store")).containsExactly("");
    assertThat(hub.requestsOf("tokenizer.json")).hasSize(1);
  }

  @Test
  void aServerWithoutRangesSendsAllAgain() throws IOException {
    hub.with(MODELS.resolve("llama2/hf"));
    hub.knowsRanges = false;
    hub.cuts.put(WEIGHTS, new ArrayList<>(List.of(100_000)));
    pull(hub.settings());
    assertThat(offsets(WEIGHTS)).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void aMirrorThatSaysLittleIsEnough() throws IOException {
    hub.with(MODELS.resolve("llama2/hf"));
    hub.saysSizes = false;
    hub.saysCommit = false;
    hub.cuts.put(WEIGHTS, new ArrayList<>(List.of(100_000)));
    hub.cuts.put("tokenizer.json", new ArrayList<>(List.of(1000)));
    RegisteredModel model = pull(hub.settings());
    assertThat(model.source()).isEqualTo("tiny/model@main");
    assertThat(offsets(WEIGHTS)).hasSize(2).doesNotHaveDuplicates();
    // The redirect said the digest of the weights; nobody says that of the tokenizer.
    assertThat(ranges("tokenizer.json", "hub")).hasSizeBetween(2, 3).endsWith("");

    hub.digests.put(WEIGHTS, "0".repeat(64));
    assertThatThrownBy(() -> pull("again", FakeHub.ID, hub.settings(), TransferProgress.silent()))
        .hasMessageContaining("does not have the SHA-256 that the hub says, 000");
  }

  @Test
  void aWholePartIsNotFetchedAgainAndAForeignOneIs() throws IOException {
    hub.with(MODELS.resolve("llama2/hf"));
    hub.cuts.put("tokenizer.json", new ArrayList<>(List.of(0)));
    HubSettings impatient =
        hub.settings().withPatience(1, Duration.ofMillis(1), Duration.ofSeconds(20));
    assertThatThrownBy(() -> pull(impatient)).hasMessageContaining("it goes on where it was");
    Path part = partial(WEIGHTS + ".part");
    Files.write(part, hub.content(WEIGHTS));
    pull(impatient);
    assertThat(hub.requestsOf(WEIGHTS)).isEmpty();
    registry.remove("tiny");

    for (int foreignBytes : new int[] {1000, hub.content(WEIGHTS).length, 999_999}) {
      hub.cuts.put("tokenizer.json", new ArrayList<>(List.of(0)));
      assertThatThrownBy(() -> pull(impatient)).hasMessageContaining("it goes on where it was");
      Files.write(part, new byte[foreignBytes]);
      pull(hub.settings());
      registry.remove("tiny");
    }
  }

  @Test
  void contentMustHaveTheDigest() throws IOException {
    hub.with(MODELS.resolve("llama2/hf"));
    hub.digests.put(WEIGHTS, "12".repeat(32));
    assertThatThrownBy(() -> pull(hub.settings()))
        .isInstanceOf(RegistryException.Hub.class)
        .hasMessageContaining("model.safetensors: the content does not have the SHA-256")
        .hasMessageNotContaining("\n");
    assertThat(registry.names()).isEmpty();
    assertThat(partial(WEIGHTS)).doesNotExist();
    assertThat(partial(WEIGHTS + ".part")).doesNotExist();
    assertThat(hub.requestsOf(WEIGHTS)).hasSize(2); // hub and store: no second try
  }

  @Test
  void aModelThatDoesNotOpenIsNotKept() throws IOException {
    hub.with(MODELS.resolve("llama2/hf"));
    String config = new String(hub.files.get("config.json"), StandardCharsets.UTF_8);
    hub.files.put(
        "config.json",
        config
            .replace("LlamaForCausalLM", "OtherForCausalLM")
            .replaceFirst("\"model_type\": \"llama\"", "\"model_type\": \"other\"")
            .getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> pull(hub.settings())).isInstanceOf(ModelFileException.class);
    assertThat(registry.names()).isEmpty();
    assertThat(partial(WEIGHTS)).doesNotExist();
  }

  @Test
  void takesTheGgufFileThatIsMeant() throws IOException {
    hub.files.put("q4_0/tiny-q4_0.gguf", gguf("llama-q4_0"));
    RegisteredModel only = pull(hub.settings());
    assertThat(only.source()).endsWith(":q4_0/tiny-q4_0.gguf");
    assertThat(only.quantization()).isEqualTo("Q4_0");
    assertThat(only.path()).isEqualTo(home.resolve("models/files/tiny/tiny-q4_0.gguf"));

    hub.files.put("tiny q8+0.gguf", gguf("llama-q8_0"));
    assertThatThrownBy(() -> pull("b", FakeHub.ID, hub.settings(), TransferProgress.silent()))
        .isInstanceOf(RegistryException.Hub.class)
        .hasMessage(
            "tiny/model@main: there are 2 GGUF files, choose one with tiny/model:FILE:"
                + " q4_0/tiny-q4_0.gguf, tiny q8+0.gguf");
    assertThat(
            pull(
                    "c",
                    FakeHub.ID + "@main:tiny q8+0.gguf",
                    hub.settings(),
                    TransferProgress.silent())
                .quantization())
        .isEqualTo("Q8_0");
    assertThatThrownBy(
            () -> pull("d", FakeHub.ID + ":none.gguf", hub.settings(), TransferProgress.silent()))
        .hasMessage(
            "tiny/model@main:none.gguf: there is no such file; there is:"
                + " q4_0/tiny-q4_0.gguf, tiny q8+0.gguf");
    hub.files.put("big-00001-of-00002.gguf", new byte[1]);
    assertThatThrownBy(() ->
            pull(
                "e",
                FakeHub.ID + ":big-00001-of-00002.gguf",
                hub.settings(),
                TransferProgress.silent()))
        .hasMessageContaining("part of a split model");
  }

  @Test
  void saysWhatARepositoryLacks() throws IOException {
    hub.files.put("README.md", new byte[1]);
    assertThatThrownBy(() -> pull(hub.settings()))
        .hasMessageEndingWith("has neither a GGUF file nor config.json with safetensors");
    hub.with(MODELS.resolve("llama2/hf"));
    hub.files.remove("tokenizer.json");
    assertThatThrownBy(() -> pull(hub.settings()))
        .hasMessageEndingWith("has no file tokenizer.json");
    hub.with(MODELS.resolve("llama3/hf-bf16-sharded"));
    hub.files.remove("model-00002-of-00003.safetensors");
    assertThatThrownBy(() -> pull(hub.settings()))
        .hasMessageEndingWith("has no file model-00002-of-00003.safetensors");
    hub.listedOnly.add("model-00002-of-00003.safetensors");
    assertThatThrownBy(() -> pull(hub.settings()))
        .hasMessageStartingWith(
            "tiny/model/model-00002-of-00003.safetensors: there is no such file on 127");
  }

  @Test
  void saysWhyTheHubRefuses() throws IOException {
    assertThatThrownBy(() -> pull("x", "tiny/other", hub.settings(), TransferProgress.silent()))
        .isInstanceOf(RegistryException.Hub.class)
        .hasMessageStartingWith("tiny/other@main: there is no such model on 127.0.0.1:");
    refuse(404, "RevisionNotFound");
    assertThatThrownBy(() -> pull(hub.settings())).hasMessageContaining("no such revision");
    refuse(403, "GatedRepo");
    assertThatThrownBy(() -> pull(hub.settings()))
        .hasMessageContaining("denies access (GatedRepo); accept the model's terms on the hub");
    refuse(418, "");
    assertThatThrownBy(() -> pull(hub.settings())).hasMessageEndingWith("answered 418");
  }

  private void refuse(int status, String code) {
    hub.statuses.put("/api/models/tiny/model/revision/main", new ArrayList<>(List.of(status)));
    hub.errorCode = code;
  }

  @Test
  void waitsForATiredHubButNotForEver() throws IOException {
    hub.with(MODELS.resolve("llama2/hf"));
    String listing = "/api/models/tiny/model/revision/main";
    hub.statuses.put(listing, new ArrayList<>(List.of(503, 429)));
    hub.statuses.put("/" + WEIGHTS, new ArrayList<>(List.of(500)));
    pull(hub.settings());
    hub.statuses.put(listing, new ArrayList<>(List.of(503, 503, 503, 503)));
    assertThatThrownBy(() -> pull("b", FakeHub.ID, hub.settings(), TransferProgress.silent()))
        .isInstanceOf(RegistryException.Hub.class)
        .hasMessageContaining("tiny/model@main: 127.0.0.1 answered 503 (tries: 3)");
    HubSettings nobody = hub.settings();
    hub.close();
    assertThatThrownBy(() -> pull("b", FakeHub.ID, nobody, TransferProgress.silent()))
        .hasMessageContaining("tiny/model@main: cannot connect to 127.0.0.1:");
  }

  @Test
  void aServerThatFallsSilentIsLeft() throws IOException {
    hub.with(MODELS.resolve("llama2/hf"));
    hub.cuts.put(WEIGHTS, new ArrayList<>(List.of(100_000)));
    hub.hangs.add(WEIGHTS);
    HubSettings impatient =
        hub.settings().withPatience(1, Duration.ofMillis(1), Duration.ofMillis(200));
    assertThatThrownBy(() -> pull(impatient))
        .hasMessageContaining("model.safetensors: nothing came for 200 ms (tries: 1)");
  }

  @Test
  void everyBoundHolds() throws IOException {
    hub.with(MODELS.resolve("llama2/hf"));
    long weights = hub.content(WEIGHTS).length;
    assertThatThrownBy(() -> pull(hub.settings().withBytesMax(weights)))
        .isInstanceOf(RegistryException.Hub.class)
        .hasMessageMatching("tiny/model@main: has %d bytes, the limit is \\d+".formatted(weights));
    assertThat(hub.requestsOf(WEIGHTS)).isEmpty();

    hub.saysSizes = false;
    assertThatThrownBy(() -> pull(hub.settings().withBytesMax(weights)))
        .hasMessageMatching(
            ".*model.safetensors: has %d bytes or more, the limit is \\d+".formatted(weights));

    hub.saysSizes = true;
    hub.sizes.put(WEIGHTS, 1000L);
    assertThatThrownBy(() -> pull(hub.settings()))
        .hasMessageMatching(".*model.safetensors: has \\d+ bytes or more, the hub said 1000");
    assertThat(partial(WEIGHTS + ".part")).doesNotExist();

    HubSettings few = hub.settings();
    HubSettings three =
        new HubSettings(
            few.endpoint(), few.token(), few.bytesMax(), 3, 1, few.backoff(), few.stall());
    assertThatThrownBy(() -> pull(three)).hasMessageContaining("has 5 files, the limit is 3");

    hub.sizes.put(WEIGHTS, Long.MAX_VALUE / 2);
    assertThatThrownBy(() -> pull(hub.settings().withBytesMax(Long.MAX_VALUE)))
        .isInstanceOf(RegistryException.Storage.class)
        .hasMessageContaining("more bytes are needed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../x", "/etc/passwd", "a/../../x.gguf", "a//b", "..", "C:\\x.gguf", "a\nb", ""})
  void doesNotTrustAListingWithStrangeNames(String name) throws IOException {
    hub.with(MODELS.resolve("llama2/hf"));
    hub.listedOnly.add(name);
    assertThatThrownBy(() -> pull(hub.settings()))
        .isInstanceOf(RegistryException.Hub.class)
        .hasMessageContaining("which could lie outside its folder")
        .hasMessageNotContaining("\n");
    assertThat(registry.names()).isEmpty();
  }

  @Test
  void doesNotTrustAnIndexWithStrangeNames() throws IOException {
    hub.with(MODELS.resolve("llama2/hf"));
    hub.files.put(
        ModelFiles.INDEX,
        "{\"weight_map\": {\"a\": \"../../x.safetensors\"}}".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> pull(hub.settings()))
        .hasMessageContaining("expected names of safetensors files, found \"../../x.safetensors\"");
  }

  @ParameterizedTest
  @CsvSource({
    "/tiny/model/resolve/0123456789abcdef0123456789abcdef01234567/model.safetensors, more than 5 redirects",
    "file:///etc/passwd, which is not followed",
    "ftp://127.0.0.1/x, which is not followed",
    "http://a b/, which is no address",
  })
  void followsSensibleRedirectsOnly(String location, String message) throws IOException {
    hub.with(MODELS.resolve("llama2/hf"));
    hub.redirect = Optional.of(location);
    assertThatThrownBy(() -> pull(hub.settings()))
        .isInstanceOf(RegistryException.Hub.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "https://huggingface.co, https://huggingface.co/a, true",
    "https://huggingface.co, https://HUGGINGFACE.co:443/a, true",
    "https://huggingface.co, http://huggingface.co/a, false",
    "https://huggingface.co, https://huggingface.co:444/a, false",
    "https://huggingface.co, https://cdn.huggingface.co/a, false",
    "https://huggingface.co, https://huggingface.co.evil.net/a, false",
    "http://mirror.local, http://mirror.local/a, false",
    "http://localhost:80, http://localhost/a, true",
    "http://127.0.0.1:8080, http://127.0.0.1:8080/a, true",
    "http://127.evil.net, http://127.evil.net/a, false",
  })
  void knowsWhoMayHearTheToken(String endpoint, String uri, boolean may) {
    HubSettings settings = HubSettings.defaults().withEndpoint(endpoint);
    assertThat(settings.sendsToken(URI.create(uri))).isEqualTo(may);
  }

  @Test
  void readsTheEnvironment() {
    HubSettings settings =
        HubSettings.defaults()
            .with(Map.of("HF_ENDPOINT", " https://mirror.example/hf/ ", "HF_TOKEN", "hf_x\n"));
    assertThat(settings.endpoint()).isEqualTo(URI.create("https://mirror.example/hf/"));
    assertThat(settings.token()).contains("hf_x");
    assertThat(HubSettings.defaults().with(Map.of("HF_TOKEN", " ")))
        .isEqualTo(HubSettings.defaults());
    for (String bad : List.of("mirror", "ftp://a", "https://u:p@a", "https://", "a b", "file:/a")) {
      assertThatThrownBy(() -> HubSettings.defaults().withEndpoint(bad))
          .as(bad)
          .isInstanceOf(RegistryException.Refused.class);
    }
    assertThatThrownBy(() -> HubSettings.defaults().withToken("a b"))
        .isInstanceOf(RegistryException.Refused.class)
        .hasMessageNotContaining("a b");
  }

  @Test
  void readsSources() {
    assertThat(HubSource.parse("a/b")).isEqualTo(new HubSource("a/b", "main", Optional.empty()));
    assertThat(HubSource.parse("a-1/b.c@refs/pr/7:x/y z.gguf"))
        .isEqualTo(new HubSource("a-1/b.c", "refs/pr/7", Optional.of("x/y z.gguf")));
    assertThat(HubSource.parse("a/b.GGUF").suggestName()).isEqualTo("b");
    assertThat(HubSource.parse("a/b:x/y z.gguf").suggestName()).isEqualTo("y-z");
    for (String bad :
        List.of(
            "",
            "a",
            "a/",
            "/b",
            "a/b/c",
            "../b",
            "a/..",
            "a/b@",
            "a/b@../x",
            "a/b@-x",
            "a/b:",
            "a b/c",
            "a/b:x.bin",
            "a/b:../x.gguf",
            "a/b:/x.gguf",
            "a/b:x\\y.gguf",
            "a/b@m@n",
            "https://h/a/b")) {
      assertThatThrownBy(() -> HubSource.parse(bad))
          .as(bad)
          .isInstanceOf(RegistryException.Refused.class);
    }
  }

  @Test
  void onePullOfAModelAtATime() throws IOException {
    hub.with(MODELS.resolve("llama2/hf"));
    pull(
        "tiny",
        FakeHub.ID,
        hub.settings(),
        (_, _, _) ->
            assertThatThrownBy(() -> pull(hub.settings()))
                .isInstanceOf(RegistryException.Refused.class)
                .hasMessageContaining("another pie is fetching the same model"));
    assertThat(registry.names()).containsExactly("tiny");
  }

  private RegisteredModel pull(HubSettings settings) {
    return pull("tiny", FakeHub.ID, settings, TransferProgress.silent());
  }

  private RegisteredModel pull(
      String name, String source, HubSettings settings, TransferProgress progress) {
    try (HubClient client = new HubClient(settings)) {
      return registry.pull(name, HubSource.parse(source), client, progress);
    }
  }

  private Path partial(String file) {
    return home.resolve("models/partial")
        .resolve("pull-" + HubSource.parse(FakeHub.ID).key())
        .resolve("files")
        .resolve(file);
  }

  private List<String> ranges(String file, String server) {
    return hub.requestsOf(file).stream()
        .filter(r -> r.server().equals(server))
        .map(r -> r.range().orElse(""))
        .toList();
  }

  private List<Integer> offsets(String file) {
    return ranges(file, "store").stream()
        .map(range -> range.isEmpty() ? 0 : Integer.parseInt(range.replaceAll("\\D", "")))
        .toList();
  }

  private static byte[] gguf(String name) throws IOException {
    return Files.readAllBytes(MODELS.resolve(name).resolve(name + ".gguf"));
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }
}

package io.pie4j.model.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.model.LanguageModel;
import io.pie4j.model.ModelFileException;
import io.pie4j.model.TensorType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRegistryTest {
  private static final Path MODELS =
      Path.of(System.getProperty("pie4j.root", "../.."), "engine/model/src/test/resources/models")
          .toAbsolutePath()
          .normalize();
  private static final Path GGUF = MODELS.resolve("llama-q4_k/llama-q4_k.gguf");
  private static final Path DIRECTORY = MODELS.resolve("qwen2/hf");

  @TempDir private Path home;

  private ModelRegistry registry() {
    return new ModelRegistry(home.resolve("models"));
  }

  @Test
  void linksAModelAndLeavesItAlone() {
    assertThat(registry().names()).isEmpty();
    RegisteredModel model = registry().link("q4", GGUF);
    assertThat(model.path()).isEqualTo(GGUF);
    assertThat(model.owned()).isFalse();
    assertThat(model.source()).isEqualTo(GGUF.toString());
    assertThat(model.family()).isEqualTo("llama");
    assertThat(model.quantization()).isEqualTo("Q4_K");
    assertThat(model.fileBytes()).isEqualTo(GGUF.toFile().length());
    try (LanguageModel opened = LanguageModel.open(GGUF)) {
      assertThat(model.parameters()).isEqualTo(opened.weights().parameters());
    }
    assertThat(registry().find("q4")).contains(model);
    assertThat(registry().list()).containsExactly(model);

    registry().remove("q4");
    assertThat(GGUF).exists();
    assertThat(registry().find("q4")).isEmpty();
    assertThat(registry().names()).isEmpty();
    assertThatThrownBy(() -> registry().remove("q4"))
        .isInstanceOf(RegistryException.Unknown.class)
        .hasMessage("model 'q4' is not registered");
  }

  @Test
  void copiesWhatBelongsToAModelAndRemovesTheCopy() throws IOException {
    Path source = Files.createDirectory(home.resolve("source"));
    for (ModelFiles.Sized file : ModelFiles.of(DIRECTORY)) {
      Files.copy(file.path(), source.resolve(file.path().getFileName().toString()));
    }
    Files.writeString(source.resolve("pytorch_model.bin"), "not this");
    Files.createDirectory(source.resolve(".git"));
    List<String> told = new ArrayList<>();

    RegisteredModel model =
        registry()
            .copy(
                "qwen",
                source,
                (file, bytes, total) -> {
                  if (bytes == total.orElseThrow()) {
                    told.add(file);
                  }
                });

    assertThat(model.owned()).isTrue();
    assertThat(model.path()).isEqualTo(home.resolve("models/files/qwen"));
    assertThat(names(model.path()))
        .containsExactlyInAnyOrderElementsOf(names(DIRECTORY))
        .containsExactlyInAnyOrderElementsOf(told);
    Staging.deleteTree(source);
    try (LanguageModel opened = LanguageModel.open(registry().find("qwen").orElseThrow().path())) {
      assertThat(opened.name()).isEqualTo("qwen");
    }
    registry().remove("qwen");
    assertThat(model.path()).doesNotExist();

    RegisteredModel gguf = registry().copy("qwen", GGUF, TransferProgress.silent());
    assertThat(gguf.path()).hasSameBinaryContentAs(GGUF);
    assertThat(gguf.path().getFileName()).isEqualTo(GGUF.getFileName());
  }

  @Test
  void aHomeCanBeMoved() throws IOException {
    registry().copy("q4", GGUF, TransferProgress.silent());
    Files.move(home.resolve("models"), home.resolve("elsewhere"));
    RegisteredModel found = new ModelRegistry(home.resolve("elsewhere")).find("q4").orElseThrow();
    assertThat(found.path()).isEqualTo(home.resolve("elsewhere/files/q4/llama-q4_k.gguf")).exists();
  }

  @Test
  void anAdditionThatWasCutOffIsNoModelAndInNobodysWay() throws IOException {
    Path stale = Files.createDirectories(home.resolve("models/files/q4"));
    Files.writeString(stale.resolve("half"), "x");
    Path partial = Files.createDirectories(home.resolve("models/partial/copy-q4/files"));
    Files.writeString(partial.resolve("llama-q4_k.gguf"), "x");
    assertThat(registry().names()).isEmpty();
    registry().copy("q4", GGUF, TransferProgress.silent());
    assertThat(names(home.resolve("models/files/q4"))).containsExactly("llama-q4_k.gguf");
    assertThat(home.resolve("models/partial/copy-q4")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", "../x", "/x", "a/b", "a\\b", ".a", "-a", "a b", "a\nb", "ä", "a:b"})
  void aNameIsNoPath(String name) {
    assertThatThrownBy(() -> registry().link(name, GGUF))
        .isInstanceOf(RegistryException.Refused.class)
        .hasMessageContaining("cannot name a model")
        .hasMessageNotContaining("\n");
    assertThat(registry().find(name)).isEmpty();
    assertThatThrownBy(() -> registry().remove(name)).isInstanceOf(RegistryException.Unknown.class);
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void namesOfFilesBecomeNames() {
    assertThat(ModelRegistry.suggestName(GGUF)).isEqualTo("llama-q4_k");
    assertThat(ModelRegistry.suggestName(Path.of("/x/_My model (1).GGUF")))
        .isEqualTo("My-model-1-");
    assertThatThrownBy(() -> ModelRegistry.suggestName(Path.of("/")))
        .isInstanceOf(RegistryException.Refused.class);
  }

  @Test
  void namesAreGivenOnceEvenToManyAtATime() throws Exception {
    int threads = 8;
    int added = 0;
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<Boolean>> tries = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        boolean copy = i % 2 == 0;
        tries.add(executor.submit(() -> tries(copy)));
      }
      for (Future<Boolean> one : tries) {
        added += one.get() ? 1 : 0;
      }
    }
    assertThat(added).isEqualTo(1);
    assertThat(registry().list()).hasSize(1);
  }

  private boolean tries(boolean copy) {
    try {
      if (copy) {
        registry().copy("same", GGUF, TransferProgress.silent());
      } else {
        registry().link("same", GGUF);
      }
      return true;
    } catch (RegistryException.Refused taken) {
      return false;
    }
  }

  @Test
  void processesKeepOutOfEachOthersWay() throws Exception {
    Path file = home.resolve("a.lock");
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(said.readLine()).isEqualTo("held");
      assertThat(ProcessLock.tryAcquire(file)).isEmpty();
      other.getOutputStream().close();
      try (ProcessLock mine = ProcessLock.acquire(file)) {
        assertThat(mine).isNotNull();
        assertThat(ProcessLock.tryAcquire(file)).isEmpty();
      }
      assertThat(other.waitFor()).isZero();
    } finally {
      other.destroyForcibly();
    }
    Optional<ProcessLock> again = ProcessLock.tryAcquire(file);
    assertThat(again).isPresent();
    again.get().close();
  }

  /** Holds a lock until its input ends. */
  static final class LockHolder {
    private LockHolder() {}

    public static void main(String[] arguments) throws IOException {
      try (ProcessLock _ = ProcessLock.acquire(Path.of(arguments[0]))) {
        System.out.println("held");
        if (System.in.read() >= 0) {
          throw new IOException("nothing was to be said");
        }
      }
    }
  }

  @Test
  void whatDoesNotOpenIsNotAdded() throws IOException {
    Path broken = Files.write(home.resolve("broken.gguf"), new byte[100]);
    assertThatThrownBy(() -> registry().link("a", broken)).isInstanceOf(ModelFileException.class);
    assertThatThrownBy(() -> registry().copy("a", broken, TransferProgress.silent()))
        .isInstanceOf(ModelFileException.class);
    assertThatThrownBy(() -> registry().link("a", home.resolve("none")))
        .hasMessageEndingWith("none: no such file");
    registry().link("a", GGUF);
    assertThatThrownBy(() -> registry().link("a", DIRECTORY))
        .isInstanceOf(RegistryException.Refused.class)
        .hasMessage("there is a model 'a' already; remove it first or choose another name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"format\": 2}",
        "{\"format\": 1}",
        "{\"format\":1,\"owned\":true,\"path\":\"../x\",\"source\":\"\",\"family\":\"\",\"parameters\":1,"
            + "\"quantization\":\"\",\"fileBytes\":1,\"added\":\"2026-01-01T00:00:00Z\"}",
        "{\"format\":1,\"owned\":false,\"path\":\"x\",\"source\":\"\",\"family\":\"\",\"parameters\":-1,"
            + "\"quantization\":\"\",\"fileBytes\":1,\"added\":\"2026-01-01T00:00:00Z\"}",
        "{\"format\":1,\"owned\":false,\"path\":\"x\",\"source\":\"\",\"family\":\"\",\"parameters\":1,"
            + "\"quantization\":\"\",\"fileBytes\":1,\"added\":\"today\"}",
      })
  void aDamagedEntryIsNamedAndCanBeRemoved(String json) throws IOException {
    registry().link("good", GGUF);
    Path entry = Files.writeString(home.resolve("models/bad.json"), json);
    assertThat(registry().names()).containsExactly("bad", "good");
    assertThatThrownBy(() -> registry().find("bad"))
        .isInstanceOf(RegistryException.Storage.class)
        .hasMessageStartingWith(entry + ": ")
        .hasMessageEndingWith("; pie model remove bad forgets this model");
    registry().remove("bad");
    assertThat(registry().list()).hasSize(1);
  }

  @Test
  void describesAModel() {
    try (LanguageModel model = LanguageModel.open(MODELS.resolve("llama3/hf"))) {
      ModelDescription found = ModelDescription.of(model);
      assertThat(found.family()).isEqualTo("llama");
      assertThat(found.parameters()).isEqualTo(model.weights().parameters());
      assertThat(found.tensors().keySet()).containsExactly(TensorType.F32);
      assertThat(found.tensors().get(TensorType.F32))
          .isEqualTo((int) model.weights().tensors().count());
      assertThat(found.quantization()).isEqualTo(TensorType.F32);
      assertThat(found.tokens()).isEqualTo(model.tokenizer().vocabSize());
      assertThat(found.chatTemplate()).isTrue();
      assertThat(found.stopTokens())
          .extracting(ModelDescription.StopToken::text)
          .containsExactly("<|end_of_text|>", "<|eot_id|>");
      assertThat(found.files())
          .extracting(file -> file.path().getFileName().toString())
          .contains("config.json", "model.safetensors", "tokenizer.json", "chat_template.jinja");
      assertThat(found.fileBytes()).isGreaterThan(117_368);
    }
    try (LanguageModel model = LanguageModel.open(GGUF)) {
      assertThat(ModelDescription.of(model).tensors())
          .containsKeys(TensorType.F32, TensorType.Q4_K);
      assertThat(ModelDescription.of(model).quantization()).isEqualTo(TensorType.Q4_K);
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }
}

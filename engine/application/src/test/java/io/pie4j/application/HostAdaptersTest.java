package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pie4j.api.Api;
import io.pie4j.api.ApiException;
import io.pie4j.api.AttentionMask;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.FutureProbabilities;
import io.pie4j.api.LoadedAdapter;
import io.pie4j.api.Model;
import io.pie4j.api.Queue;
import io.pie4j.control.ControlSettings;
import io.pie4j.control.Controller;
import io.pie4j.inference.cpu.CpuDriver;
import io.pie4j.inference.cpu.CpuSettings;
import io.pie4j.model.LanguageModel;
import io.pie4j.model.ModelFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Programs run adapters from files; the outcome is that of the merged model. */
@Timeout(120)
class HostAdaptersTest {
  private static final Path RESOURCES = TestEngine.ROOT.resolve("engine/model/src/test/resources");
  private static final double MOST = 1e-4;

  @TempDir private Path folder;

  private final LanguageModel llama = LanguageModel.open(model("llama2/llama2-f32.gguf"));
  private final LanguageModel qwen = LanguageModel.open(model("qwen2/hf"));
  private final Controller llamaControl = controller(llama, 4);
  private final Controller qwenControl = controller(qwen, 0);

  private static Path model(String name) {
    return RESOURCES.resolve("models").resolve(name);
  }

  private static Path adapter(String name) {
    return RESOURCES.resolve("adapters").resolve(name);
  }

  private static Controller controller(LanguageModel model, int adaptersMax) {
    CpuSettings settings =
        CpuSettings.defaults().withKvBytes(1 << 22).withAdapters(adaptersMax, 1 << 22);
    return Controller.start(CpuDriver.open(model, settings), ControlSettings.defaults());
  }

  @AfterEach
  void close() {
    llamaControl.close();
    qwenControl.close();
    llama.close();
    qwen.close();
  }

  /** Runs a program on both models: Llama with three adapters, Qwen with one but no room for it. */
  private void run(io.pie4j.api.Program body) {
    Map<String, Path> ofLlama =
        Map.of("tiny", adapter("llama2"), "foreign", adapter("qwen3"), "other", adapter("llama2"));
    ServedModel first = ServedModel.of("llama", llama, llamaControl, ofLlama);
    ServedModel second =
        ServedModel.of("qwen", qwen, qwenControl, Map.of("tiny", adapter("qwen2")));
    try (Lifecycle lifecycle =
        new Lifecycle(LifecycleSettings.standard(), List.of(first, second), Policy.standard())) {
      LaunchRequest request =
          new LaunchRequest(
              new TrustedProgram(ProgramName.parse("adapters"), body),
              List.of(),
              "tester",
              LifecycleSettings.standard().limits(),
              new Transcript());
      assertThat(lifecycle.launch(request).outcome().join()).isEqualTo(new Outcome.Finished());
    }
  }

  @Test
  void outcomeIsThatOfTheMergedModel() {
    run(api -> {
      Model model = api.models().availableModels().getFirst();
      assertThat(api.adapter().availableAdapters(model))
          .containsExactly("foreign", "other", "tiny");
      try (LoadedAdapter tiny = api.adapter().loadAdapter(model, "tiny")) {
        assertThat(tiny.name()).isEqualTo("tiny");
        assertThat(tiny.rank()).isEqualTo(4);
        float[] expected = softmax(lastRow(adapter("llama2").resolve("merged.f32"), 320));
        float[] plain = next(api, model, Optional.empty(), Optional.empty());
        float[] adapted = next(api, model, Optional.of(tiny), Optional.empty());
        float[] masked = next(api, model, Optional.of(tiny), Optional.of(causal(prompt().length)));
        assertThat(adapted).isEqualTo(masked);
        for (int i = 0; i < expected.length; i++) {
          assertThat((double) adapted[i]).isCloseTo(expected[i], within(MOST));
        }
        assertThat(largestDifference(plain, expected)).isGreaterThan(0.01);
      }
    });
  }

  @Test
  void traitIsOfferedWhereTheDriverTakesAdapters() {
    run(api -> {
      List<Model> models = api.models().availableModels();
      assertThat(api.models().availableTraits(models.getFirst())).contains("forward", "adapter");
      assertThat(api.models().availableTraits(models.getLast()))
          .contains("forward")
          .doesNotContain("adapter");
      assertError(
          ErrorCode.UNSUPPORTED,
          "load-adapter: model qwen does not offer the trait adapter",
          () -> api.adapter().loadAdapter(models.getLast(), "tiny"));
    });
  }

  @Test
  void badUseIsATypedError() {
    run(api -> {
      List<Model> models = api.models().availableModels();
      Model model = models.getFirst();
      assertError(
          ErrorCode.NOT_FOUND,
          "load-adapter: name: there is no adapter 'none'; available-adapters lists them",
          () -> api.adapter().loadAdapter(model, "none"));
      // What is wrong with the files is said without their place on this machine.
      assertThatThrownBy(() -> api.adapter().loadAdapter(model, "foreign"))
          .isInstanceOfSatisfying(
              ApiException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
          .hasMessageMatching("load-adapter: foreign.*(shape|target_modules|layers).*")
          .message()
          .doesNotContain(RESOURCES.toString());
      try (LoadedAdapter tiny = api.adapter().loadAdapter(model, "tiny");
          Queue other = api.queues().createQueue(models.getLast());
          Queue queue = api.queues().createQueue(model)) {
        int[] embed = api.allocate().allocEmb(other, 1);
        assertError(
            ErrorCode.INVALID_ARGUMENT,
            "forward-with-adapter: adapter: tiny was loaded for another model",
            () -> forward(api, other, tiny, embed));
        int[] fine = api.allocate().allocEmb(queue, 1);
        LoadedAdapter closed = api.adapter().loadAdapter(model, "other");
        closed.close();
        assertError(
            ErrorCode.NOT_FOUND,
            "forward-with-adapter: adapter: other has been closed",
            () -> forward(api, queue, closed, fine));
        api.inputText().embedTxt(queue, new int[] {3}, new int[] {0}, fine);
        forward(api, queue, tiny, fine);
        api.queues().synchronize(queue).await();
      }
    });
  }

  @Test
  void foldersWithoutAnAdapterAreRefusedAtTheStart() throws IOException {
    assertThatThrownBy(() -> ServedModel.of("m", llama, llamaControl, Map.of("a", folder)))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("adapter_config.json");
    Files.writeString(folder.resolve("adapter_config.json"), "{\"peft_type\": \"IA3\"}");
    assertThatThrownBy(() -> ServedModel.of("m", llama, llamaControl, Map.of("a", folder)))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("unsupported peft_type IA3");
  }

  private static void forward(Api api, Queue queue, LoadedAdapter adapter, int[] embed) {
    int[] none = {};
    api.adapter().forwardWithAdapter(queue, adapter, none, embed, none, embed, Optional.empty());
  }

  /** The whole distribution after the reference's prompt. */
  private static float[] next(
      Api api, Model model, Optional<LoadedAdapter> adapter, Optional<AttentionMask> mask) {
    int[] tokens = prompt();
    int[] positions = IntStream.range(0, tokens.length).toArray();
    int[] none = {};
    try (Queue queue = api.queues().createQueue(model)) {
      int[] embeds = api.allocate().allocEmb(queue, tokens.length);
      api.inputText().embedTxt(queue, tokens, positions, embeds);
      int[] last = {embeds[tokens.length - 1]};
      if (adapter.isPresent()) {
        api.adapter().forwardWithAdapter(queue, adapter.get(), none, embeds, none, last, mask);
      } else {
        api.forward().forward(queue, none, embeds, none, last, mask);
      }
      try (FutureProbabilities all = api.outputText().getFullDist(queue, last[0])) {
        return all.await();
      }
    }
  }

  private static AttentionMask causal(int tokens) {
    return new AttentionMask(
        IntStream.range(0, tokens).mapToObj(i -> new int[] {0, i + 1, tokens - i - 1}).toList());
  }

  private static int[] prompt() {
    JsonNode json = JsonMapper.shared().readTree(bytes(model("llama2/reference.json")));
    return json.get("prompt").valueStream().mapToInt(JsonNode::intValue).toArray();
  }

  private static float[] lastRow(Path file, int width) {
    byte[] bytes = bytes(file);
    float[] row = new float[width];
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .position(bytes.length - 4 * width)
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(row);
    return row;
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static float[] softmax(float[] logits) {
    double max = IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElseThrow();
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    float[] probabilities = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = (float) (Math.exp(logits[i] - max) / sum);
    }
    return probabilities;
  }

  private static double largestDifference(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElseThrow();
  }

  private static void assertError(ErrorCode code, String message, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.code()).isEqualTo(code))
        .message()
        .startsWith(message);
  }
}

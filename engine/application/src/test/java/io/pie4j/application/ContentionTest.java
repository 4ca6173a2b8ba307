package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.api.Api;
import io.pie4j.control.ContentionPolicy;
import io.pie4j.control.ControlSettings;
import io.pie4j.control.Controller;
import io.pie4j.control.ControllerStatus;
import io.pie4j.inference.cpu.CpuDriver;
import io.pie4j.inference.cpu.CpuSettings;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import io.pie4j.model.LanguageModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pages for eight programs and 64 of them, on the embedded model. */
@Timeout(240)
final class ContentionTest {
  private static final int PROGRAMS = 64;
  private static final int PAGE_SIZE = 8;

  /** A program's prompt and answer take at most so many. */
  private static final int PAGES_EACH = 7;

  private static final List<String> PROMPTS =
      List.of(
          "What is the capital of France?",
          "What is the capital of Japan?",
          "Count to five.",
          "What is 3 plus 4?",
          "Tell me a story about a cat.",
          "Who are you?",
          "Name three animals.",
          "What colour is the sky?");

  private final LanguageModel model =
      LanguageModel.open(TestEngine.ROOT.resolve("models/demo/pie-demo"));

  /** What each program printed, or why it did not. */
  private record Run(List<String> texts, List<Outcome> outcomes, ControllerStatus status) {}

  private static void answer(Api api) {
    try (Context context = Context.create(api)) {
      context.fillUser(api.runtime().arguments().getFirst());
      Stop stop = Stop.maxTokens(16).or(Stop.eos(context.model()));
      context.generate(Sampler.greedy(), stop, api.runtime()::print);
    }
  }

  private CpuDriver driver(int pages) {
    CpuSettings settings = CpuSettings.defaults().withPageSize(PAGE_SIZE);
    long pageBytes;
    try (CpuDriver one = CpuDriver.open(model, settings)) {
      pageBytes = one.info().pageBytes();
    }
    return CpuDriver.open(model, settings.withKvBytes(pages * pageBytes));
  }

  private Run run(int pages, ContentionPolicy policy) throws Exception {
    ControlSettings settings = ControlSettings.defaults().withContention(policy);
    try (Controller controller = Controller.start(driver(pages), settings);
        Lifecycle lifecycle =
            new Lifecycle(
                LifecycleSettings.standard(),
                List.of(ServedModel.of("demo", model, controller)),
                Policy.standard())) {
      List<Transcript> transcripts = new ArrayList<>();
      List<Instance> instances = new ArrayList<>();
      for (int i = 0; i < PROGRAMS; i++) {
        transcripts.add(new Transcript());
        instances.add(
            lifecycle.launch(
                new LaunchRequest(
                    new TrustedProgram(ProgramName.parse("answer"), ContentionTest::answer),
                    List.of(PROMPTS.get(i % PROMPTS.size())),
                    "tester",
                    LifecycleSettings.standard().limits(),
                    transcripts.getLast())));
      }
      List<Outcome> outcomes = new ArrayList<>();
      for (Instance instance : instances) {
        outcomes.add(instance.outcome().get());
      }
      return new Run(
          transcripts.stream().map(Transcript::printed).toList(), outcomes, controller.snapshot());
    }
  }

  @Test
  void allSayWhatTheySayWithoutContention(@TempDir Path folder) throws Exception {
    Run alone = run(PROGRAMS * PAGES_EACH, ContentionPolicy.refuse());
    assertThat(alone.outcomes).allMatch(Outcome.Finished.class::isInstance);
    assertThat(alone.texts).noneMatch(String::isBlank);
    ContentionPolicy suspend =
        ContentionPolicy.suspendAndRestore().withMemoryBytes(1 << 18).withFile(folder, 1L << 28);
    Run contended = run(8 * PAGES_EACH, suspend);
    assertThat(contended.outcomes).allMatch(Outcome.Finished.class::isInstance);
    assertThat(contended.texts).isEqualTo(alone.texts);
    assertThat(contended.status.suspensions()).isGreaterThan(PROGRAMS / 2);
    assertThat(contended.status.terminations()).isZero();

    Run ended = run(8 * PAGES_EACH, ContentionPolicy.terminateNewest());
    assertThat(ended.status.terminations()).isPositive();
    int finished = 0;
    for (int i = 0; i < PROGRAMS; i++) {
      if (ended.outcomes.get(i) instanceof Outcome.Finished) {
        finished++;
        assertThat(ended.texts.get(i)).isEqualTo(alone.texts.get(i));
      } else {
        assertThat(ended.outcomes.get(i).message()).contains("ended to free KV pages");
      }
    }
    assertThat(finished).as("those that fit").isGreaterThanOrEqualTo(8);
  }
}

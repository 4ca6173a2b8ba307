package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.inference.cpu.CpuDriver;
import io.pie4j.inference.cpu.CpuSettings;
import io.pie4j.inferlets.TextCompletion;
import io.pie4j.inferlets.testing.Capital;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A prompt through all three layers, on the embedded model. */
@Timeout(240)
final class TextCompletionTest {
  private static final List<String> PROMPTS =
      List.of(
          "What is the capital of France?",
          "What is the capital of Japan?",
          "Count to five.",
          "What is 3 plus 4?",
          "Tell me a story about a cat.",
          "Who are you?");

  @TempDir private static Path cache;

  private static TestEngine engine;
  private static WasmProgram completion;

  @BeforeAll
  static void start() {
    engine =
        TestEngine.withArithmetic(cache, model -> CpuDriver.open(model, CpuSettings.defaults()));
    completion =
        engine.program(
            TestEngine.ROOT.resolve("inferlets/text-completion/target/text-completion.wasm"));
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  @Test
  void namesTheCapitalOfFrance() {
    assertThat(answer(completion, "--prompt", PROMPTS.getFirst(), "--max-tokens", "64"))
        .contains("Paris");
  }

  @Test
  void trustedProgramsSayTheSame() {
    Program trusted =
        new TrustedProgram(ProgramName.parse("text-completion"), new TextCompletion());
    for (String prompt : PROMPTS) {
      assertThat(answer(trusted, "--prompt", prompt))
          .isEqualTo(answer(completion, "--prompt", prompt));
    }
  }

  @Test
  void theProgramOfTheReadmeRuns() {
    Program capital = new TrustedProgram(ProgramName.parse("capital"), new Capital());
    assertThat(answer(capital, "Italy")).matches("p\\(first token\\) = (0\\.|1\\.0)\\d*\n.*Rome.*");
  }

  @Test
  void samplingRepeatsWithItsSeed() {
    String[] arguments = {
      "--prompt", "Tell me a story.", "--temperature", "1.2", "--top-p", "0.95", "--seed", "7"
    };
    assertThat(answer(completion, arguments)).isEqualTo(answer(completion, arguments));
  }

  /** Others in the batch, and how it is cut into passes, must not change a single token. */
  @Test
  void saysTheSameAloneAndAmongOthers() {
    List<String> alone =
        PROMPTS.stream()
            .map(prompt -> answer(completion, "--prompt", prompt, "--json"))
            .map(TextCompletionTest::withoutTimings)
            .toList();
    List<Transcript> transcripts = new ArrayList<>();
    List<Instance> instances = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      transcripts.add(new Transcript());
      instances.add(
          engine.launch(
              completion,
              transcripts.getLast(),
              "--prompt",
              PROMPTS.get(i % PROMPTS.size()),
              "--json"));
    }
    for (int i = 0; i < 64; i++) {
      assertThat(instances.get(i).outcome().join()).isEqualTo(new Outcome.Finished());
      assertThat(withoutTimings(transcripts.get(i).printed()))
          .isEqualTo(alone.get(i % PROMPTS.size()));
    }
  }

  @Test
  void saysWhatIsWrongWithItsArguments() {
    assertThat(failure("--max-tokens", "0", "--prompt", "x"))
        .isEqualTo("--max-tokens must be a whole number from 1 to 1000000, is '0'");
    assertThat(failure()).isEqualTo("--prompt TEXT is missing; see --help");
    assertThat(failure("--bogus")).isEqualTo("there is no option --bogus; see --help");
  }

  private static String withoutTimings(String json) {
    return json.substring(0, json.indexOf("\"timings\""));
  }

  private static String failure(String... arguments) {
    return ((Outcome.Failed) engine.launch(completion, Audience.none(), arguments).outcome().join())
        .error();
  }

  private static String answer(Program program, String... arguments) {
    Transcript transcript = new Transcript();
    Outcome outcome = engine.launch(program, transcript, arguments).outcome().join();
    assertThat(outcome).as(outcome.message()).isEqualTo(new Outcome.Finished());
    return transcript.printed();
  }
}

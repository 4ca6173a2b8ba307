package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.api.Api;
import io.pie4j.api.ChatMessage;
import io.pie4j.api.Model;
import io.pie4j.control.ControllerStatus;
import io.pie4j.inference.cpu.CpuDriver;
import io.pie4j.inference.cpu.CpuSettings;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Generation;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlets.testing.Converse;
import io.pie4j.inferlets.testing.Guide;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several turns through one context, on the embedded model. */
@Timeout(240)
final class ConversationTest {
  private static final String[] MESSAGES = {
    "What is the capital of France?", "Tell me a story about a cat.", "Count to five."
  };

  @TempDir private static Path cache;

  private static TestEngine engine;

  @BeforeAll
  static void start() {
    engine =
        TestEngine.withArithmetic(cache, model -> CpuDriver.open(model, CpuSettings.defaults()));
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  /** Also when the story was cut before its end. */
  @Test
  void equalsTheWholeConversationFilledAtOnce() {
    Stop stop = Stop.maxTokens(12);
    runTrusted(api -> {
      List<ChatMessage> messages = new ArrayList<>();
      try (Context turns = Context.create(api)) {
        for (String message : MESSAGES) {
          turns.fillUser(message);
          messages.add(new ChatMessage("user", message));
          Stop orEnd = stop.or(Stop.eos(turns.model()));
          turns.decodeStepDist(1);
          int[] prompt = turns.tokens();
          Generation answer = turns.generate(Sampler.greedy(), orEnd);

          assertThat(prompt).isEqualTo(whole(api, turns.model(), messages));
          try (Context atOnce = Context.create(api, turns.model())) {
            atOnce.fillTokens(prompt);
            Generation again = atOnce.generate(Sampler.greedy(), orEnd);
            assertThat(again.tokens()).isEqualTo(answer.tokens());
            assertThat(again.logProbabilities()).isEqualTo(answer.logProbabilities());
          }
          messages.add(new ChatMessage("assistant", answer.text()));
        }
      }
    });
  }

  @Test
  void holdsNothingOnceItsContextIsClosed() throws InterruptedException {
    String trusted = converse(new TrustedProgram(ProgramName.parse("converse"), new Converse()));
    assertThat(trusted.lines()).hasSize(MESSAGES.length);
    assertThat(converse(engine.testProgram("converse"))).isEqualTo(trusted);
  }

  @Test
  void theProgramShownToAuthorsRuns() {
    Program guide = new TrustedProgram(ProgramName.parse("guide"), new Guide());
    Transcript transcript = new Transcript();
    Outcome outcome = engine.launch(guide, transcript, "--country", "Italy").outcome().join();
    assertThat(outcome).as(outcome.message()).isEqualTo(new Outcome.Finished());
    assertThat(transcript.printed().lines().toList())
        .hasSizeGreaterThan(1)
        .first()
        .asString()
        .startsWith("The capital")
        .contains("Rome");
  }

  private static int[] whole(Api api, Model model, List<ChatMessage> messages) {
    return api.tokenize().tokenize(model, model.formatChat(messages, true), true);
  }

  /** What it says; it still runs when its pages and embeds must be back. */
  private static String converse(Program program) throws InterruptedException {
    assertThat(engine.settled().programs()).isZero();
    Transcript transcript = new Transcript();
    Instance instance = engine.launch(program, transcript, MESSAGES);
    assertThat(transcript.nextMessage()).isEqualTo("closed");
    ControllerStatus status = engine.settled(1);
    assertThat(status.programs()).isOne();
    assertThat(status.pagesUsed()).isZero();
    assertThat(status.embedsUsed()).isZero();
    assertThat(status.queues()).isZero();
    instance.send("end");
    assertThat(instance.outcome().join()).isEqualTo(new Outcome.Finished());
    return transcript.printed();
  }

  private static void runTrusted(io.pie4j.api.Program body) {
    AtomicReference<AssertionError> wrong = new AtomicReference<>();
    io.pie4j.api.Program kept =
        api -> {
          try {
            body.run(api);
          } catch (AssertionError error) {
            wrong.set(error);
          }
        };
    Program program = new TrustedProgram(ProgramName.parse("test"), kept);
    Outcome outcome = engine.launch(program, Audience.none()).outcome().join();
    if (wrong.get() != null) {
      throw wrong.get();
    }
    assertThat(outcome).as(outcome.message()).isEqualTo(new Outcome.Finished());
  }
}

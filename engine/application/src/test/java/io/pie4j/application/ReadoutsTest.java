package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pie4j.api.Api;
import io.pie4j.api.ApiException;
import io.pie4j.api.Distribution;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.FutureProbabilities;
import io.pie4j.api.FutureScores;
import io.pie4j.api.Model;
import io.pie4j.api.Queue;
import io.pie4j.api.Scores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ways to look at one output embed agree. */
@Timeout(120)
final class ReadoutsTest {
  private static final double EXACT = 1e-6;

  @TempDir private static Path cache;

  @Test
  void aDistributionAllProbabilitiesAndScoresAgree() {
    try (TestEngine engine = TestEngine.withoutArithmetic(LifecycleSettings.standard(), cache)) {
      Program program =
          new TrustedProgram(ProgramName.parse("readouts"), ReadoutsTest::lookThreeTimes);
      Instance instance = engine.launch(program, new Transcript());
      assertThat(instance.outcome().join()).isEqualTo(new Outcome.Finished());
    }
  }

  @Test
  void answersThatNobodyLetsGoAreBounded() {
    LifecycleSettings settings = LifecycleSettings.standard().withAnswerBytesMax(20_000);
    try (TestEngine engine = TestEngine.withoutArithmetic(settings, cache)) {
      Program program = new TrustedProgram(ProgramName.parse("hoarder"), ReadoutsTest::keepAnswers);
      Instance instance = engine.launch(program, new Transcript());
      assertThat(instance.outcome().join()).isEqualTo(new Outcome.Finished());
    }
  }

  private static void keepAnswers(Api api) {
    Model model = api.models().availableModels().getFirst();
    int bytes = 4 * model.vocabSize();
    int fit = 20_000 / bytes;
    try (Queue queue = api.queues().createQueue(model)) {
      int embed = api.allocate().allocEmb(queue, 1)[0];
      List<FutureProbabilities> kept = new ArrayList<>();
      for (int i = 0; i < fit; i++) {
        kept.add(api.outputText().getFullDist(queue, embed));
      }
      assertThatThrownBy(() -> api.outputText().getFullDist(queue, embed))
          .isInstanceOfSatisfying(
              ApiException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED))
          .hasMessage(
              "get-full-dist: the answer takes %d bytes, %d are held by futures, the limit is 20000 (answerBytesMax); close those that have been read"
                  .formatted(bytes, fit * bytes));
      kept.getFirst().close();
      kept.getFirst().close();
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> api.outputText().getFullDist(queue, embed + 1))
            .as("a call that is refused holds nothing")
            .hasMessageContaining("there is no embed");
      }
      api.outputText().getFullDist(queue, embed).close();
    }
  }

  private static void lookThreeTimes(Api api) {
    Model model = api.models().availableModels().getFirst();
    try (Queue queue = api.queues().createQueue(model)) {
      int[] embed = api.allocate().allocEmb(queue, 1);
      api.inputText().embedTxt(queue, new int[] {7}, new int[] {3}, embed);
      api.forward().forward(queue, new int[0], embed, new int[0], embed, Optional.empty());
      Distribution top = api.outputText().getNextDist(queue, embed[0], OptionalInt.of(3)).await();
      int[] named = {top.ids()[2], top.ids()[0]};
      try (FutureProbabilities all = api.outputText().getFullDist(queue, embed[0]);
          FutureScores scores = api.sample().score(queue, embed[0], named)) {
        all.subscribe().block();
        float[] probabilities = all.get().orElseThrow();
        assertThat(probabilities).hasSize(model.vocabSize());
        for (int i = 0; i < 3; i++) {
          assertThat(probabilities[top.ids()[i]]).isEqualTo(top.probabilities()[i]);
        }
        Scores scored = scores.await();
        assertThat(scores.get()).isPresent();
        for (int i = 0; i < named.length; i++) {
          assertThat(Math.exp(scored.logProbabilities()[i]))
              .isCloseTo(probabilities[named[i]], within(EXACT));
        }
        assertThat(scored.entropy()).isPositive();
      }
    }
  }
}

package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.api.Api;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Generation;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A program that answers the same question again and again while others do what they do. */
final class Neighbour {
  private final List<Generation> answers = new CopyOnWriteArrayList<>();
  private final Instance instance;
  private volatile boolean enough;

  Neighbour(ContractStage stage) {
    Program program = new TrustedProgram(ProgramName.parse("neighbour"), this::answer);
    instance = stage.engine().launch(program, Audience.none());
  }

  private void answer(Api api) {
    do {
      try (Context context = Context.create(api)) {
        context.fillUser("What is the capital of France?");
        Stop stop = Stop.maxTokens(16).or(Stop.eos(context.model()));
        answers.add(context.generate(Sampler.greedy(), stop));
      }
    } while (!enough);
  }

  /** All answers were the same to the bit. */
  void endAndAssertUndisturbed() {
    enough = true;
    assertThat(instance.outcome().join()).isEqualTo(new Outcome.Finished());
    Generation first = answers.getFirst();
    assertThat(first.text()).contains("Paris");
    assertThat(answers)
        .allMatch(answer ->
            Arrays.equals(answer.tokens(), first.tokens())
                && Arrays.equals(answer.logProbabilities(), first.logProbabilities()));
  }
}

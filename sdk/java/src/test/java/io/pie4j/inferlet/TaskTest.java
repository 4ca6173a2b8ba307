package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.api.Api;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TaskTest {
  private final FakeModel model = FakeEngine.plain(4);
  private final FakeEngine engine = new FakeEngine(model);
  private final Api api = engine.api();

  /** The next character of the alphabet, so that contexts tell themselves apart. */
  private void saysTheAlphabet() {
    engine.answers(saw -> String.valueOf((char) (saw.charAt(saw.length() - 1) + 1)));
  }

  @Test
  void forksGoOnSideBySide() {
    saysTheAlphabet();
    try (Context root = context("..");
        Context one = root.fork();
        Context two = root.fork()) {
      one.fill("a");
      two.fill("p");
      Task<Generation> first = one.generation(Sampler.greedy(), Stop.maxTokens(4));
      Task<Generation> second = two.generation(Sampler.greedy(), Stop.maxTokens(3));
      assertThat(first.await(api).text()).isEqualTo("bcde");
      assertThat(second.isDone()).isTrue();
      assertThat(second.await(api).text()).isEqualTo("qrs");
      // One wait for what they share, then one a step, whoever steps in it.
      assertThat(engine.calls()).filteredOn(call -> call.startsWith("poll")).hasSize(1 + 4);
    }
    engine.assertNothingHeld();
  }

  @Test
  void generatesAsItDoesWhenAwaited() {
    List<String> pieces = new ArrayList<>();
    saysTheAlphabet();
    try (Context context = context("a");
        Context same = context("a")) {
      Generation waited = same.generate(Sampler.greedy(), Stop.maxTokens(2000));
      Task<Generation> task =
          context.generation(Sampler.greedy(), Stop.maxTokens(2000), pieces::add);
      assertThatThrownBy(() -> context.fill("no")).hasMessageContaining("has a task under way");
      Generation all = task.await(api);
      assertThat(all.text()).isEqualTo(waited.text()).isEqualTo(String.join("", pieces));
      assertThat(all.tokens()).isEqualTo(waited.tokens()).hasSize(2000);
      assertThat(context.tokens()).isEqualTo(same.tokens());
    }
    engine.assertNothingHeld();
  }

  @Test
  void stepsOneByOne() {
    saysTheAlphabet();
    try (Context context = context("a");
        Steps steps = context.steps(Sampler.greedy(), Stop.maxTokens(3))) {
      StringBuilder text = new StringBuilder();
      while (steps.next()) {
        text.append(steps.text());
        assertThat(steps.token()).isEqualTo(context.tokens()[context.size() - 1]);
      }
      assertThat(text.toString()).isEqualTo("bcd").isEqualTo(steps.generation().text());
      assertThat(steps.next()).isFalse();
      assertThat(context.size()).isEqualTo(4);
    }
    engine.assertNothingHeld();
  }

  @Test
  void firstCancelsTheOthers() {
    saysTheAlphabet();
    try (Context one = context("a");
        Context two = context("p")) {
      Task<Generation> longer = one.generation(Sampler.greedy(), Stop.maxTokens(50));
      Task<Generation> shorter = two.generation(Sampler.greedy(), Stop.maxTokens(3));
      assertThat(Task.first(List.of(longer, shorter)).await(api).text()).isEqualTo("qrs");
      assertThat(longer.isDone()).isTrue();
      assertThatThrownBy(() -> longer.await(api)).hasMessage("the task was cancelled");
      engine.seen();
      one.fill("!"); // what was cancelled can be used
      one.decodeStepDist(1);
      assertThat(engine.seen()).endsWith("abcd!");
    }
    engine.assertNothingHeld();
  }

  @Test
  void closingEndsItsTask() {
    saysTheAlphabet();
    Context context = context("a");
    Task<Generation> task = context.generation(Sampler.greedy(), Stop.maxTokens(5));
    context.close();
    assertThatThrownBy(() -> task.await(api)).hasMessage("the task was cancelled");
    engine.assertNothingHeld();
  }

  @Test
  void aFailureFailsItsContextAlone() {
    saysTheAlphabet();
    try (Context one = context("a");
        Context two = context("p")) {
      engine.failAt("await");
      Task<Generation> failing = one.generation(Sampler.greedy(), Stop.maxTokens(2));
      Task<Generation> going = two.generation(Sampler.greedy(), Stop.maxTokens(2));
      assertThat(going.await(api).text()).isEqualTo("qr");
      assertThatThrownBy(() -> failing.await(api)).hasMessage("await fails on purpose");
      assertThatThrownBy(() -> one.decodeStepDist(1)).hasMessageContaining("begin a new one");
      assertThat(
              failing
                  .recover(why -> new Generation("instead", new int[0], new float[0]))
                  .await(api)
                  .text())
          .isEqualTo("instead");
    }
    engine.assertNothingHeld();
  }

  @Test
  void allFailsWithTheFirstFailure() {
    saysTheAlphabet();
    try (Context one = context("a")) {
      Task<String> going =
          one.generation(Sampler.greedy(), Stop.maxTokens(5)).map(Generation::text);
      Task<String> failed = Task.failed(new IllegalStateException("no"));
      assertThatThrownBy(() -> Task.all(List.of(going, failed)).await(api)).hasMessage("no");
      assertThat(going.isDone()).isTrue();
    }
    engine.assertNothingHeld();
  }

  /** Programs with forks that fork when they are done need no more stack than others. */
  @Test
  void chainsOfAnyLengthNeedNoStack() {
    int[] rounds = {0};
    Task.repeat(() -> Task.completed(++rounds[0] < 200_000)).await(api);
    assertThat(rounds[0]).isEqualTo(200_000);
    Task<Integer> sum = Task.completed(0);
    for (int i = 0; i < 100_000; i++) {
      sum = sum.map(n -> n + 1);
    }
    assertThat(sum.await(api)).isEqualTo(100_000);
  }

  @Test
  void joinsStepsOfATree() {
    saysTheAlphabet();
    try (Context root = context("a")) {
      List<Task<String>> leaves = new ArrayList<>();
      for (String branch : List.of("d", "m")) {
        Context fork = root.fork();
        fork.fill(branch);
        leaves.add(
            fork.generation(Sampler.greedy(), Stop.maxTokens(1))
                .then(first -> {
                  Context leaf = fork.fork();
                  fork.close();
                  Task<Generation> second = leaf.generation(Sampler.greedy(), Stop.maxTokens(2));
                  second.onDone(leaf::close);
                  return second.map(more -> branch + first.text() + more.text());
                }));
      }
      assertThat(Task.all(leaves).await(api)).containsExactly("defg", "mnop");
    }
    engine.assertNothingHeld();
  }

  @Test
  void thrownExceptionsFailTheTask() {
    Task<Integer> task = Task.completed(1);
    assertThatThrownBy(() -> task.map(n -> Integer.parseInt("x")).await(api))
        .isInstanceOf(NumberFormatException.class);
    assertThatThrownBy(() -> Task.first(List.of())).hasMessage("first: there are no tasks");
    assertThat(Task.<Integer>all(List.of()).await(api)).isEmpty();
  }

  private Context context(String text) {
    Context context = Context.create(api, model);
    context.fill(text);
    return context;
  }
}

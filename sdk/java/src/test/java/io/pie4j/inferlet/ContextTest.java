package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.api.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ContextTest {
  private final FakeModel model = FakeEngine.plain(8);
  private final FakeEngine engine = new FakeEngine(model);

  @Test
  void callsOnlyWhatAStepNeeds() {
    Context context = Context.create(engine.says("de").api());
    assertThat(engine.calls()).containsExactly("queue", "alloc-embed 1");

    context.fill("abc");
    assertThat(engine.calls()).isEmpty();

    assertThat(context.generate(Sampler.greedy(), Stop.maxTokens(2)).text()).isEqualTo("de");
    assertThat(engine.calls())
        .containsExactly(
            "alloc-page 1",
            "alloc-embed 3",
            "embed abc at 0 in [102, 103, 104]",
            "forward [] to [101]",
            "free-embed [102, 103, 104]",
            "readout 100 of 1",
            "embed d at 3 in [100]",
            "forward [101] to [101]",
            "readout 100 of 1");

    context.close();
    assertThat(engine.calls())
        .containsExactly("free-embed [100]", "free-page [101]", "close-queue");
    engine.assertNothingHeld();
    assertThat(model.closed).isOne();
  }

  @ParameterizedTest
  @CsvSource({"8,7", "8,8", "8,9", "16,15", "16,16", "16,17", "16,33", "8,511", "8,512", "8,513"})
  void fillsPagesToTheirEnds(int pageSize, int prompt) {
    FakeModel pages = FakeEngine.plain(pageSize);
    FakeEngine paged = new FakeEngine(pages);
    paged.says("0123456789012345678");
    try (Context context = Context.create(paged.api())) {
      context.fill("x".repeat(prompt));
      context.generate(Sampler.greedy(), Stop.maxTokens(19));
      context.flush();
      assertThat(paged.cache()).isEqualTo("x".repeat(prompt) + "0123456789012345678");
      long pagesMade =
          paged.calls().stream()
              .filter(call -> call.startsWith("alloc-page "))
              .mapToInt(call -> Integer.parseInt(call.substring(11)))
              .sum();
      assertThat(pagesMade).isEqualTo((prompt + 19 + pageSize - 1) / pageSize);
    }
    paged.assertNothingHeld();
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 513, 1024, 1300})
  void computesLongPromptsInChunks(int length) {
    try (Context context = Context.create(engine.api())) {
      context.fill("y".repeat(length));
      context.flush();
      List<Integer> chunks = new ArrayList<>();
      for (String call : engine.calls()) {
        if (call.startsWith("embed ")) {
          chunks.add(call.indexOf(" at ") - 6);
        }
      }
      List<Integer> expected = new ArrayList<>();
      for (int left = length; left > 0; left -= 512) {
        expected.add(Math.min(left, 512));
      }
      assertThat(chunks).isEqualTo(expected);
      assertThat(engine.cache()).hasSize(length);
    }
    engine.assertNothingHeld();
  }

  @Test
  void looksTwiceWithoutComputingTwice() {
    try (Context context = Context.create(engine.says("zz").api())) {
      context.fill("abc");
      context.decodeStepDist(5);
      engine.calls();
      context.decodeStepDist(7);
      assertThat(engine.calls()).containsExactly("readout 100 of 7");
      assertThat(context.size()).isEqualTo(3);
    }
  }

  @Test
  void takesTokensBetweenSteps() {
    try (Context context = Context.create(engine.says("dg").api())) {
      context.fill("abc");
      assertThat(context.decodeStep(Sampler.greedy())).isEqualTo(model.encode("d")[0]);
      context.fillTokens(model.encode("ef"));
      context.decodeStep(Sampler.greedy());
      context.flush();
      assertThat(model.decode(context.tokens())).isEqualTo("abcdefg");
      assertThat(engine.cache()).isEqualTo("abcdefg");
    }
  }

  @Test
  void generatesOnWhereItStopped() {
    try (Context context = Context.create(engine.says("defghi").api())) {
      context.fill("abc");
      Generation first = context.generate(Sampler.greedy(), Stop.maxTokens(3));
      Generation second = context.generate(Sampler.greedy(), Stop.maxTokens(3));
      assertThat(first.text() + second.text()).isEqualTo("defghi");
      assertThat(model.decode(context.tokens())).isEqualTo("abcdefghi");
      assertThat(second.logProbabilities())
          .containsExactly((float) Math.log(0.75), (float) Math.log(0.75), (float) Math.log(0.75));
    }
  }

  @Test
  void streamsTheWholeText() {
    try (Context context = Context.create(engine.says("a🙂bcé</s>").api())) {
      context.fill("?");
      List<String> pieces = new ArrayList<>();
      Generation all =
          context.generate(Sampler.greedy(), Stop.maxTokens(50).or(Stop.eos(model)), pieces::add);
      assertThat(String.join("", pieces)).isEqualTo(all.text()).isEqualTo("a🙂bcé");
      assertThat(pieces).hasSizeGreaterThan(1).doesNotContain("");
      assertThat(all.tokens()).isEqualTo(model.encode("a🙂bcé</s>"));
    }
  }

  /** One log-probability a token, also when there are many, and none for what was not offered. */
  @Test
  void givesLogProbabilities() {
    try (Context context = Context.create(engine.says("m".repeat(40)).api())) {
      context.fill("?");
      Generation all = context.generate(offered -> model.encode("q")[0], Stop.maxTokens(40));
      assertThat(all.logProbabilities()).hasSize(40).containsOnly(Float.NEGATIVE_INFINITY);
    }
  }

  @Test
  void beginsTextAsTheModelExpects() {
    FakeModel prefixed = new FakeModel(8, 100, Optional.empty(), "<s>", "</s>");
    try (Context context = Context.create(new FakeEngine(prefixed).api())) {
      context.fill("one");
      context.fill(" </s> two");
      assertThat(prefixed.decode(context.tokens())).isEqualTo("<s>one </s> two");
      assertThat(context.tokens()[0]).isZero();
      assertThat(context.size()).isEqualTo(13);
    }
  }

  @Test
  void stopsAtTheLastPosition() {
    FakeModel small = new FakeModel(8, 10, Optional.empty(), "", "</s>");
    FakeEngine full = new FakeEngine(small).says("x".repeat(100));
    try (Context context = Context.create(full.api())) {
      context.fill("12345");
      Generation all = context.generate(Sampler.greedy(), Stop.maxTokens(100));
      // Ten positions hold ten tokens; the token after them can still be known.
      assertThat(all.tokens()).hasSize(6);
      assertThat(full.cache()).hasSize(10);
      assertThatThrownBy(() -> context.generate(Sampler.greedy(), Stop.maxTokens(1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the context has 11 tokens; model fake takes at most 10");
    }
    full.assertNothingHeld();
  }

  @ParameterizedTest
  @ValueSource(strings = {"alloc-page", "alloc-embed", "embed", "forward", "readout", "await"})
  void givesEverythingBackAfterAFailure(String call) {
    try (Context context = Context.create(engine.says("xyz").api())) {
      context.fill("abcdefg");
      context.generate(Sampler.greedy(), Stop.maxTokens(1));
      context.fill("ijk");
      engine.failAt(call);
      assertThatThrownBy(() -> context.generate(Sampler.greedy(), Stop.maxTokens(1)))
          .isInstanceOf(ApiException.class)
          .hasMessageContaining("fails on purpose");
    }
    engine.assertNothingHeld();
    assertThat(model.closed).isOne();
  }

  /** What was refused was not done; what failed on its way leaves a hole in the cache. */
  @Test
  void goesOnAfterARefusalButNotAfterAFailure() {
    try (Context context = Context.create(engine.says("xyz").api())) {
      context.fill("abcdefg");
      engine.failAt("alloc-page");
      assertThatThrownBy(() -> context.decodeStepDist(1)).isInstanceOf(ApiException.class);
      context.decodeStep(Sampler.greedy());
      engine.failAt("await");
      assertThatThrownBy(() -> context.decodeStepDist(1)).isInstanceOf(ApiException.class);
      assertThatThrownBy(() -> context.decodeStepDist(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("begin a new one");
    }
    engine.assertNothingHeld();
  }

  @ParameterizedTest
  @ValueSource(strings = {"queue", "alloc-embed"})
  void leavesNothingBehindIfItCannotBegin(String call) {
    engine.failAt(call);
    assertThatThrownBy(() -> Context.create(engine.api())).isInstanceOf(ApiException.class);
    engine.assertNothingHeld();
    assertThat(model.closed).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {"free-embed", "free-page"})
  void closesTheRestIfOneFails(String call) {
    Context context = Context.create(engine.says("x").api());
    context.fill("abc");
    context.flush();
    engine.failAt(call);
    assertThatThrownBy(context::close).isInstanceOf(ApiException.class);
    assertThat(engine.calls()).contains("close-queue");
    assertThat(model.closed).isOne();
  }

  @Test
  void closesOnce() {
    Context context = Context.create(engine.api(), model);
    context.close();
    engine.calls();
    context.close();
    assertThat(engine.calls()).isEmpty();
    assertThat(model.closed).as("the caller's model").isZero();
    context.fill("a");
    assertThatThrownBy(context::flush).hasMessage("the context is closed");
  }

  @Test
  void takesTheFirstModelAndLeavesTheOthers() {
    FakeModel other = FakeEngine.plain(16);
    try (Context context = Context.create(new FakeEngine(model, other).api())) {
      assertThat(context.model()).isSameAs(model);
      assertThat(other.closed).isOne();
      assertThat(model.closed).isZero();
    }
  }

  @Test
  void saysWhatIsMissing() {
    assertThatThrownBy(() -> Context.create(new FakeEngine().api()))
        .hasMessage("the engine serves no model that this program may use");
    try (Context context = Context.create(engine.api())) {
      assertThatThrownBy(() -> context.decodeStepDist(1))
          .hasMessage("the context is empty: fill it with something to continue");
      context.flush();
      context.fillUser("Hi");
      assertThatThrownBy(() -> context.decodeStepDist(1))
          .hasMessage("model fake has no chat template");
    }
  }
}

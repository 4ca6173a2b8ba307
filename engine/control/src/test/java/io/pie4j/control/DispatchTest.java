package io.pie4j.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.control.DispatchPolicy.Eager;
import io.pie4j.control.DispatchPolicy.KOnly;
import io.pie4j.control.DispatchPolicy.TOnly;
import io.pie4j.control.Stepped.Program;
import io.pie4j.inference.DummyDriver;
import io.pie4j.inference.DummySettings;
import io.pie4j.inference.Pass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a pass is formed and what it carries, by policy and form. */
class DispatchTest {
  private static final long MILLI = 1_000_000;
  private static final int[] NONE = {};

  @Test
  void oneTypeADispatch() {
    Stepped engine = engine(DispatchForm.ONE_TYPE, DispatchPolicy.adaptive());
    Program p = engine.program();
    Program q = engine.program();
    for (Program each : List.of(p, q)) {
      each.queue.embedText(new int[] {7}, new int[] {9}, new int[] {each.embeds[0]});
      each.step();
    }
    assertThat(counts(engine.start().orElseThrow())).containsExactly(2, 0, 0);
    engine.finish();
    assertThat(counts(engine.start().orElseThrow())).containsExactly(0, 2, 0);
    engine.finish();
    assertThat(counts(engine.start().orElseThrow())).containsExactly(0, 0, 2);
    engine.finish();
  }

  @Test
  void commandsOfOneQueueThatDoNotConflictShareADispatch() {
    Stepped engine = engine(DispatchForm.ONE_TYPE, DispatchPolicy.adaptive());
    Program p = engine.program();
    int[] none = new int[0];
    p.queue.forward(none, new int[] {p.embeds[0]}, new int[] {p.pages[0]}, none);
    p.queue.forward(none, new int[] {p.embeds[1]}, new int[] {p.pages[1]}, none);
    p.queue.forward(new int[] {p.pages[0]}, new int[] {p.embeds[2]}, none, none);
    assertThat(engine.start().orElseThrow().forwards()).hasSize(2);
    engine.finish();
    assertThat(engine.start().orElseThrow().forwards()).hasSize(1);
    engine.finish();
  }

  @Test
  void theTypeGoesFirstThatHasWaitedLongest() {
    Stepped engine = engine(DispatchForm.ONE_TYPE, DispatchPolicy.adaptive());
    Program first = engine.program();
    Program second = engine.program();
    Program high = engine.program();
    high.queue.setPriority(Priority.HIGH);
    first.step();
    engine.start();
    engine.finish();
    // The readout of the first waits in front since before the second's embed came.
    engine.nanos += MILLI;
    second.queue.embedText(new int[] {7}, new int[] {9}, new int[] {second.embeds[0]});
    assertThat(counts(engine.driver.last.orElseThrow())).containsExactly(0, 0, 1);
    engine.nanos += MILLI;
    high.step();
    engine.finish();
    assertThat(counts(engine.start().orElseThrow()))
        .as("a head start for each step of priority")
        .containsExactly(0, 1, 0);
    engine.finish();
    assertThat(engine.start().orElseThrow().isEmpty()).isFalse();
    engine.finish();
  }

  @Test
  void eagerDispatchesOneQueueAtATime() {
    Stepped engine = engine(DispatchForm.PASSES, new Eager());
    List<Program> programs = List.of(engine.program(), engine.program());
    programs.forEach(Program::step);
    for (int i = 0; i < 2; i++) {
      assertThat(counts(engine.start().orElseThrow())).containsExactly(0, 1, 1);
      engine.finish();
    }
    assertThat(engine.start()).isEmpty();
  }

  @Test
  void eagerOfOneTypeDispatchesOneCommandAtATime() {
    Stepped engine = engine(DispatchForm.ONE_TYPE, new Eager());
    Program p = engine.program();
    p.queue.forward(NONE, new int[] {p.embeds[0]}, NONE, new int[] {p.embeds[0]});
    p.queue.forward(NONE, new int[] {p.embeds[1]}, NONE, new int[] {p.embeds[1]});
    for (int i = 0; i < 2; i++) {
      assertThat(counts(engine.start().orElseThrow())).containsExactly(0, 1, 0);
      engine.finish();
    }
  }

  @Test
  void kOnlyWaitsForABatchAndKeepsToIt() {
    for (DispatchForm form : DispatchForm.values()) {
      Stepped engine = engine(form, new KOnly(2, 1_000 * MILLI));
      List<Program> programs = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        engine.nanos += 1_000 * MILLI;
        programs.add(engine.program());
      }
      engine.nanos += 1_000 * MILLI;
      engine.settle();
      programs.get(0).step();
      assertThat(engine.start()).as("one is not enough").isEmpty();
      programs.get(1).step();
      programs.get(2).step();
      assertThat(engine.start().orElseThrow().forwards()).hasSize(2);
      engine.finish();
      engine.settle();
      engine.nanos += 1_000 * MILLI;
      engine.settle();
      assertThat(engine.status().commandsWaiting()).as("the one that was left").isZero();
    }
  }

  @Test
  void tOnlyWaitsForItsTime() {
    for (DispatchForm form : DispatchForm.values()) {
      Stepped engine = engine(form, new TOnly(5 * MILLI));
      Program p = engine.program();
      Program q = engine.program();
      engine.nanos += 5 * MILLI;
      engine.settle();
      p.step();
      assertThat(engine.start()).isEmpty();
      q.step();
      assertThat(engine.start()).isEmpty();
      engine.nanos += 5 * MILLI;
      assertThat(engine.start().orElseThrow().forwards()).hasSize(2);
      engine.finish();
      engine.nanos += 5 * MILLI;
      engine.settle();
      assertThat(engine.status().commandsWaiting()).isZero();
    }
  }

  @Test
  void names() {
    for (DispatchPolicy policy : DispatchPolicy.all()) {
      assertThat(DispatchPolicy.named(policy.name())).isEqualTo(policy);
    }
    assertThatThrownBy(() -> DispatchPolicy.named("lazy"))
        .hasMessage(
            "there is no dispatch policy 'lazy'; there are eager, k-only, t-only, adaptive");
    assertThat(DispatchForm.named("one-type")).isEqualTo(DispatchForm.ONE_TYPE);
    assertThatThrownBy(() -> DispatchForm.named("two-types"))
        .hasMessage("there is no dispatch form 'two-types'; there are passes, one-type");
  }

  /** Greedy decoding on threads that run as they like. */
  @Test
  @Timeout(60)
  void whateverTheFormAndPolicyTheTokensAreTheSame() throws InterruptedException {
    List<List<Integer>> expected = List.of();
    for (DispatchForm form : DispatchForm.values()) {
      for (DispatchPolicy policy :
          List.of(
              DispatchPolicy.adaptive(), new Eager(), new KOnly(3, MILLI), new TOnly(MILLI / 10))) {
        List<List<Integer>> texts = decodeAll(settings(form, policy));
        expected = expected.isEmpty() ? texts : expected;
        assertThat(texts).as(form + ", " + policy).isEqualTo(expected);
      }
    }
  }

  private static List<List<Integer>> decodeAll(ControlSettings settings)
      throws InterruptedException {
    List<List<Integer>> texts = new ArrayList<>();
    try (Controller controller =
        Controller.start(new DummyDriver(DummySettings.withVocabulary(999)), settings)) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        List<Integer> text = new ArrayList<>();
        int first = i;
        texts.add(text);
        threads.add(Thread.ofVirtual().start(() -> decode(controller, first, text)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    return texts;
  }

  private static void decode(Controller controller, int first, List<Integer> text) {
    try (AddressSpace space = controller.open("decode");
        CommandQueue queue = space.createQueue()) {
      int[] embed = queue.allocateEmbeds(1);
      int[] pages = queue.allocatePages(2);
      int token = first;
      for (int i = 0; i < 30; i++) {
        queue.embedText(new int[] {token}, new int[] {i}, embed);
        queue.forward(pages, embed, pages, embed);
        token = queue.nextDistribution(embed[0], 1).await().ids()[0];
        text.add(token);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ControlSettings settings(DispatchForm form, DispatchPolicy policy) {
    return ControlSettings.defaults().withForm(form).withDispatch(policy);
  }

  private static Stepped engine(DispatchForm form, DispatchPolicy policy) {
    return new Stepped(settings(form, policy).withPrefillChunkTokens(4));
  }

  private static List<Integer> counts(Pass pass) {
    return Arrays.asList(pass.embeds().size(), pass.forwards().size(), pass.readouts().size());
  }
}

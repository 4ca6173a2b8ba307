package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.api.ApiException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contexts that share pages, go back, and forget. */
final class ForkTest {
  private final FakeModel model = FakeEngine.plain(4);
  private final FakeEngine engine = new FakeEngine(model);

  @Test
  void sharesFullPagesAndCopiesTheLast() {
    try (Context root = context("abcdef")) {
      root.flush();
      engine.calls();
      try (Context fork = root.fork()) {
        root.fill("R");
        root.decodeStepDist(1);
        assertThat(engine.calls())
            .containsExactly(
                "queue",
                "synchronize",
                "alloc-embed 1",
                "embed R at 6 in [109]",
                "forward [101, 102] to [102]",
                "readout 109 of 1",
                "poll 2");
        fork.fill("F");
        fork.decodeStepDist(1);
        assertThat(engine.calls())
            .contains("copy 102 to 110: 2", "forward [101, 110] to [110]")
            .doesNotContain("alloc-page 2");
        assertThat(engine.pagesHeld()).isEqualTo(3);
        assertThat(engine.seen()).containsExactly("abcdefR", "abcdefF");
      }
    }
    engine.assertNothingHeld();
  }

  /** Who waits for a fork's first step waits for what it shares. */
  @Test
  void readsNothingThatIsNotComputed() {
    try (Context root = context("abcdef");
        Context one = root.fork();
        Context two = one.fork()) {
      two.fill("2");
      two.decodeStepDist(1);
      one.fill("1");
      one.decodeStepDist(1);
      assertThat(engine.seen()).containsExactly("abcdef2", "abcdef1");
    }
    engine.assertNothingHeld();
  }

  /** No token is computed twice: all read the same output. */
  @Test
  void forksShareTheNextDistribution() {
    try (Context root = context("abc");
        Context one = root.fork();
        Context two = root.fork()) {
      one.decodeStepDist(1);
      two.decodeStepDist(1);
      root.decodeStepDist(1);
      assertThat(engine.seen()).containsExactly("abc", "abc", "abc");
      assertThat(one.forwards() + two.forwards()).isZero();
      assertThat(root.tokensComputed()).isEqualTo(3);
      engine.says("xyxyzz");
      assertThat(one.generate(Sampler.greedy(), Stop.maxTokens(2)).text()).isEqualTo("xy");
      assertThat(two.generate(Sampler.greedy(), Stop.maxTokens(2)).text()).isEqualTo("xy");
    }
    engine.assertNothingHeld();
  }

  @ParameterizedTest
  @ValueSource(strings = {"012", "021", "102", "120", "201", "210"})
  void closesInAnyOrder(String order) {
    Context root = context("abcdefg");
    root.flush();
    Context fork = root.fork();
    fork.fill("F");
    Context second = fork.fork();
    second.fill("S");
    second.flush();
    List<Context> all = List.of(root, fork, second);
    for (int i = 0; i < 3; i++) {
      all.get(order.charAt(i) - '0').close();
      for (int j = i + 1; j < 3; j++) {
        all.get(order.charAt(j) - '0').decodeStepDist(1);
      }
    }
    engine.assertNothingHeld();
    assertThat(engine.seen()).allMatch(List.of("abcdefg", "abcdefgF", "abcdefgFS")::contains);
  }

  /** A copy that has not run yet still reads the page that its last owner gives back. */
  @Test
  void keepsWhatIsBeingCopied() {
    Context root = context("abcdef");
    root.decodeStepDist(1);
    Context fork = root.fork();
    root.fill("R");
    root.flush();
    fork.fill("F");
    fork.flush();
    root.close();
    engine.cache(); // the root's queue has run, and then the fork's
    fork.decodeStepDist(1);
    assertThat(engine.seen()).containsExactly("abcdef", "abcdefF");
    fork.close();
    engine.assertNothingHeld();
  }

  @Test
  void rewindsIntoASharedPage() {
    try (Context root = context("abcdef")) {
      root.flush();
      try (Context fork = root.fork()) {
        fork.rewind(5);
        fork.fill("FGHIJ");
        fork.decodeStepDist(1);
        fork.rewind(2);
        fork.fill("K");
        fork.decodeStepDist(1);
        root.fill("R");
        root.decodeStepDist(1);
        assertThat(engine.seen()).containsExactly("abcdeFGHIJ", "abK", "abcdefR");
      }
    }
    engine.assertNothingHeld();
  }

  @Test
  void truncatesAPageOfItsOwn() {
    try (Context context = context("abcdef")) {
      context.decodeStepDist(1);
      context.rewind(5);
      engine.calls();
      context.fill("gh");
      context.decodeStepDist(1);
      assertThat(engine.calls()).contains("truncate 102 to 1").noneMatch(c -> c.startsWith("copy"));
      context.rewind(3); // no new token: the last one is computed again
      context.decodeStepDist(1);
      assertThat(engine.seen()).containsExactly("abcdef", "abcdegh", "abc");
      assertThat(engine.pagesHeld()).isOne();
      context.rewind(0);
      assertThat(context.size()).isZero();
      assertThat(engine.pagesHeld()).isZero();
      context.fill("new");
      context.decodeStepDist(1);
      assertThat(engine.seen()).containsExactly("new");
      assertThatThrownBy(() -> context.rewind(4))
          .hasMessage("rewind: size must be from 0 to 3, is 4");
    }
    engine.assertNothingHeld();
  }

  @Test
  void extendsInOneForward() {
    engine.says("123");
    try (Context context = context("ab")) {
      var after = context.extend(model.encode("cde"), 1);
      assertThat(after).hasSize(3);
      assertThat(after[1].ids()[0]).isEqualTo(model.encode("2")[0]);
      assertThat(engine.seen()).containsExactly("abc", "abcd", "abcde");
      assertThat(context.forwards()).isOne();
      assertThat(context.extend(new int[0], 1)).isEmpty();
      context.rewind(4);
      context.extend(model.encode("f"), 1);
      assertThat(engine.seen()).containsExactly("abcdf");
      assertThat(context.forwards()).isEqualTo(2);
      assertThat(context.tokensComputed()).isEqualTo(6);
    }
    engine.assertNothingHeld();
  }

  @ParameterizedTest
  @ValueSource(ints = {510, 511, 512, 513, 1024, 1030})
  void extendsBeyondOneChunk(int before) {
    try (Context context = context("x".repeat(before))) {
      assertThat(context.extend(model.encode("abc"), 1)).hasSize(3);
      String start = "x".repeat(before);
      assertThat(engine.seen()).containsExactly(start + "a", start + "ab", start + "abc");
    }
    engine.assertNothingHeld();
  }

  @Test
  void hidesAndDrops() {
    try (Context context = context("0123456789ab")) {
      context.decodeStepDist(1);
      context.maskTokenRange(2, 9, true);
      context.fill("c");
      context.decodeStepDist(1);
      assertThat(context.pagesHeld()).isEqualTo(4);
      context.dropMaskedKvPages();
      assertThat(context.pagesHeld()).isEqualTo(3);
      assertThat(engine.pagesHeld()).isEqualTo(3);
      context.maskTokenRange(0, 9, false); // what was dropped stays away
      context.fill("d");
      context.decodeStepDist(1);
      assertThat(engine.seen()).containsExactly("0123456789ab", "019abc", "012389abcd");
      assertThat(engine.calls()).contains("embed d at 13 in [100]");
      assertThat(context.size()).isEqualTo(14);
      assertThatThrownBy(() -> context.maskTokenRange(3, 15, true))
          .hasMessage("mask-token-range: tokens 3 to 15, there are 14");
    }
    engine.assertNothingHeld();
  }

  /** What one context hides the others see. */
  @Test
  void hidesFromItselfAlone() {
    try (Context root = context("abcdefgh");
        Context fork = root.fork()) {
      fork.maskTokenRange(1, 3, true);
      fork.maskTokenRange(4, 8, true);
      fork.dropMaskedKvPages();
      fork.fill("F");
      fork.decodeStepDist(1);
      root.fill("R");
      root.decodeStepDist(1);
      try (Context third = fork.fork()) {
        third.maskTokenRange(0, 2, true);
        third.fill("T");
        third.decodeStepDist(1);
      }
      assertThat(engine.seen()).containsExactly("adF", "abcdefghR", "dFT");
    }
    engine.assertNothingHeld();
  }

  /** Modules, computed on their own, at the places that a schema gives them. */
  @Test
  void putsModulesTogether() {
    try (Context first = context("abcde");
        Context second = Context.create(engine.api(), model);
        Context prompt = Context.create(engine.api(), model)) {
      second.startAt(10);
      second.fill("xyz");
      second.flush();
      prompt.append(second);
      prompt.append(first);
      assertThat(prompt.position()).isEqualTo(13);
      assertThat(model.decode(prompt.tokens())).isEqualTo("xyzabcde");
      prompt.startAt(20);
      prompt.fill("?");
      prompt.decodeStepDist(1);
      second.fill("w");
      second.decodeStepDist(1);
      assertThat(engine.seen()).containsExactly("abcdexyz?", "xyzw");
      assertThat(engine.calls()).anyMatch(call -> call.startsWith("embed ? at 20"));
      assertThat(prompt.tokensComputed()).isOne();
      prompt.rewind(5);
      prompt.fill("!");
      prompt.decodeStepDist(1);
      assertThat(engine.seen()).containsExactly("ab!"); // at position 2, before the others
    }
    engine.assertNothingHeld();
  }

  @Test
  void failsAlone() {
    try (Context root = context("abc")) {
      root.flush();
      Context fork = root.fork();
      fork.fill("F");
      engine.failAt("await");
      assertThatThrownBy(() -> fork.decodeStepDist(1)).isInstanceOf(ApiException.class);
      assertThatThrownBy(fork::fork).hasMessageContaining("begin a new one");
      fork.close();
      root.fill("R");
      root.decodeStepDist(1);
      assertThat(engine.seen()).containsExactly("abcR");
    }
    engine.assertNothingHeld();
  }

  @Test
  void conversationsForkAndGoBack() {
    FakeModel chatting = ConversationTest.CHATML;
    FakeEngine other =
        new FakeEngine(chatting).says("one</s>two</s>".replace("</s>", "<|im_end|>"));
    try (Context root = Context.create(other.api())) {
      root.fillUser("A");
      Stop stop = Stop.eos(chatting).or(Stop.maxTokens(9));
      try (Context fork = root.fork()) {
        root.generate(Sampler.greedy(), stop);
        root.fillUser("B");
        fork.fillUser("C");
        fork.generate(Sampler.greedy(), stop);
        String asked = "<|im_start|>user\nA<|im_end|>\n";
        assertThat(chatting.decode(fork.tokens()))
            .isEqualTo(
                asked + "<|im_start|>user\nC<|im_end|>\n<|im_start|>assistant\ntwo<|im_end|>");
        int before = root.size();
        root.flush();
        root.fillAssistant("gone");
        root.rewind(before);
        root.fillUser("D");
        assertThat(chatting.decode(root.tokens()))
            .isEqualTo(
                asked
                    + "<|im_start|>assistant\none<|im_end|>\n<|im_start|>user\nB<|im_end|>\n"
                    + "<|im_start|>user\nD<|im_end|>\n");
      }
    }
    other.assertNothingHeld();
  }

  @Test
  void tellsThatItIsIdle() {
    try (Context context = context("a")) {
      try (var _ = context.idle()) {
        assertThat(engine.idleScopes()).isOne();
      }
      assertThat(engine.idleScopes()).isZero();
    }
  }

  private Context context(String text) {
    Context context = Context.create(engine.api(), model);
    context.fill(text);
    return context;
  }
}

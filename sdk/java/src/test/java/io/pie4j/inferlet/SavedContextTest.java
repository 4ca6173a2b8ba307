package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.api.ApiException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class SavedContextTest {
  private final FakeModel model = FakeEngine.plain(4);
  private final FakeEngine engine = new FakeEngine(model);

  @Test
  void goesOnElsewhere() {
    int[] tokens;
    try (Context first = context("abcdef")) {
      first.export("prefix");
      tokens = first.tokens();
      first.fill("more");
      first.decodeStepDist(1);
    }
    engine.seen();
    try (Context second = Context.fromImported(engine.api(), model, "prefix", tokens)) {
      second.fill("gh");
      second.decodeStepDist(1);
      assertThat(engine.seen()).containsExactly("abcdefgh");
      assertThat(second.tokensComputed()).isEqualTo(2);
    }
    engine.assertNothingHeld();
  }

  @Test
  void refusesTokensThatAreNotThose() {
    try (Context first = context("abcdef")) {
      first.export("prefix");
      assertThatThrownBy(() -> first.export("prefix")).isInstanceOf(ApiException.class);
    }
    assertThatThrownBy(
            () -> Context.fromImported(engine.api(), model, "prefix", model.encode("abcde")))
        .hasMessage("import: 'prefix' has 6 tokens; 5 are given");
    assertThatThrownBy(
            () -> Context.fromImported(engine.api(), model, "other", model.encode("abcde")))
        .isInstanceOf(ApiException.class);
    engine.assertNothingHeld();
  }

  @Test
  void savesInPlaceOfWhatWasSaved() {
    assertThat(Context.open(engine.api(), model, "talk")).isEmpty();
    try (Context first = context("abcdef")) {
      first.save("talk");
      first.fill("g");
      first.save("talk");
    }
    assertThat(engine.listExports(model)).hasSize(1);
    try (Context opened = Context.open(engine.api(), "talk").orElseThrow()) {
      assertThat(model.decode(opened.tokens())).isEqualTo("abcdefg");
      opened.decodeStepDist(1); // the last token alone is computed again
      assertThat(opened.tokensComputed()).isOne();
      assertThat(engine.seen()).containsExactly("abcdefg");
    }
    engine.assertNothingHeld();
  }

  @Test
  void keepsPositionsAndLeavesOutWhatWasDropped() {
    try (Context first = context("0123456789abc")) {
      first.maskTokenRange(2, 9, true);
      first.dropMaskedKvPages();
      first.startAt(100);
      first.fill("de");
      first.save("window");
    }
    try (Context opened = Context.open(engine.api(), model, "window").orElseThrow()) {
      opened.fill("f");
      opened.decodeStepDist(1);
      assertThat(engine.seen()).containsExactly("019abcdef");
      assertThat(opened.position()).isEqualTo(103);
      assertThat(opened.size()).isEqualTo(16);
    }
    engine.assertNothingHeld();
  }

  @Test
  void findsNothingThatIsNotAContext() {
    try (Context first = context("ab")) {
      first.save("talk");
    }
    byte[] saved = engine.store.get("talk.context").orElseThrow();
    for (int cut = 0; cut < saved.length; cut++) {
      engine.store.values.put("talk.context", Arrays.copyOf(saved, cut));
      assertThat(Context.open(engine.api(), model, "talk")).as("cut at " + cut).isEmpty();
    }
    engine.store.values.put("talk.context", saved);
    assertThat(engine.listExports(model)).hasSize(1);
    engine.unexportKvpage(model, engine.listExports(model).getFirst().name());
    assertThat(Context.open(engine.api(), model, "talk")).isEmpty();
    engine.assertNothingHeld();
  }

  /** Templates that begin a conversation with more than its messages do not begin it again. */
  @Test
  void goesOnWithAConversation() {
    FakeEngine other = new FakeEngine(ConversationTest.LLAMA3).says("Hi.<|eot_id|>");
    String before;
    try (Context first = Context.create(other.api())) {
      first.fillSystem("Be kind.");
      first.flush();
      first.save("kind");
      first.fillUser("Hello?");
      first.generate(Sampler.greedy(), Stop.eos(ConversationTest.LLAMA3));
      first.save("greeted");
      first.fillUser("What?");
      before = ConversationTest.LLAMA3.decode(first.tokens());
    }
    for (String name : new String[] {"kind", "greeted"}) {
      other.says("Hi.<|eot_id|>");
      try (Context opened = Context.open(other.api(), name).orElseThrow()) {
        if (name.equals("kind")) {
          opened.fillUser("Hello?");
          opened.generate(Sampler.greedy(), Stop.eos(ConversationTest.LLAMA3));
        }
        opened.fillUser("What?");
        assertThat(ConversationTest.LLAMA3.decode(opened.tokens())).isEqualTo(before);
      }
    }
    other.assertNothingHeld();
  }

  @Test
  void exportsNothingOfNothing() {
    try (Context empty = context("")) {
      assertThatThrownBy(() -> empty.export("none"))
          .hasMessage("export: the context is empty: fill it with something");
    }
  }

  private Context context(String text) {
    Context context = Context.create(engine.api(), model);
    context.fill(text);
    return context;
  }
}

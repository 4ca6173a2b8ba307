package io.pie4j.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same vocabularies in the words of GGUF: the same ids. */
class GgufTokenizerTest {

  private static Tokenizer load(String name, Map<String, ?> changes) {
    var metadata = Golden.ggufMetadata(name);
    metadata.putAll(changes);
    return Tokenizers.fromGguf(GgufVocabulary.fromMetadata(metadata));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama3", "qwen2", "llama2"})
  void sameIdsAsHuggingFace(String name) {
    var golden = Golden.load(name);
    var tokenizer = load(name, Map.of());
    for (var text : golden.texts()) {
      assertThat(tokenizer.encode(text.text())).as(text.text()).isEqualTo(text.plain());
      assertThat(tokenizer.encodeWithSpecials(text.text()))
          .as("with specials: %s", text.text())
          .isEqualTo(text.withSpecials());
      assertThat(tokenizer.decode(text.plain())).isEqualTo(text.back());
    }
    for (var ids : golden.decoded()) {
      assertThat(tokenizer.decode(ids.ids())).as("%s", ids).isEqualTo(ids.kept());
      assertThat(tokenizer.decode(ids.ids(), Specials.SKIP)).as("%s", ids).isEqualTo(ids.skipped());
    }
    assertThat(tokenizer.prefixTokens()).isEqualTo(golden.prefix());
  }

  @Test
  void withoutSpacePrefixItIsMetaspaceThatNeverPrepends() {
    var tokenizer = load("llama2", Map.of("tokenizer.ggml.add_space_prefix", false));
    for (var text : Golden.load("metaspace-never").texts()) {
      assertThat(tokenizer.encode(text.text())).as(text.text()).isEqualTo(text.plain());
      assertThat(tokenizer.decode(text.plain())).isEqualTo(text.back());
    }
  }

  @Test
  void aSpacePrefixIsMetaspaceThatPrependsUnlessTheTextBeginsWithASpace() {
    var tokenizer = load("mistral", Map.of());
    for (var text : Golden.load("mistral").texts()) {
      if (!text.text().startsWith(" ") && !text.text().startsWith("▁")) {
        assertThat(tokenizer.encode(text.text())).as(text.text()).isEqualTo(text.plain());
      }
    }
  }

  @Test
  void knowsWhatBeginsAndEndsASequence() {
    var llama2 = load("llama2", Map.of("tokenizer.ggml.add_eos_token", true));
    assertThat(llama2.bos()).hasValue(1);
    assertThat(llama2.eos()).hasValue(2);
    assertThat(llama2.prefixTokens()).containsExactly(1);
    assertThat(llama2.suffixTokens()).containsExactly(2);
    assertThat(llama2.specialTokens())
        .containsExactly(Map.entry("<unk>", 0), Map.entry("<s>", 1), Map.entry("</s>", 2));
    assertThat(llama2.splitRegex()).isEmpty();

    var qwen2 = load("qwen2", Map.of());
    assertThat(qwen2.bos()).isEmpty();
    assertThat(qwen2.eos()).isEqualTo(qwen2.tokenId("<|im_end|>")).isPresent();
    assertThat(qwen2.prefixTokens()).isEmpty();
    assertThat(qwen2.splitRegex()).contains("\\p{N}| ");
    assertThat(qwen2.isSpecial(qwen2.tokenId("<think>").orElseThrow())).isFalse();
  }

  @Test
  void unusedPlacesMakeNoText() {
    var tokenizer =
        Tokenizers.fromGguf(
            new GgufVocabulary(
                "gpt2",
                "gpt-2",
                List.of("a", "b", "ab", "[PAD0]"),
                new float[0],
                new int[] {1, 1, 1, 5},
                List.of("a b"),
                OptionalInt.empty(),
                OptionalInt.empty(),
                false,
                false,
                false));
    assertThat(tokenizer.encode("ab")).containsExactly(2);
    assertThat(tokenizer.encode("a[PAD0]")).containsExactly(0);
    assertThat(tokenizer.decode(new int[] {2, 3, 0})).isEqualTo("aba");
    assertThat(tokenizer.tokenBytes(3)).isEmpty();
    assertThat(tokenizer.vocabSize()).isEqualTo(4);
  }

  @Test
  void ofEqualScoresTheLeftmostMerges() {
    var tokenizer =
        Tokenizers.fromGguf(
            new GgufVocabulary(
                "llama",
                "default",
                List.of("a", "b", "ab", "ba"),
                new float[] {0, 0, -1, -1},
                new int[] {1, 1, 1, 1},
                List.of(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                true,
                false,
                false));
    assertThat(tokenizer.encode("aba")).containsExactly(2, 0);
    assertThat(tokenizer.encode("bab")).containsExactly(3, 1);
  }

  @Test
  void saysWhatIsWrong() {
    assertBroken("model", List.of(), "tokenizer.ggml.model: expected a string, found List");
    assertBroken("tokens", 7, "tokenizer.ggml.tokens: expected an array, found Integer");
    assertBroken("tokens", List.of(1), "expected an array of strings, found Integer");
    assertBroken("tokens", List.of(), "tokenizer.ggml.tokens: no tokens");
    assertBroken("tokens", List.of("a", "b"), "token_type: 900 types of 2 tokens");
    assertBroken("token_type", List.of(1.5f, "x"), "expected an array of whole numbers, found");
    assertBroken("scores", new float[3], "tokenizer.ggml.scores: 3 scores of 900 tokens");
    assertBroken("scores", filled(900, Float.NaN), "tokenizer.ggml.scores[0]: not a number");
    assertBroken("bos_token_id", 900, "bos_token_id: 900, but the vocabulary has 900 tokens");
    assertBroken("eos_token_id", -1, "eos_token_id: -1, but");
    assertBroken("eos_token_id", 1L << 40, "eos_token_id: expected a token id, found Long");
    assertBroken("add_bos_token", 1, "add_bos_token: expected a boolean, found Integer");
    assertUnsupported("llama2", "model", "t5", "tokenizer.ggml.model: 't5'; known are");
    assertUnsupported("gpt2", "pre", "tekken", "tokenizer.ggml.pre: 'tekken'; known are");
    assertThatThrownBy(() -> load("gpt2", Map.of("tokenizer.ggml.merges", List.of("a zzz"))))
        .isInstanceOf(TokenizerException.Broken.class)
        .hasMessage("tokenizer.ggml.merges[0]: 'zzz' is not in the vocabulary");
    assertThatThrownBy(() -> load("gpt2", Map.of("tokenizer.ggml.merges", List.of("a"))))
        .isInstanceOf(TokenizerException.Broken.class)
        .hasMessage("tokenizer.ggml.merges[0]: expected two tokens and a space, found 'a'");
    assertThatThrownBy(() -> GgufVocabulary.fromMetadata(Map.of()))
        .isInstanceOf(TokenizerException.Broken.class)
        .hasMessage("tokenizer.ggml.model: missing");
  }

  @Test
  void refusesTokensThatAreThereTwice() {
    var tokens = new java.util.ArrayList<>(List.of("a", "b", "a"));
    assertThatThrownBy(() ->
            load(
                "llama2",
                Map.of(
                    "tokenizer.ggml.tokens",
                    tokens,
                    "tokenizer.ggml.token_type",
                    new int[] {1, 1, 1},
                    "tokenizer.ggml.scores",
                    new float[3],
                    "tokenizer.ggml.bos_token_id",
                    0,
                    "tokenizer.ggml.eos_token_id",
                    0)))
        .isInstanceOf(TokenizerException.Broken.class)
        .hasMessage("tokenizer.ggml.tokens[2]: 'a' is also token 0");
  }

  private static float[] filled(int size, float value) {
    var floats = new float[size];
    java.util.Arrays.fill(floats, value);
    return floats;
  }

  private static void assertBroken(String key, Object value, String message) {
    assertThatThrownBy(() -> load("llama2", Map.of("tokenizer.ggml." + key, value)))
        .isInstanceOf(TokenizerException.Broken.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  private static void assertUnsupported(String name, String key, Object value, String message) {
    assertThatThrownBy(() -> load(name, Map.of("tokenizer.ggml." + key, value)))
        .isInstanceOf(TokenizerException.Unsupported.class)
        .hasMessageContaining(message);
  }
}

package io.pie4j.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Every damage is told in one line that says where it is. */
class BrokenTokenizerTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** Two letters, their merge, and a special token. */
  private static final String SMALL =
      """
      {"version": "1.0",
       "added_tokens": [{"id": 3, "content": "<s>", "special": true}],
       "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}]},
       "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
         {"type": "Split", "pattern": {"Regex": "%s"}, "behavior": "Isolated", "invert": false},
         {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]},
       "post_processor": {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}],
         "special_tokens": {"<s>": {"id": "<s>", "ids": [3]}}},
       "decoder": {"type": "Sequence", "decoders": [{"type": "ByteLevel"}]},
       "model": {"type": "BPE", "unk_token": null, "vocab": {"a": 0, "b": 1, "ab": 2},
         "merges": [["a", "b"]]}}
      """
          .formatted(SplitPattern.QWEN2.regex().replace("\\", "\\\\"));

  private static final String DAMAGE = "{}[]\",:0 1ntx\u0000ÿ";

  @TempDir Path folder;

  private Tokenizer read(String json) {
    try {
      return Tokenizers.fromHuggingFace(Files.writeString(folder.resolve("tokenizer.json"), json));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void undamagedItWorks() {
    var tokenizer = read(SMALL);
    assertThat(tokenizer.encode("ab ba")).containsExactly(2, 1, 0);
    assertThat(tokenizer.prefixTokens()).containsExactly(3);
    assertThat(tokenizer.bos()).isEmpty();
    assertThat(tokenizer.splitRegex()).isEqualTo(SplitPattern.QWEN2.regex());
  }

  /**
   * A place, what stands there then, the kind of the error, and its words after the file's name.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/model | null | Broken | model: vocab: expected an object, missing",
        "/model | [] | Broken | model: expected an object, found []",
        "/model/type | `\"Unigram\"` | Unsupported | model: type: 'Unigram'; only BPE is known",
        "/model/type | 7 | Broken | model: type: expected a string, found 7",
        "/model/vocab | null | Broken | model: vocab: expected an object, missing",
        "/model/vocab | [\"a\"] | Broken | model: vocab: expected an object, found [\"a\"]",
        "/model/vocab/b | \"1\" | Broken | model: vocab: 'b': expected a whole number from 0",
        "/model/vocab/b | -1 | Broken | model: vocab: 'b': expected a whole number from 0",
        "/model/vocab/b | 1.5 | Broken | model: vocab: 'b': expected a whole number from 0",
        "/model/vocab/b | 1099511627776 | Broken | model: vocab: 'b': expected a whole number",
        "/model/vocab/b | 2147483647 | Broken | has id 2147483647, but 4 tokens have ids 0 to 3",
        "/model/vocab/b | 5 | Broken | model: vocab: 'b' has id 5, but 4 tokens have ids 0 to 3",
        "/model/vocab/b | 0 | Broken | have the same id 0",
        "/model/vocab/b | 3 | Broken | have the same id 3",
        "/model/merges | null | Broken | model: merges: missing",
        "/model/merges | {} | Broken | model: merges: expected an array, found {}",
        "/model/merges/0 | [\"a\"] | Broken | model: merges[0]: expected two tokens, found 1",
        "/model/merges/0 | [\"a\", 7] | Broken | model: merges[0][1]: expected a string, found 7",
        "/model/merges/0 | [\"a\", \"z\"] | Broken | merges[0]: 'z' is not in the vocabulary",
        "/model/merges/0 | [\"b\", \"a\"] | Broken | merges[0]: 'ba' is not in the vocabulary",
        "/model/merges/0 | \"a b c\" | Broken | merges[0]: expected two tokens and a space, found",
        "/model/merges/0 | \"ab\" | Broken | merges[0]: expected two tokens and a space, found 'ab'",
        "/model/merges/0 | 7 | Broken | model: merges[0]: expected an array, found 7",
        "/model/unk_token | \"<u>\" | Broken | unk_token: '<u>' is not in the vocabulary",
        "/model/dropout | 0.1 | Unsupported | model: dropout: no model of the known families",
        "/model/end_of_word_suffix | \"</w>\" | Unsupported | model: end_of_word_suffix: no model",
        "/model/byte_fallback | \"yes\" | Broken | byte_fallback: expected true or false, found",
        "/added_tokens | {} | Broken | added_tokens: expected an array, found {}",
        "/added_tokens/0/id | 4 | Broken | '<s>' has id 4, but 4 tokens have ids 0 to 3",
        "/added_tokens/0/id | 1 | Broken | have the same id 1",
        "/added_tokens/0/id | null | Broken | added_tokens[0]: id: expected a whole number",
        "/added_tokens/0/content | null | Broken | added_tokens[0]: content: expected a string",
        "/added_tokens/0/content | \"\" | Broken | added_tokens[0]: an empty token",
        "/added_tokens/0/content | \"b\" | Broken | 'b' has id 3, but 1 in the vocab",
        "/added_tokens/0/lstrip | 1 | Broken | lstrip: expected true or false, found 1",
        "/normalizer | {} | Broken | normalizer: type: expected a string, missing",
        "/normalizer/type | \"Lowercase\" | Unsupported | normalizer: normalizer 'Lowercase'",
        "/normalizer/normalizers/0/type | \"Precompiled\" | Unsupported | normalizers[0]: normalizer",
        "/pre_tokenizer/type | \"Whitespace\" | Unsupported | pre-tokenizer 'Whitespace'",
        "/pre_tokenizer/pretokenizers/0/pattern/Regex | \"\\\\d+\" | Unsupported | not the pattern of",
        "/pre_tokenizer/pretokenizers/0/behavior | \"Contiguous\" | Unsupported | 'Contiguous'",
        "/pre_tokenizer/pretokenizers/1/use_regex | true | Unsupported | more than one cuts text",
        "/pre_tokenizer/pretokenizers/0/type | \"ByteLevel\" | Unsupported | a pre-tokenizer after",
        "/decoder | null | Unsupported | decoder: no decoder is named",
        "/decoder/decoders/0/type | \"WordPiece\" | Unsupported | decoder 'WordPiece' at this place",
        "/decoder/decoders/0/type | \"Strip\" | Unsupported | decoder 'Strip' at this place",
        "/post_processor/type | \"BertProcessing\" | Unsupported | post-processor 'BertProcessing'",
        "/post_processor/single | [] | Unsupported | single: the text is there 0 times",
        "/post_processor/special_tokens/<s>/ids/0 | 9 | Broken | ids[0]: there is no token 9"
      })
  void saysWhereAndWhat(String place, String value, String kind, String message) {
    var json = MAPPER.readTree(SMALL);
    replace(json, place, MAPPER.readTree(value));
    assertThatThrownBy(() -> read(json.toString()))
        .isInstanceOf(
            kind.equals("Broken")
                ? TokenizerException.Broken.class
                : TokenizerException.Unsupported.class)
        .hasMessageStartingWith(folder.resolve("tokenizer.json") + ": ")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  private static void replace(JsonNode json, String place, JsonNode value) {
    var slash = place.lastIndexOf('/');
    var key = place.substring(slash + 1);
    var parent = json.at(place.substring(0, slash));
    switch (parent) {
      case ObjectNode object -> object.set(key, value);
      case ArrayNode array -> array.set(Integer.parseInt(key), value);
      default -> throw new AssertionError(place);
    }
  }

  @Test
  void saysThatAFileIsMissingOrNoJson() throws IOException {
    assertThatThrownBy(() -> Tokenizers.fromHuggingFace(folder.resolve("none.json")))
        .isInstanceOf(TokenizerException.Broken.class)
        .hasMessage(folder.resolve("none.json") + ": no such file");
    assertThatThrownBy(() -> Tokenizers.fromHuggingFace(folder))
        .isInstanceOf(TokenizerException.Broken.class)
        .hasMessageContaining("cannot be read");
    assertThatThrownBy(() -> read("{\"model\": {\"vocab\": {\"a\": 0,\n\"a\": 1}}}"))
        .isInstanceOf(TokenizerException.Broken.class)
        .hasMessageContaining("not JSON at line 2, column 6: Duplicate");
    assertThatThrownBy(() -> read("[".repeat(100_000)))
        .isInstanceOf(TokenizerException.Broken.class)
        .hasMessageContaining("not JSON: ");
    assertThatThrownBy(() -> read(""))
        .isInstanceOf(TokenizerException.Broken.class)
        .hasMessageContaining("expected an object, missing");
    var tokenizer = Files.writeString(folder.resolve("tokenizer.json"), SMALL);
    var config = Files.writeString(folder.resolve("tokenizer_config.json"), "{\"bos_token\": 1}");
    assertThatThrownBy(() -> Tokenizers.fromHuggingFace(tokenizer, config))
        .isInstanceOf(TokenizerException.Broken.class)
        .hasMessage(config + ": bos_token: expected a string, found 1");
  }

  @Test
  void noFileBreaksTheReader() throws IOException {
    var file = folder.resolve("tokenizer.json");
    var bytes = Golden.bytes("llama2.tokenizer");
    var random = new Random(3);
    for (int i = 0; i < 300; i++) {
      var damaged = bytes.clone();
      for (int hits = random.nextInt(1, 4); hits > 0; hits--) {
        // Before the vocabulary for the most part, where the settings are.
        var at = random.nextInt(random.nextInt(4) > 0 ? 1500 : damaged.length);
        damaged[at] = (byte) DAMAGE.charAt(random.nextInt(DAMAGE.length()));
      }
      var cut = random.nextInt(4) == 0 ? random.nextInt(damaged.length) : damaged.length;
      Files.write(file, Arrays.copyOf(damaged, cut));
      assertThatCode(
              () -> {
                try {
                  var tokenizer = Tokenizers.fromHuggingFace(file);
                  tokenizer.decode(tokenizer.encodeWithSpecials("<s> Hello, wörld! ▁ 中"));
                } catch (TokenizerException e) {
                  assertThat(e).hasMessageNotContaining("\n");
                }
              })
          .as("seed 3, file %d", i)
          .doesNotThrowAnyException();
    }
  }
}

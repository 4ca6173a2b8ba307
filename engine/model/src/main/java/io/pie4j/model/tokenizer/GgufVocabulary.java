package io.pie4j.model.tokenizer;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a GGUF file says of its tokenizer (the keys {@code tokenizer.ggml.*}).
 *
 * @param model {@code llama} for SentencePiece-style BPE, {@code gpt2} for byte-level BPE
 * @param pre how byte-level text is cut into words ({@code llama-bpe}, {@code qwen2}, …)
 * @param tokens the token texts by id
 * @param scores for {@code llama}: by id, the higher merges first; otherwise empty
 * @param types by id: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte
 * @param merges for {@code gpt2}: pairs joined by a space, the first merges first; otherwise empty
 * @param addSpacePrefix for {@code llama}: whether a text is encoded as if a space stood before it
 */
public record GgufVocabulary(
    String model,
    String pre,
    List<String> tokens,
    float[] scores,
    int[] types,
    List<String> merges,
    OptionalInt bos,
    OptionalInt eos,
    boolean addBos,
    boolean addEos,
    boolean addSpacePrefix) {

  private static final int TYPE_NORMAL = 1;

  public GgufVocabulary {
    tokens = List.copyOf(tokens);
    merges = List.copyOf(merges);
    scores = scores.clone();
    types = types.clone();
  }

  /**
   * Picks the tokenizer's keys out of a file's metadata, with llama.cpp's defaults for absent ones.
   * Values are strings, booleans, numbers, and lists or arrays of them.
   *
   * @throws TokenizerException if a key is missing or has another type
   */
  public static GgufVocabulary fromMetadata(Map<String, ?> metadata) {
    var keys = new GgufKeys(metadata);
    var model = keys.string("model");
    var pre = keys.has("pre") ? keys.string("pre") : "default";
    var tokens = keys.strings("tokens");
    var byScore = model.equals("llama");
    return new GgufVocabulary(
        model,
        pre,
        tokens,
        keys.has("scores") ? keys.floats("scores") : new float[0],
        keys.has("token_type") ? keys.ints("token_type") : normal(tokens.size()),
        keys.has("merges") ? keys.strings("merges") : List.of(),
        keys.id("bos_token_id"),
        keys.id("eos_token_id"),
        keys.flag("add_bos_token", byScore || SplitPattern.ofGguf(pre) == SplitPattern.LLAMA3),
        keys.flag("add_eos_token", false),
        keys.flag("add_space_prefix", byScore));
  }

  private static int[] normal(int size) {
    var types = new int[size];
    Arrays.fill(types, TYPE_NORMAL);
    return types;
  }
}

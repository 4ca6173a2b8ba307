package io.pie4j.model.tokenizer;

import java.lang.reflect.Array;
import java.util.ArrayList;
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

  private static final String PREFIX = "tokenizer.ggml.";
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
    var keys = new Keys(metadata);
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
    java.util.Arrays.fill(types, TYPE_NORMAL);
    return types;
  }

  /** Typed reads that name the key they failed on. */
  private record Keys(Map<String, ?> metadata) {

    boolean has(String key) {
      return metadata.containsKey(PREFIX + key);
    }

    String string(String key) {
      return value(key) instanceof String s ? s : wrong(key, "a string");
    }

    boolean flag(String key, boolean otherwise) {
      if (!has(key)) {
        return otherwise;
      }
      return value(key) instanceof Boolean b ? b : wrong(key, "a boolean");
    }

    OptionalInt id(String key) {
      if (!has(key)) {
        return OptionalInt.empty();
      }
      return value(key) instanceof Number n && n.longValue() == n.intValue()
          ? OptionalInt.of(n.intValue())
          : wrong(key, "a token id");
    }

    List<String> strings(String key) {
      var strings = new ArrayList<String>();
      for (var element : elements(key)) {
        strings.add(element instanceof String s ? s : wrong(key, "an array of strings"));
      }
      return strings;
    }

    float[] floats(String key) {
      var elements = elements(key);
      var floats = new float[elements.size()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] =
            elements.get(i) instanceof Number n ? n.floatValue() : wrong(key, "an array of floats");
      }
      return floats;
    }

    int[] ints(String key) {
      var elements = elements(key);
      var ints = new int[elements.size()];
      for (int i = 0; i < ints.length; i++) {
        ints[i] =
            elements.get(i) instanceof Number n ? n.intValue() : wrong(key, "an array of ints");
      }
      return ints;
    }

    private List<?> elements(String key) {
      var value = value(key);
      if (value instanceof List<?> list) {
        return list;
      }
      if (!value.getClass().isArray()) {
        return wrong(key, "an array");
      }
      var list = new ArrayList<Object>();
      for (int i = 0; i < Array.getLength(value); i++) {
        list.add(Array.get(value, i));
      }
      return list;
    }

    private Object value(String key) {
      var value = metadata.get(PREFIX + key);
      if (value == null) {
        throw new TokenizerException.Broken(PREFIX + key, "missing");
      }
      return value;
    }

    private <T> T wrong(String key, String expected) {
      throw new TokenizerException.Broken(
          PREFIX + key,
          "expected " + expected + ", found " + value(key).getClass().getSimpleName());
    }
  }
}

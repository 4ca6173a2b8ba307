package io.pie4j.model.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Makes a tokenizer of a GGUF file's vocabulary. */
final class GgufTokenizer {
  private static final String KEYS = "tokenizer.ggml.";
  private static final String SPACE = "▁";
  private static final int TOKEN_CHARS_MAX = 1024;

  private static final int NORMAL = 1;
  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int UNUSED = 5;
  private static final int BYTE = 6;

  private GgufTokenizer() {}

  static Tokenizer build(GgufVocabulary gguf) {
    check(gguf);
    return switch (gguf.model()) {
      case "gpt2" -> byteLevel(gguf);
      case "llama" -> sentencePiece(gguf);
      default ->
          throw new TokenizerException.Unsupported(
              KEYS + "model", "'" + gguf.model() + "'; known are gpt2 and llama");
    };
  }

  private static Tokenizer byteLevel(GgufVocabulary gguf) {
    var pattern = SplitPattern.ofGguf(gguf.pre());
    var normalization =
        pattern == SplitPattern.QWEN2 ? new Normalization.Compose() : new Normalization.Identity();
    var ids = ids(gguf, type -> type <= NORMAL);
    var merges = new PairTable(gguf.merges().size());
    for (int i = 0; i < gguf.merges().size(); i++) {
      var rank = i;
      Supplier<String> where = () -> KEYS + "merges[" + rank + "]";
      var sides = Merges.sides(where, gguf.merges().get(rank));
      Merges.put(merges, where, sides[0], sides[1], rank, ids);
    }
    var settings =
        new BpeModel.Settings(true, false, BpeModel.NONE, false, pattern == SplitPattern.LLAMA3);
    // Unused places say how large the model's matrices are; they stand for no text.
    var written = new ArrayList<>(gguf.tokens());
    for (int id = 0; id < written.size(); id++) {
      if (gguf.types()[id] == UNUSED) {
        written.set(id, "");
      }
    }
    return new BpeTokenizer(
        new Vocabulary(written, ids(gguf, type -> true), added(gguf)),
        new AddedTokens(added(gguf), normalization),
        new PreTokenization.ByPattern(pattern),
        new BpeModel(settings, ids, merges),
        new ByteLevelDecoding(),
        frame(gguf));
  }

  private static Tokenizer sentencePiece(GgufVocabulary gguf) {
    if (gguf.scores().length != gguf.tokens().size()) {
      throw new TokenizerException.Broken(
          KEYS + "scores", gguf.scores().length + " scores of " + gguf.tokens().size() + " tokens");
    }
    for (int id = 0; id < gguf.scores().length; id++) {
      if (Float.isNaN(gguf.scores()[id])) {
        throw new TokenizerException.Broken(KEYS + "scores[" + id + "]", "not a number");
      }
    }
    var escape = new Normalization.Replace(" ", SPACE);
    var normalization =
        gguf.addSpacePrefix()
            ? new Normalization.Sequence(List.of(new Normalization.Prepend(SPACE), escape))
            : escape;
    var unknown = IntStream.range(0, gguf.types().length).filter(id -> gguf.types()[id] == UNKNOWN);
    var settings =
        new BpeModel.Settings(false, true, unknown.findFirst().orElse(BpeModel.NONE), true, false);
    IntPredicate merging = type -> type != UNKNOWN && type != CONTROL && type != BYTE;
    return new BpeTokenizer(
        new Vocabulary(gguf.tokens(), ids(gguf, type -> true), added(gguf)),
        new AddedTokens(added(gguf), normalization),
        new PreTokenization.Whole(),
        new BpeModel(
            settings,
            ids(gguf, merging.or(type -> type == BYTE)),
            Merges.byScore(ids(gguf, merging), gguf.scores())),
        new SentencePieceDecoding(
            List.of(new Normalization.Replace(SPACE, " ")),
            true,
            ' ',
            gguf.addSpacePrefix() ? 1 : 0,
            ""),
        frame(gguf));
  }

  private static Map<String, Integer> ids(GgufVocabulary gguf, IntPredicate ofType) {
    var ids = new HashMap<String, Integer>();
    for (int id = 0; id < gguf.tokens().size(); id++) {
      var token = gguf.tokens().get(id);
      if (!token.isEmpty() && ofType.test(gguf.types()[id])) {
        var other = ids.put(token, id);
        if (other != null) {
          throw new TokenizerException.Broken(
              KEYS + "tokens[" + id + "]", "'" + token + "' is also token " + other);
        }
      }
    }
    return ids;
  }

  private static List<AddedToken> added(GgufVocabulary gguf) {
    var added = new ArrayList<AddedToken>();
    for (int id = 0; id < gguf.tokens().size(); id++) {
      var type = gguf.types()[id];
      var token = gguf.tokens().get(id);
      if (!token.isEmpty() && (type == CONTROL || type == UNKNOWN || type == USER_DEFINED)) {
        added.add(AddedToken.literal(id, token, type != USER_DEFINED));
      }
    }
    return added;
  }

  private static BpeTokenizer.Frame frame(GgufVocabulary gguf) {
    return new BpeTokenizer.Frame(
        gguf.addBos() ? gguf.bos().stream().toArray() : new int[0],
        gguf.addEos() ? gguf.eos().stream().toArray() : new int[0],
        gguf.bos(),
        gguf.eos());
  }

  private static void check(GgufVocabulary gguf) {
    var size = gguf.tokens().size();
    if (size == 0) {
      throw new TokenizerException.Broken(KEYS + "tokens", "no tokens");
    }
    if (gguf.types().length != size) {
      throw new TokenizerException.Broken(
          KEYS + "token_type", gguf.types().length + " types of " + size + " tokens");
    }
    for (int id = 0; id < size; id++) {
      if (gguf.types()[id] < 0 || gguf.types()[id] > BYTE) {
        throw new TokenizerException.Broken(
            KEYS + "token_type[" + id + "]", "unknown type " + gguf.types()[id]);
      }
      if (gguf.tokens().get(id).length() > TOKEN_CHARS_MAX) {
        throw new TokenizerException.Broken(
            KEYS + "tokens[" + id + "]",
            gguf.tokens().get(id).length() + " characters, at most " + TOKEN_CHARS_MAX);
      }
    }
    checkId("bos_token_id", gguf.bos(), size);
    checkId("eos_token_id", gguf.eos(), size);
  }

  private static void checkId(String key, OptionalInt id, int size) {
    if (id.isPresent() && (id.getAsInt() < 0 || id.getAsInt() >= size)) {
      throw new TokenizerException.Broken(
          KEYS + key, id.getAsInt() + ", but the vocabulary has " + size + " tokens");
    }
  }
}

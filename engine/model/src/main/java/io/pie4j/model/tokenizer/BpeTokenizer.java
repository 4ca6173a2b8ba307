package io.pie4j.model.tokenizer;

import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A text is cut at its added tokens, normalized, cut into words, and each word is merged; ids
 * become names, and names text.
 */
final class BpeTokenizer implements Tokenizer {
  /** A text's longest length: with it, one encoding takes some 200 MB at most. */
  private static final int TEXT_CHARS_MAX = 1 << 22;

  private static final String QUOTE_TEXT = String.valueOf(QUOTE);

  /** What stands around a text, and the tokens that begin and end a sequence. */
  record Frame(int[] prefix, int[] suffix, OptionalInt bos, OptionalInt eos) {}

  private final Vocabulary vocabulary;
  private final AddedTokens added;
  private final PreTokenization words;
  private final BpeModel model;
  private final Decoding decoding;
  private final Frame frame;

  BpeTokenizer(
      Vocabulary vocabulary,
      AddedTokens added,
      PreTokenization words,
      BpeModel model,
      Decoding decoding,
      Frame frame) {
    this.vocabulary = vocabulary;
    this.added = added;
    this.words = words;
    this.model = model;
    this.decoding = decoding;
    this.frame = frame;
  }

  @Override
  public int[] encode(String text) {
    return encode(text, false);
  }

  @Override
  public int[] encodeWithSpecials(String text) {
    return encode(text, true);
  }

  private int[] encode(String text, boolean findSpecials) {
    if (text.length() > TEXT_CHARS_MAX) {
      throw new TokenizerException.TooLong(text.length(), TEXT_CHARS_MAX);
    }
    var ids = new IntList();
    added.split(
        Unicode.wellFormed(text),
        findSpecials,
        new AddedTokens.Pieces() {
          @Override
          public void token(int id) {
            ids.add(id);
          }

          @Override
          public void text(String piece, boolean first) {
            var plain = findSpecials ? piece.replace(QUOTE_TEXT, "") : piece;
            words.split(plain, first, word -> model.encode(word, ids));
          }
        });
    return ids.toArray();
  }

  @Override
  public String quoteSpecials(String text) {
    return added.quoteSpecials(text);
  }

  @Override
  public StreamDecoder streamDecoder(Specials specials) {
    return new StreamDecoder() {
      private Decoding.Stream stream = decoding.stream();

      @Override
      public String feed(int id) {
        var out = new StringBuilder();
        if (vocabulary.has(id) && !(specials == Specials.SKIP && vocabulary.isSpecial(id))) {
          stream.feed(vocabulary.written(id), out);
        }
        return out.toString();
      }

      @Override
      public String finish() {
        var out = new StringBuilder();
        stream.finish(out);
        stream = decoding.stream();
        return out.toString();
      }
    };
  }

  @Override
  public byte[] tokenBytes(int id) {
    return decoding.bytes(vocabulary.written(id));
  }

  @Override
  public int[] prefixTokens() {
    return frame.prefix.clone();
  }

  @Override
  public int[] suffixTokens() {
    return frame.suffix.clone();
  }

  @Override
  public int vocabSize() {
    return vocabulary.size();
  }

  @Override
  public boolean isSpecial(int id) {
    return vocabulary.isSpecial(id);
  }

  @Override
  public Map<String, Integer> specialTokens() {
    return vocabulary.specials();
  }

  @Override
  public OptionalInt tokenId(String token) {
    return vocabulary.id(token);
  }

  @Override
  public OptionalInt bos() {
    return frame.bos;
  }

  @Override
  public OptionalInt eos() {
    return frame.eos;
  }

  @Override
  public String splitRegex() {
    return words.regex();
  }

  @Override
  public String toString() {
    return "BpeTokenizer[" + vocabSize() + " tokens, prefix " + Arrays.toString(frame.prefix) + "]";
  }
}

package io.pie4j.model.tokenizer;

import java.util.Map;
import java.util.OptionalInt;

/**
 * Turns text into token ids and token ids into text. Immutable and safe for use by many threads.
 *
 * <p>Lone surrogates in a text count as U+FFFD. Ids that the vocabulary does not have (models often
 * have more rows than tokens) decode to nothing.
 */
public interface Tokenizer {

  /**
   * The ids of plain text: special tokens written out in the text stay text, and none are added.
   * Added tokens that are not special (Qwen3's {@code <think>}, say) are still found.
   */
  int[] encode(String text);

  /**
   * The ids of text in which special tokens written out mean themselves: for rendered chat
   * templates. Adds none: see {@link #prefixTokens} and {@link #suffixTokens}.
   */
  int[] encodeWithSpecials(String text);

  /** Takes a special token's text its meaning: Unicode has no such character. */
  char QUOTE = '\uFDD0';

  /**
   * The text with a {@link #QUOTE} inside each special token that is written out in it, so that
   * {@link #encodeWithSpecials}, which leaves quotes out, makes no special tokens of it but its
   * letters: for what others wrote into a text in which special tokens mean something.
   */
  String quoteSpecials(String text);

  /** What the model expects before a text of its own, such as the BOS token; often empty. */
  int[] prefixTokens();

  /** What the model expects after a text of its own; mostly empty. */
  int[] suffixTokens();

  /** The text of these ids, special tokens written out. */
  default String decode(int[] ids) {
    return decode(ids, Specials.KEEP);
  }

  /** The text of these ids. Bytes that are not UTF-8 become U+FFFD. */
  default String decode(int[] ids, Specials specials) {
    var stream = streamDecoder(specials);
    var text = new StringBuilder();
    for (var id : ids) {
      text.append(stream.feed(id));
    }
    return text.append(stream.finish()).toString();
  }

  /** A decoder of ids that arrive one by one, special tokens written out. */
  default StreamDecoder streamDecoder() {
    return streamDecoder(Specials.KEEP);
  }

  /** A decoder of ids that arrive one by one; what it returns adds up to {@link #decode}. */
  StreamDecoder streamDecoder(Specials specials);

  /** Ids run from 0 to this, exclusive. */
  int vocabSize();

  /**
   * The bytes that a token adds to a text: for most tokens a piece of UTF-8, perhaps a broken one;
   * for special tokens the UTF-8 of their name.
   *
   * @throws IndexOutOfBoundsException if there is no such id
   */
  byte[] tokenBytes(int id);

  /** Whether this is a control token such as BOS or end of turn; false for unknown ids. */
  boolean isSpecial(int id);

  /** The special tokens by their text, in the order of their ids. */
  Map<String, Integer> specialTokens();

  /**
   * The id of a token by its name in the vocabulary, special and added tokens included. Ordinary
   * tokens of byte-level vocabularies are named in GPT-2's byte alphabet ({@code Ġthe}).
   */
  OptionalInt tokenId(String token);

  /** The token that begins a sequence, if the files name one. */
  OptionalInt bos();

  /** The token that ends a sequence, if the files name one. */
  OptionalInt eos();

  /**
   * The regular expression (Oniguruma's dialect) that cuts text into the words that tokens never
   * cross; empty if the model does not cut text.
   */
  String splitRegex();
}

package io.pie4j.model.tokenizer;

/**
 * Turns ids into text as they arrive. The texts returned, put together, are exactly what decoding
 * all ids at once gives; a character is returned only when it is whole and final. Not for use by
 * more than one thread at a time.
 */
public interface StreamDecoder {

  /** The text that is certain now that this token came; often empty in the middle of characters. */
  String feed(int id);

  /** What was held back, when no more tokens come. The decoder may then be used afresh. */
  String finish();
}

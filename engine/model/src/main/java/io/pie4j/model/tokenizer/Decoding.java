package io.pie4j.model.tokenizer;

/** How the names of tokens become text. */
sealed interface Decoding permits ByteLevelDecoding, SentencePieceDecoding {

  /** The bytes that a token with this name adds to a text. */
  byte[] bytes(String name);

  /** Turns names into text as they arrive. */
  Stream stream();

  /** As {@link StreamDecoder}, with names instead of ids. */
  interface Stream {
    void feed(String name, StringBuilder out);

    void finish(StringBuilder out);
  }
}

package io.pie4j.model.tokenizer;

/** What becomes of special tokens when ids are turned into text. */
public enum Specials {
  /** They are written out. */
  KEEP,
  /** They leave no text. */
  SKIP
}

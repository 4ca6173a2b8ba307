package io.pie4j.model.tokenizer;

/**
 * A token that is looked for in the text before anything else.
 *
 * @param singleWord it counts only between characters that do not belong to words
 * @param lstrip it takes the white space before it
 * @param rstrip it takes the white space after it
 * @param normalized it is looked for, normalized itself, in the normalized text
 * @param special a control token: not looked for in plain text, and may be left out of output
 */
record AddedToken(
    int id,
    String content,
    boolean singleWord,
    boolean lstrip,
    boolean rstrip,
    boolean normalized,
    boolean special) {

  /** A token that is found literally. */
  static AddedToken literal(int id, String content, boolean special) {
    return new AddedToken(id, content, false, false, false, false, special);
  }
}

package io.pie4j.inference;

/**
 * Writes input embeddings of tokens.
 *
 * @param tokens ids below the vocabulary size
 * @param positions one a token; stored with the embed and later with the token's keys
 * @param embeds physical embeds to write, one a token
 */
public record EmbedText(int[] tokens, int[] positions, int[] embeds) {

  public EmbedText {
    if (tokens.length != positions.length || tokens.length != embeds.length) {
      throw new IllegalArgumentException(
          tokens.length
              + " tokens, "
              + positions.length
              + " positions and "
              + embeds.length
              + " embeds must be as many");
    }
  }
}

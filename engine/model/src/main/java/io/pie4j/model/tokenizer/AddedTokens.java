package io.pie4j.model.tokenizer;

import java.util.Collection;

/**
 * Cuts a text at its added tokens: first at those found literally, then, in each normalized piece
 * that is left, at those found normalized.
 */
final class AddedTokens {
  /** What a text is cut into, from left to right. */
  interface Pieces {
    void token(int id);

    /** A normalized piece without added tokens; {@code first} if nothing stood before it. */
    void text(String piece, boolean first);
  }

  private interface Spans {
    void token(int id);

    void text(int start, int end);
  }

  private final Normalization normalization;
  private final TokenTrie literal = new TokenTrie();
  private final TokenTrie normalized = new TokenTrie();
  private final TokenTrie specials = new TokenTrie();

  AddedTokens(Collection<AddedToken> tokens, Normalization normalization) {
    this.normalization = normalization;
    for (var token : tokens) {
      if (token.special()) {
        specials.add(token.content(), token);
      }
      if (token.normalized()) {
        normalized.add(normalization.apply(token.content()), token);
      } else {
        literal.add(token.content(), token);
      }
    }
  }

  void split(String text, boolean findSpecials, Pieces pieces) {
    split(
        literal,
        text,
        findSpecials,
        new Spans() {
          @Override
          public void token(int id) {
            pieces.token(id);
          }

          @Override
          public void text(int start, int end) {
            splitNormalized(text.substring(start, end), start == 0, findSpecials, pieces);
          }
        });
  }

  /** See {@link Tokenizer#quoteSpecials}. */
  String quoteSpecials(String text) {
    var match = specials.find(text, 0);
    if (match == null) {
      return text;
    }
    var quoted = new StringBuilder();
    var done = 0;
    // One may begin within another.
    for (; match != null; match = specials.find(text, match.start() + 1)) {
      var split = text.offsetByCodePoints(match.start(), 1);
      quoted.append(text, done, split).append(Tokenizer.QUOTE);
      done = split;
    }
    return quoted.append(text, done, text.length()).toString();
  }

  private void splitNormalized(String piece, boolean first, boolean findSpecials, Pieces pieces) {
    var text = normalization.apply(piece);
    split(
        normalized,
        text,
        findSpecials,
        new Spans() {
          @Override
          public void token(int id) {
            pieces.token(id);
          }

          @Override
          public void text(int start, int end) {
            pieces.text(text.substring(start, end), first && start == 0);
          }
        });
  }

  private static void split(TokenTrie trie, String text, boolean findSpecials, Spans spans) {
    var done = 0;
    for (var match = trie.find(text, 0); match != null; match = trie.find(text, match.end())) {
      var token = match.token();
      if ((token.special() && !findSpecials) || (token.singleWord() && !standsAlone(text, match))) {
        continue;
      }
      var start = token.lstrip() ? spaceStart(text, match.start(), done) : match.start();
      if (done < start) {
        spans.text(done, start);
      }
      spans.token(token.id());
      done = token.rstrip() ? spaceEnd(text, match.end()) : match.end();
    }
    if (done < text.length()) {
      spans.text(done, text.length());
    }
  }

  private static boolean standsAlone(String text, TokenTrie.Match match) {
    var before = match.start() > 0 && Unicode.isWord(text.codePointBefore(match.start()));
    var after = match.end() < text.length() && Unicode.isWord(text.codePointAt(match.end()));
    return !before && !after;
  }

  private static int spaceStart(String text, int end, int from) {
    var start = end;
    while (start > from && Unicode.isSpace(text.charAt(start - 1))) {
      start--;
    }
    return start;
  }

  private static int spaceEnd(String text, int start) {
    var end = start;
    while (end < text.length() && Unicode.isSpace(text.charAt(end))) {
      end++;
    }
    return end;
  }
}

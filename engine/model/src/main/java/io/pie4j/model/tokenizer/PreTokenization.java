package io.pie4j.model.tokenizer;

import java.util.function.Consumer;

/** How a piece of normalized text is cut into words that tokens never cross. */
sealed interface PreTokenization {

  /**
   * Hands on the words of a piece from left to right.
   *
   * @param first whether the piece begins the text
   */
  void split(String piece, boolean first, Consumer<String> words);

  /** The regular expression it amounts to, empty if it does not cut. */
  String regex();

  /** One word. */
  record Whole() implements PreTokenization {
    @Override
    public void split(String piece, boolean first, Consumer<String> words) {
      words.accept(piece);
    }

    @Override
    public String regex() {
      return "";
    }
  }

  /** Something else, after a space is put before a piece that does not begin with one. */
  record SpaceFirst(PreTokenization then) implements PreTokenization {
    @Override
    public void split(String piece, boolean first, Consumer<String> words) {
      then.split(piece.startsWith(" ") ? piece : " " + piece, first, words);
    }

    @Override
    public String regex() {
      return then.regex();
    }
  }

  /** The matches of a pattern. */
  record ByPattern(SplitPattern pattern) implements PreTokenization {
    @Override
    public void split(String piece, boolean first, Consumer<String> words) {
      for (int start = 0; start < piece.length(); ) {
        var end = pattern.wordEnd(piece, start);
        words.accept(piece.substring(start, end));
        start = end;
      }
    }

    @Override
    public String regex() {
      return pattern.regex();
    }
  }

  /** Which pieces get a space of their own in front. */
  enum Prepend {
    ALWAYS,
    FIRST,
    NEVER
  }

  /** Spaces written as a visible character, and words that begin with it. */
  record Metaspace(char space, Prepend prepend, boolean cuts) implements PreTokenization {
    @Override
    public void split(String piece, boolean first, Consumer<String> words) {
      var text = piece.replace(' ', space);
      var prepends = prepend == Prepend.ALWAYS || (prepend == Prepend.FIRST && first);
      if (prepends && text.charAt(0) != space) {
        text = space + text;
      }
      if (!cuts) {
        words.accept(text);
        return;
      }
      for (int start = 0; start < text.length(); ) {
        var next = text.indexOf(space, start + 1);
        var end = next < 0 ? text.length() : next;
        words.accept(text.substring(start, end));
        start = end;
      }
    }

    @Override
    public String regex() {
      return cuts ? " ?[^ ]+| " : "";
    }
  }
}

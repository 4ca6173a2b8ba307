package io.pie4j.component.wit;

/** A piece of WIT text; {@code docs} is what the documentation comments just before it say. */
record Token(Kind kind, String text, String docs, Position position) {
  enum Kind {
    /** A name; one written with a leading % is never a keyword. */
    NAME,
    KEYWORD,
    /** Digits, dots, letters: a semantic version. Only read where one is expected. */
    VERSION,
    SYMBOL,
    END
  }

  boolean is(String keywordOrSymbol) {
    return (kind == Kind.KEYWORD || kind == Kind.SYMBOL) && text.equals(keywordOrSymbol);
  }

  String quoted() {
    return kind == Kind.END ? "the end of the file" : "'" + text + "'";
  }
}

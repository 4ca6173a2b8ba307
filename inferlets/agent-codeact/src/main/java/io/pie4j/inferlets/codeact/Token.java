package io.pie4j.inferlets.codeact;

import java.util.List;

/**
 * A token of the source.
 *
 * @param text as written; a string's or a template piece's value
 * @param afterNewline whether a line ends before it, where a statement may end without a semicolon
 * @param pieces a template's strings; one more than it has holes
 * @param holes a template's expressions
 */
record Token(
    Kind kind,
    String text,
    int line,
    boolean afterNewline,
    List<String> pieces,
    List<List<Token>> holes) {
  enum Kind {
    NAME,
    NUMBER,
    TEXT,
    TEMPLATE,
    SIGN,
    END
  }

  boolean isSign(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }
}

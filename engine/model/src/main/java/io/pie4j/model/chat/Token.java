package io.pie4j.model.chat;

/**
 * One token. {@code text} is the text outside of tags, the decoded string literal, the number, the
 * name or the operator itself.
 *
 * @param at where it starts in the source
 */
record Token(Kind kind, String text, int at) {
  enum Kind {
    TEXT,
    VARIABLE_BEGIN,
    VARIABLE_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean is(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  String description() {
    return switch (kind) {
      case END -> "the end of the template";
      case VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END -> "'" + text + "'";
      case TEXT -> "text";
      case STRING -> "a string";
      case NAME, INTEGER, FLOAT, OPERATOR -> "'" + text + "'";
    };
  }
}

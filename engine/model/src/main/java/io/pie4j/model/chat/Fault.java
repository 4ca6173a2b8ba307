package io.pie4j.model.chat;

/**
 * A problem found while rendering, before its place in the source is known. Carries no stack trace.
 */
final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1;

  enum Kind {
    FAILED,
    RAISED,
    LIMIT
  }

  private final Kind kind;
  private final String problem;

  private Fault(Kind kind, String problem) {
    super(problem, null, false, false);
    this.kind = kind;
    this.problem = problem;
  }

  static Fault failed(String problem) {
    return new Fault(Kind.FAILED, problem);
  }

  static Fault raised(String message) {
    return new Fault(Kind.RAISED, message);
  }

  static Fault limit(String problem) {
    return new Fault(Kind.LIMIT, problem);
  }

  ChatTemplateException at(Source source, int at) {
    int line = source.line(at);
    int column = source.column(at);
    return switch (kind) {
      case FAILED -> new ChatTemplateException.Failed(line, column, problem);
      case RAISED -> new ChatTemplateException.Raised(line, column, problem);
      case LIMIT -> new ChatTemplateException.LimitExceeded(line, column, problem);
    };
  }
}

package io.pie4j.component.bindgen;

/** Java source in the making: keeps the indentation. */
final class SourceText {
  private final StringBuilder text = new StringBuilder();
  private int depth;

  SourceText() {
    this(0);
  }

  SourceText(int depth) {
    this.depth = depth;
  }

  /**
   * Appends lines; one that ends with an opening brace indents what follows, one that starts with a
   * closing brace ends that.
   */
  SourceText add(String lines) {
    for (String line : lines.split("\n", -1)) {
      String bare = line.strip();
      if (bare.startsWith("}") || bare.startsWith(")")) {
        depth--;
      }
      if (!bare.isEmpty()) {
        text.repeat("  ", depth).append(bare);
      }
      text.append('\n');
      if (bare.endsWith("{") || bare.endsWith("(")) {
        depth++;
      }
    }
    return this;
  }

  /** Appends WIT's documentation, which is Markdown as Java's triple-slash comments are. */
  SourceText docs(String docs) {
    if (!docs.isEmpty()) {
      for (String line : docs.split("\n", -1)) {
        text.repeat("  ", depth).append(("/// " + line).strip()).append('\n');
      }
    }
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

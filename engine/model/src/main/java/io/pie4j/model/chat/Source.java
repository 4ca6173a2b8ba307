package io.pie4j.model.chat;

/**
 * A template's source with line ends normalised to LF and the last one dropped, as Jinja reads it.
 */
record Source(String text) {

  static Source of(String text) {
    String lines = text.indexOf('\r') < 0 ? text : text.replace("\r\n", "\n").replace('\r', '\n');
    return new Source(lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines);
  }

  int line(int at) {
    return 1
        + (int)
            text.substring(0, Math.min(at, text.length())).chars().filter(c -> c == '\n').count();
  }

  int column(int at) {
    int end = Math.min(at, text.length());
    return end - (text.lastIndexOf('\n', end - 1) + 1) + 1;
  }

  ChatTemplateException malformed(int at, String problem) {
    return new ChatTemplateException.Malformed(line(at), column(at), problem);
  }
}

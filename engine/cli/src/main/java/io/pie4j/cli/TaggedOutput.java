package io.pie4j.cli;

import io.pie4j.application.Audience;
import io.pie4j.application.Instance;
import io.pie4j.application.Outcome;
import java.util.function.Consumer;

/** Says what one instance says, whole lines only, each with the instance's id in front. */
final class TaggedOutput implements Audience {
  /** A program that never ends its line must not fill the memory. */
  private static final int LINE_CHARS_MAX = 8192;

  private final Consumer<String> lines;
  private final boolean tellsEnd;
  private final StringBuilder line = new StringBuilder();

  private TaggedOutput(Consumer<String> lines, boolean tellsEnd) {
    this.lines = lines;
    this.tellsEnd = tellsEnd;
  }

  /** Of an instance that someone launched, who wants to know how it ends. */
  static TaggedOutput launched(Consumer<String> lines) {
    return new TaggedOutput(lines, true);
  }

  /** Of one of many instances that answer requests. */
  static TaggedOutput serving(Consumer<String> lines) {
    return new TaggedOutput(lines, false);
  }

  @Override
  public void printed(Instance instance, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\n') {
        line.append(c);
      }
      if (c == '\n' || line.length() >= LINE_CHARS_MAX) {
        flush(instance);
      }
    }
  }

  @Override
  public void message(Instance instance, String message) {
    message.lines().forEach(each -> lines.accept(tag(instance) + each));
  }

  @Override
  public void file(Instance instance, String name, byte[] content) {
    lines.accept(tag(instance) + "file '" + name + "' of " + content.length + " bytes, not kept");
  }

  @Override
  public void ended(Instance instance, Outcome outcome) {
    if (!line.isEmpty()) {
      flush(instance);
    }
    if (!tellsEnd) {
      return;
    }
    instance
        .usage()
        .perToken()
        .ifPresent(latency ->
            lines.accept(
                tag(instance)
                    + "Per token latency: "
                    + Shell.milliseconds(latency)
                    + " ("
                    + instance.usage().readouts()
                    + " tokens, total elapsed: "
                    + Shell.milliseconds(instance.elapsed())
                    + ")"));
    lines.accept("[Inferlet " + instance.id() + "] Terminated. Reason: " + outcome.message());
  }

  private void flush(Instance instance) {
    lines.accept(tag(instance) + line);
    line.setLength(0);
  }

  private static String tag(Instance instance) {
    return "[Inst " + instance.shortId() + "] ";
  }
}

package io.pie4j.cli;

import io.pie4j.application.Instance;
import java.util.List;
import java.util.stream.Stream;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** What the shell offers at the tab key: commands, then inferlets or instances. */
final class ShellCompleter implements Completer {
  private static final List<String> COMMANDS =
      List.of("run", "list", "status", "trace", "terminate", "model", "help", "quit");

  private final Engine engine;
  private final PieHome home;

  ShellCompleter(Engine engine, PieHome home) {
    this.engine = engine;
    this.home = home;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    words(line).forEach(word -> candidates.add(new Candidate(word)));
  }

  private Stream<String> words(ParsedLine line) {
    if (line.wordIndex() == 0) {
      return COMMANDS.stream();
    }
    if (line.wordIndex() > 1) {
      return Stream.empty();
    }
    return switch (line.words().getFirst()) {
      case "run" -> Programs.names(home);
      case "terminate" -> engine.lifecycle().list().stream().map(Instance::shortId);
      case "model" -> Stream.of("list");
      default -> Stream.empty();
    };
  }
}

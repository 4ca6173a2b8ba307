package io.pie4j.cli;

import io.pie4j.cli.project.Language;
import io.pie4j.cli.project.ProjectTemplate;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Begins a project. */
@Command(
    name = "new",
    mixinStandardHelpOptions = true,
    description = "Begins an inferlet of your own, in the language of your choice.")
final class NewCommand implements Runnable {
  @Option(
      names = "--lang",
      paramLabel = "java|rust|ts|python",
      description = "What it is written in (default: java).")
  private String language = "java";

  @Parameters(index = "0", paramLabel = "NAME", description = "What it is called.")
  private String name = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FOLDER",
      description = "Where it goes (default: a folder of its name).")
  private @Nullable Path folder;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    Language chosen =
        Language.named(language)
            .orElseThrow(() ->
                new CommandException(
                    "there is no language '%s'; there are: %s"
                        .formatted(
                            language,
                            Arrays.stream(Language.values())
                                .map(Language::toString)
                                .collect(Collectors.joining(", ")))));
    ProjectTemplate template = new ProjectTemplate(chosen, name);
    Path where = folder == null ? Path.of(name) : folder;
    for (Path file : template.write(where, PieHome.fromEnvironment().distribution())) {
      out.println(where.resolve(file));
    }
    out.println(
        "pie build "
            + where
            + " builds it, pie run "
            + where.resolve(name + ".wasm")
            + " runs it.");
    out.flush();
  }
}

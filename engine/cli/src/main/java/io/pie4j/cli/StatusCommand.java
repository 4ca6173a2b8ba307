package io.pie4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says how the running engines of a home do. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Says how the running engines do: instances, pages, passes, waits, host calls.")
final class StatusCommand implements Callable<Integer> {
  private static final long PATIENCE_MILLIS = 5_000;

  @Option(names = "--json", description = "Print one JSON array, an object for each engine.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PieHome home = PieHome.fromEnvironment();
    List<byte[]> answers = new ArrayList<>();
    int code = ExitCode.OK;
    for (Path socket : StatusSocket.in(home.engines())) {
      try {
        Optional<byte[]> answer = new StatusReader(PATIENCE_MILLIS).read(socket);
        answer.ifPresent(answers::add);
      } catch (CommandException silent) {
        err().println("pie: engine at " + socket + ": " + silent.getMessage());
        code = ExitCode.ENGINE_FAILURE;
      }
    }
    print(answers, home);
    return code;
  }

  private void print(List<byte[]> answers, PieHome home) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      List<String> documents =
          answers.stream().map(answer -> new String(answer, StandardCharsets.UTF_8)).toList();
      out.println("[" + String.join(",\n", documents) + "]");
    } else if (answers.isEmpty()) {
      out.println(
          "no engine is running with home "
              + home.home()
              + (StatusSocket.fits(home.engines()) ? "" : ", or its path is too long for sockets"));
    } else {
      List<String> tables =
          answers.stream()
              .map(answer -> String.join("\n", StatusTable.of(EngineStatus.parse(answer))))
              .toList();
      out.println(String.join("\n\n", tables));
    }
    out.flush();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}

package io.pie4j.cli;

import io.pie4j.application.Manifest;
import io.pie4j.application.ProgramBinary;
import io.pie4j.application.ProgramName;
import io.pie4j.application.WasmProgram;
import io.pie4j.component.CodeCache;
import io.pie4j.component.WasmEngine;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Installed programs. */
@Command(
    name = "inferlet",
    mixinStandardHelpOptions = true,
    description = "Installs, lists and removes inferlets.")
final class InferletCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  private final PieHome home = PieHome.fromEnvironment();
  private final InferletStore store = new InferletStore(home.inferlets());

  @Override
  public void run() {
    spec.commandLine().usage(out());
  }

  @Command(description = "Checks a file against the interface, compiles it and installs it.")
  void add(
      @Parameters(paramLabel = "FILE.wasm") Path file,
      @Option(
              names = "--name",
              paramLabel = "NAME[@VERSION]",
              description = "Default: as its manifest says, else the file's name, version 0.1.0.")
          @Nullable String name) {
    ProgramBinary binary = ProgramBinary.read(file);
    Manifest manifest = Manifest.of(binary, file);
    ProgramName as =
        name == null
            ? manifest.name().orElseGet(() -> Programs.nameOf(file))
            : ProgramName.parse(name);
    Settings settings = Settings.in(home);
    CodeCache cache =
        CodeCache.in(
            PieHome.create(home.codeCache()), settings.engine().codeCacheMebibytes() << 20);
    try (WasmEngine engine = new WasmEngine(cache, settings.compile().settings());
        WasmProgram checked =
            WasmProgram.load(engine, as, manifest, binary, settings.lifecycle())) {
      store.add(checked.name(), file);
    }
    out().println("installed " + as);
  }

  @Command(description = "Lists installed and standard inferlets.")
  void list() {
    for (InferletStore.Entry entry : store.list()) {
      out().println(entry.name());
    }
    for (String name : home.standardInferlets()) {
      out().println(name + " (standard)");
    }
  }

  @Command(description = "Removes an installed inferlet.")
  void remove(@Parameters(paramLabel = "NAME[@VERSION]") String name) {
    InferletStore.Entry entry =
        store
            .find(name)
            .orElseThrow(() -> new CommandException("inferlet '" + name + "' is not installed"));
    store.remove(entry);
    out().println("removed " + entry.name());
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}

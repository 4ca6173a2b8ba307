package io.pie4j.cli;

import io.pie4j.application.Capabilities;
import io.pie4j.application.Manifest;
import io.pie4j.application.ProgramBinary;
import io.pie4j.application.ProgramName;
import io.pie4j.application.Right;
import io.pie4j.application.WasmProgram;
import io.pie4j.component.ModuleExport;
import io.pie4j.component.ModuleImport;
import io.pie4j.component.WasmModule;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what a program's file is, without running it. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = "Shows a program's manifest, what it imports and exports, and what is missing.")
final class InspectCommand implements Runnable {
  @Parameters(paramLabel = "FILE.wasm")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path file;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public void run() {
    ProgramBinary binary = ProgramBinary.read(file);
    Manifest manifest = Manifest.of(binary, file);
    PrintWriter out = spec.commandLine().getOut();
    row(out, "file", file + ", " + bytes());
    row(out, "kind", kind(binary));
    row(out, "name", manifest.name().map(ProgramName::toString).orElse("not said"));
    if (!manifest.description().isEmpty()) {
      row(out, "description", manifest.description());
    }
    row(out, "asks for", asks(manifest));
    List<String> missing = WasmProgram.missing(binary);
    row(out, "missing here", missing.isEmpty() ? "nothing" : String.join("\n" + INDENT, missing));
    out.println();
    switch (binary) {
      case ProgramBinary.OfModule(WasmModule module) -> imports(out, module);
      case ProgramBinary.OfComponent(var component) -> out.print(component.wit());
    }
    out.flush();
  }

  private static final String INDENT = " ".repeat(14);

  private static void row(PrintWriter out, String name, String value) {
    out.printf("%-12s  %s%n", name, value);
  }

  private String bytes() {
    try {
      return "%,d bytes".formatted(Files.size(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  static String kind(ProgramBinary binary) {
    return switch (binary) {
      case ProgramBinary.OfModule _ -> "core module";
      case ProgramBinary.OfComponent(var component) ->
          "component of "
              + component.moduleCount()
              + (component.moduleCount() == 1 ? " core module" : " core modules");
    };
  }

  private static String asks(Manifest manifest) {
    if (manifest.equals(Manifest.none())) {
      return "whatever the policy grants, for it has no manifest";
    }
    Capabilities asked = manifest.asked();
    List<String> all = new ArrayList<>();
    asked.rights().stream().map(Right::toString).sorted().forEach(all::add);
    if (!asked.http().patterns().isEmpty()) {
      all.add("http to " + asked.http());
    }
    if (asked.children() > 0) {
      all.add(asked.children() + " children at once");
    }
    return all.isEmpty() ? "nothing" : String.join(", ", all);
  }

  /** Core modules have no types of the component model; functions are listed by interface. */
  private static void imports(PrintWriter out, WasmModule module) {
    Map<String, List<ModuleImport>> byInterface =
        module.imports().stream()
            .collect(
                Collectors.groupingBy(ModuleImport::module, TreeMap::new, Collectors.toList()));
    byInterface.forEach((name, imports) -> {
      out.println("import " + name);
      imports.forEach(one ->
          out.println("  " + one.kind().text() + " " + one.name() + " (" + one.type() + ")"));
    });
    for (ModuleExport export : module.exports()) {
      out.println(
          "export " + export.kind().text() + " " + export.name() + " (" + export.type() + ")");
    }
  }
}

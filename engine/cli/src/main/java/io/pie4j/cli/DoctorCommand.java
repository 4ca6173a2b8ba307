package io.pie4j.cli;

import io.pie4j.component.CodeCache;
import io.pie4j.inference.cpu.KernelChoice;
import io.pie4j.model.registry.ModelRegistry;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what the engine finds on this machine. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Says what the engine finds: JDK, SIMD tier and why, cores, memory, caches, models.")
final class DoctorCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public void run() {
    PieHome home = PieHome.fromEnvironment();
    PrintWriter out = spec.commandLine().getOut();
    Runtime runtime = Runtime.getRuntime();
    row(
        out,
        "JDK",
        System.getProperty("java.vm.name")
            + " "
            + Runtime.version()
            + " in "
            + System.getProperty("java.home"));
    row(out, "machine", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    row(out, "cores", String.valueOf(runtime.availableProcessors()));
    row(
        out,
        "memory",
        mebibytes(Memory.totalBytes())
            + " in the machine, Java heap up to "
            + mebibytes(runtime.maxMemory()));
    row(out, "kernels", KernelChoice.of(Settings.defaults().cpu().tier()).reason());
    row(out, "home", home.home() + (Files.isDirectory(home.home()) ? "" : " (not there yet)"));
    row(
        out,
        "configuration",
        home.config() + (Files.isRegularFile(home.config()) ? "" : " (none: defaults)"));
    row(out, "code cache", codeCache(home));
    row(
        out,
        "demo model",
        home.demoModel() + (Files.isDirectory(home.demoModel()) ? "" : " (missing)"));
    row(
        out,
        "models",
        new ModelRegistry(home.models()).names().size() + " registered in " + home.models());
  }

  private static String codeCache(PieHome home) {
    Path folder = home.codeCache();
    if (!Files.isDirectory(folder)) {
      return folder + " (empty)";
    }
    CodeCache cache = CodeCache.in(folder, Long.MAX_VALUE);
    return folder + ": " + cache.size() + " programs, " + mebibytes(cache.byteSize());
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }

  private static void row(PrintWriter out, String name, String value) {
    out.println("%-14s %s".formatted(name, value));
  }
}

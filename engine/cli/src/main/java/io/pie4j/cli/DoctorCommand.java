package io.pie4j.cli;

import io.pie4j.component.CodeCache;
import io.pie4j.inference.DriverException;
import io.pie4j.inference.cpu.KernelChoice;
import io.pie4j.inference.cpu.KernelTier;
import io.pie4j.model.registry.ModelRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    row(out, "kernels", kernels(home));
    row(out, "home", home.home() + (Files.isDirectory(home.home()) ? "" : " (not there yet)"));
    row(out, "configuration", configuration(home));
    row(out, "code cache", codeCache(home));
    row(out, "start cache", startCache(home));
    row(
        out,
        "demo model",
        home.demoModel() + (Files.isDirectory(home.demoModel()) ? "" : " (missing)"));
    row(out, "models", models(home));
  }

  private static String kernels(PieHome home) {
    KernelTier tier;
    try {
      tier = Settings.in(home).cpu().tier();
    } catch (CommandException broken) {
      // The row of the configuration says so.
      tier = Settings.defaults().cpu().tier();
    }
    try {
      return KernelChoice.of(tier).reason();
    } catch (DriverException missing) {
      return "unusable: " + missing.getMessage();
    }
  }

  private static String configuration(PieHome home) {
    if (!Files.exists(home.config())) {
      return home.config() + " (none: defaults)";
    }
    try {
      Settings _ = Settings.in(home);
      return home.config().toString();
    } catch (CommandException broken) {
      return "unusable: " + broken.getMessage();
    }
  }

  private static String codeCache(PieHome home) {
    Path folder = home.codeCache();
    if (!Files.isDirectory(folder)) {
      return folder + " (empty)";
    }
    CodeCache cache = CodeCache.in(folder, Long.MAX_VALUE);
    return folder + ": " + cache.size() + " programs, " + Amounts.bytes(cache.byteSize());
  }

  private static String startCache(PieHome home) {
    Path archive = home.startCache();
    try {
      return archive + ": " + Amounts.bytes(Files.size(archive));
    } catch (IOException absent) {
      return archive + " (none: the JVM starts slower; the pie script makes it after a build)";
    }
  }

  private static String models(PieHome home) {
    List<String> names = new ModelRegistry(home.models()).names();
    return names.size()
        + " registered in "
        + home.models()
        + (names.isEmpty() ? "" : ": " + String.join(", ", names));
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }

  private static void row(PrintWriter out, String name, String value) {
    out.println("%-14s %s".formatted(name, value));
  }
}

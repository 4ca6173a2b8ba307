package io.pie4j.cli;

import io.pie4j.application.User;
import io.pie4j.model.Quantization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that starts an engine; they go over the configuration file. */
final class EngineOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration (default: config.toml in PIE_HOME).")
  @Nullable Path config;

  @Option(
      names = "--model",
      paramLabel = "NAME|PATH",
      description = "A registered model, a GGUF file or a Hugging Face directory (default: demo).")
  @Nullable String model;

  @Option(
      names = "--adapter",
      paramLabel = "[NAME=]FOLDER",
      description = "A LoRA adapter of the model as PEFT saves it; as often as there are some.")
  List<String> adapters = List.of();

  @Option(
      names = "--quantize",
      paramLabel = "q8_0|q4_0",
      description =
          "Quantize the linear layers of an F32, F16 or BF16 model when it is opened (default:"
              + " none).")
  @Nullable Quantization quantize;

  @Option(names = "--driver", paramLabel = "cpu|dummy", description = "What executes the model.")
  Settings.@Nullable Kind driver;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute (default: one a core).")
  @Nullable Integer threads;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description =
          "At the end, write the last passes there, for chrome://tracing or ui.perfetto.dev.")
  @Nullable Path trace;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "For whom programs run (default: the user of the operating system).")
  @Nullable String user;

  Optional<TraceFile> trace(Engine engine) {
    return Optional.ofNullable(trace).map(file -> TraceFile.of(engine, file));
  }

  User user() {
    return new User(user == null ? userOfSystem() : user);
  }

  /** Systems allow names that have characters which ours must not have. */
  private static String userOfSystem() {
    String name = System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9._@+-]", "_");
    return name.matches("[A-Za-z0-9_].*") ? name.substring(0, Math.min(name.length(), 64)) : "_";
  }

  Settings settings(PieHome home) {
    Settings settings = fromFile(home);
    if (model != null) {
      // Adapters of the configuration are those of its model.
      settings = settings.withModel(settings.model().withName(model).withAdapters(adapters));
    } else if (!adapters.isEmpty()) {
      settings = settings.withModel(settings.model().withAdapters(adapters));
    }
    if (quantize != null) {
      settings = settings.withModel(settings.model().withQuantize(quantize));
    }
    Settings.Driver given = settings.driver();
    return settings.withDriver(
        new Settings.Driver(
            driver == null ? given.kind() : driver,
            threads == null ? given.threads() : threads,
            given.pageTokens(),
            given.kvMebibytes(),
            given.kvFormat(),
            given.tier()));
  }

  private Settings fromFile(PieHome home) {
    if (config != null) {
      if (!Files.isRegularFile(config)) {
        throw new CommandException("configuration " + config + " does not exist");
      }
      return Settings.read(config);
    }
    return Settings.in(home);
  }
}

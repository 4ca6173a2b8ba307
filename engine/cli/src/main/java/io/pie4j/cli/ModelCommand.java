package io.pie4j.cli;

import io.pie4j.model.LanguageModel;
import io.pie4j.model.ModelFileException;
import io.pie4j.model.SyntheticModel;
import io.pie4j.model.SyntheticShape;
import io.pie4j.model.TensorType;
import io.pie4j.model.registry.HubClient;
import io.pie4j.model.registry.HubSettings;
import io.pie4j.model.registry.HubSource;
import io.pie4j.model.registry.ModelDescription;
import io.pie4j.model.registry.ModelRegistry;
import io.pie4j.model.registry.RegisteredModel;
import io.pie4j.model.registry.RegistryException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Models by name. */
@Command(
    name = "model",
    mixinStandardHelpOptions = true,
    description = "Registers, fetches, makes, lists, describes and removes models.")
final class ModelCommand implements Runnable {
  private static final String SHAPES = "llama-3.2-1b, llama-3.2-3b, qwen2.5-0.5b or qwen3-0.6b.";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  private final PieHome home = PieHome.fromEnvironment();
  private final ModelRegistry registry = new ModelRegistry(home.models());

  @Override
  public void run() {
    spec.commandLine().usage(out());
  }

  @Command(description = "Registers a GGUF file or a Hugging Face directory.")
  void add(
      @Parameters(paramLabel = "PATH") Path path,
      @Option(names = "--name", paramLabel = "NAME", description = "Default: the file's name.")
          @Nullable String name,
      @Option(names = "--copy", description = "Copy the files instead of pointing to them.")
          boolean copy) {
    String as = free(name == null ? ModelRegistry.suggestName(path) : name);
    added(
        copy
            ? ProgressBar.during(err(), progress -> registry.copy(as, path, progress))
            : registry.link(as, path));
  }

  @Command(description = "Downloads a model from a hub; a download that was cut off goes on.")
  void pull(
      @Parameters(paramLabel = "OWNER/NAME[@REVISION][:FILE.gguf]") String model,
      @Option(names = "--name", paramLabel = "NAME", description = "Default: the model's name.")
          @Nullable String name,
      @Option(
              names = "--hub",
              paramLabel = "URL",
              description = "Default: HF_ENDPOINT, else the configuration's. HF_TOKEN is used.")
          @Nullable String hub) {
    HubSource source = HubSource.parse(model);
    String as = free(name == null ? source.suggestName() : name);
    HubSettings environment = Settings.in(home).hub().settings().with(System.getenv());
    HubSettings settings = hub == null ? environment : environment.withEndpoint(hub);
    try (HubClient client = new HubClient(settings)) {
      added(ProgressBar.during(err(), progress -> registry.pull(as, source, client, progress)));
    }
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = {
        "Writes a model of real shape with random weights, for measuring speed.",
        "It says nothing of sense; the same seed gives the same files."
      })
  void synth(
      @Option(names = "--like", required = true, paramLabel = "SHAPE", description = SHAPES)
          String like,
      @Option(
              names = "--quant",
              defaultValue = "q4_0",
              paramLabel = "TYPE",
              description = "f32, f16, bf16, q8_0, q4_0 (default), q4_k or q6_k.")
          TensorType quant,
      @Option(
              names = "--embedding-quant",
              paramLabel = "TYPE",
              description = "Of the token embedding (default: q6_k with q4_0 and q4_k).")
          @Nullable TensorType embeddingQuant,
      @Option(names = "--layers", paramLabel = "N", description = "Default: all.")
          @Nullable Integer layers,
      @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "Default: 1.")
          long seed,
      @Option(
              names = "--format",
              defaultValue = "gguf",
              paramLabel = "gguf|safetensors",
              description = "A GGUF file (default) or a directory of safetensors.")
          SynthesizedFiles.Format format,
      @Option(
              names = "--out",
              paramLabel = "PATH",
              description = "File or directory (default: named for shape and type, here).")
          @Nullable Path out) {
    SyntheticShape shape =
        SyntheticShape.of(like)
            .orElseThrow(() ->
                new CommandException(
                    "there is no shape '" + like + "'; there are: " + SyntheticShape.labels()));
    SyntheticModel model = SyntheticModel.of(shape, quant, seed);
    model = layers == null ? model : model.withLayers(layers);
    model = embeddingQuant == null ? model : model.withEmbeddingType(embeddingQuant);
    Path path = out == null ? format.path(model) : out;
    format.write(model, path);
    try (LanguageModel written = LanguageModel.open(path)) {
      ModelPage.print(path.toString(), written, Optional.empty(), out());
    }
  }

  @Command(description = "Lists registered models, and the embedded one.")
  void list() {
    row("NAME", "FAMILY", "PARAMETERS", "TYPE", "SIZE", "FILES");
    embedded();
    for (String name : registry.names()) {
      try {
        registry.find(name).ifPresent(this::row);
      } catch (RegistryException.Storage damaged) {
        row(name, "", "", "", "", "damaged: " + damaged.getMessage());
      }
    }
  }

  @Command(description = "Describes a model.")
  void show(@Parameters(paramLabel = "NAME|PATH") String name) {
    try (LanguageModel model = LanguageModel.open(Models.path(name, home))) {
      ModelPage.print(name, model, registry.find(name), out());
    }
  }

  @Command(
      description = "Forgets a model; its files are deleted if they were copied or downloaded.")
  void remove(@Parameters(paramLabel = "NAME") String name) {
    if (name.equals(Models.DEMO)) {
      throw new CommandException("model 'demo' is built in and stays");
    }
    registry.remove(name);
    out().println("removed " + name);
  }

  private static String free(String name) {
    if (name.equals(Models.DEMO)) {
      throw new CommandException("the name 'demo' is the embedded model's; choose another: --name");
    }
    return name;
  }

  private void added(RegisteredModel model) {
    out()
        .println(
            "added %s: %s, %s parameters, %s, %s in %s"
                .formatted(
                    model.name(),
                    model.family(),
                    Amounts.count(model.parameters()),
                    model.quantization(),
                    Amounts.bytes(model.fileBytes()),
                    model.path()));
  }

  private void embedded() {
    try (LanguageModel model = LanguageModel.open(home.demoModel())) {
      ModelDescription found = ModelDescription.of(model);
      row(
          Models.DEMO,
          found.family(),
          Amounts.count(found.parameters()),
          found.quantization().name(),
          Amounts.bytes(found.fileBytes()),
          "built in");
    } catch (ModelFileException broken) {
      row(Models.DEMO, "", "", "", "", "built in, but: " + broken.getMessage());
    }
  }

  private void row(RegisteredModel model) {
    String note = Files.exists(model.path()) ? "" : " (missing)";
    row(
        model.name(),
        model.family(),
        Amounts.count(model.parameters()),
        model.quantization(),
        Amounts.bytes(model.fileBytes()),
        (model.owned() ? model.source() : model.path()) + note);
  }

  private void row(
      String name, String family, String parameters, String type, String size, String files) {
    out()
        .println(
            "%-28s %-8s %10s  %-6s %10s  %s"
                .formatted(name, family, parameters, type, size, files)
                .stripTrailing());
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}

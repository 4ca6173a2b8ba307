package io.pie4j.inferlets;

import io.pie4j.application.Audience;
import io.pie4j.application.Capabilities;
import io.pie4j.application.Grant;
import io.pie4j.application.HttpHosts;
import io.pie4j.application.Instance;
import io.pie4j.application.LaunchRequest;
import io.pie4j.application.Lifecycle;
import io.pie4j.application.LifecycleSettings;
import io.pie4j.application.Manifest;
import io.pie4j.application.Outcome;
import io.pie4j.application.Policy;
import io.pie4j.application.ProgramBinary;
import io.pie4j.application.ProgramName;
import io.pie4j.application.Right;
import io.pie4j.application.ServedModel;
import io.pie4j.application.TrustedProgram;
import io.pie4j.application.WasmProgram;
import io.pie4j.component.CodeCache;
import io.pie4j.component.WasmEngine;
import io.pie4j.control.ContentionPolicy;
import io.pie4j.control.ControlSettings;
import io.pie4j.control.Controller;
import io.pie4j.control.ControllerStatus;
import io.pie4j.control.TracedPass;
import io.pie4j.inference.Driver;
import io.pie4j.inference.DummyDriver;
import io.pie4j.inference.DummySettings;
import io.pie4j.inference.cpu.CpuDriver;
import io.pie4j.inference.cpu.CpuSettings;
import io.pie4j.inference.cpu.RandomModel;
import io.pie4j.model.Family;
import io.pie4j.model.LanguageModel;
import io.pie4j.model.ModelConfig;
import io.pie4j.model.Rope;
import io.pie4j.model.TensorType;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * An engine for the tests of inferlets' effects: the real one, on a model that is chosen. Programs
 * run one after the other and share what an engine keeps, such as exports and the store; they may
 * talk to servers on this machine. Start one a test class, in {@code @BeforeAll}.
 */
public final class Stage implements AutoCloseable {
  /** The project's folder. */
  public static final Path ROOT = Path.of(System.getProperty("pie4j.root", ".."));

  /** The embedded model. */
  static final Path DEMO = ROOT.resolve("models/demo/pie-demo");

  private static final int TRACED_PASSES = 1 << 16;
  private static final long PATIENCE_SECONDS = 120;

  private final Arena arena = Arena.ofShared();
  private final LanguageModel files;
  private final Controller controller;
  private final Lifecycle lifecycle;
  private final WasmEngine wasm =
      new WasmEngine(CodeCache.in(ROOT.resolve("inferlets/target/code-cache"), 1 << 28));
  private final Map<String, WasmProgram> modules = new HashMap<>();

  private Stage(Function<Stage, Driver> driver) {
    this(DEMO, ControlSettings.defaults(), driver);
  }

  private Stage(Path model, ControlSettings settings, Function<Stage, Driver> driver) {
    files = LanguageModel.open(model);
    controller = Controller.start(driver.apply(this), settings.withTracePasses(TRACED_PASSES));
    lifecycle =
        new Lifecycle(
            LifecycleSettings.standard(),
            List.of(ServedModel.of("demo", files, controller)),
            policy());
  }

  private static Policy policy() {
    Capabilities granted =
        Capabilities.standard()
            .withHttp(HttpHosts.of(List.of("127.0.0.1")))
            .with(Right.PRIVATE_HOSTS);
    return new Policy(Grant.standard().withCapabilities(granted), Map.of());
  }

  /** The embedded model. */
  static Stage demo() {
    return demo(CpuSettings.defaults().pageSize());
  }

  /** The embedded model. */
  static Stage demo(int pageSize) {
    return new Stage(
        stage -> CpuDriver.open(stage.files, CpuSettings.defaults().withPageSize(pageSize)));
  }

  /** The embedded model with so much memory for pages, and who gives way where they are short. */
  static Stage demo(long kvBytes, ContentionPolicy contention) {
    return new Stage(
        DEMO,
        ControlSettings.defaults().withContention(contention),
        stage -> CpuDriver.open(stage.files, CpuSettings.defaults().withKvBytes(kvBytes)));
  }

  /** A model of files. */
  static Stage of(Path model) {
    return new Stage(
        model,
        ControlSettings.defaults(),
        stage -> CpuDriver.open(stage.files, CpuSettings.defaults()));
  }

  /** A tiny model of random weights, with the embedded model's vocabulary and chat template. */
  static Stage random(long seed) {
    return random(seed, CpuSettings.defaults().pageSize());
  }

  /** A tiny model of random weights, with the embedded model's vocabulary and chat template. */
  static Stage random(long seed, int pageSize) {
    return random(TINY, seed, pageSize);
  }

  /** Random weights of a shape; its vocabulary must be the embedded model's. */
  static Stage random(ModelConfig shape, long seed, int pageSize) {
    return new Stage(stage ->
        RandomModel.of(shape, TensorType.F32, seed, stage.arena)
            .driver(CpuSettings.defaults().withPageSize(pageSize)));
  }

  /** No arithmetic: distributions mean nothing, passes cost nothing. */
  static Stage dummy() {
    return new Stage(
        stage -> new DummyDriver(DummySettings.withVocabulary(stage.files.config().vocabSize())));
  }

  /** 70 thousand parameters in two layers, positions enough for long texts. */
  static final ModelConfig TINY = tiny(2048);

  /** So many tokens: no fewer than the embedded model's, more for a padded vocabulary. */
  static ModelConfig tiny(int vocabulary) {
    return new ModelConfig(
        Family.LLAMA,
        vocabulary,
        32,
        2,
        4,
        2,
        8,
        64,
        16_384,
        1e-5f,
        new Rope(10_000f, Rope.Layout.HALVES, new Rope.None()),
        OptionalInt.empty(),
        true,
        false,
        false);
  }

  /** Runs a program in this JVM to its end. */
  Ran run(io.pie4j.api.Program body, String... arguments) {
    String name = body.getClass().isHidden() ? "program" : body.getClass().getSimpleName();
    return run(
        new TrustedProgram(ProgramName.parse(name.isEmpty() ? "program" : name), body), arguments);
  }

  /** Runs the compiled module of a standard inferlet to its end. */
  Ran runWasm(String name, String... arguments) {
    return run(module(name), arguments);
  }

  /** A standard inferlet's module. */
  WasmProgram module(String name) {
    return modules.computeIfAbsent(name, this::load);
  }

  /** Runs a compiled program from a file to its end. */
  Ran runFile(Path file, String... arguments) {
    return run(file(file), arguments);
  }

  /** A compiled program from a file, called as the file is. */
  WasmProgram file(Path file) {
    String name = file.getFileName().toString().replace(".wasm", "");
    return modules.computeIfAbsent(file.toString(), _ -> load(name, file));
  }

  private WasmProgram load(String name) {
    return load(name, ROOT.resolve("inferlets/target").resolve(name + ".wasm"));
  }

  private WasmProgram load(String name, Path file) {
    ProgramBinary binary = ProgramBinary.read(file);
    return WasmProgram.load(
        wasm,
        ProgramName.parse(name),
        Manifest.of(binary, file),
        binary,
        LifecycleSettings.standard());
  }

  private Ran run(io.pie4j.application.Program program, String... arguments) {
    ControllerStatus before = settled(0);
    Transcript transcript = new Transcript();
    Instance instance = launch(program, transcript, arguments);
    Outcome outcome = await(instance);
    ControllerStatus after = settled(0);
    List<TracedPass> passes =
        controller.trace().passes().stream()
            .filter(pass -> pass.number() > before.passes())
            .toList();
    int pages = before.pagesUsed() + before.pagesFree();
    int most = passes.stream().mapToInt(pass -> pages - pass.pagesFree()).max().orElse(0);
    return new Ran(
        transcript.text(),
        transcript.messages(),
        outcome,
        passes,
        after.tokens() - before.tokens(),
        Math.max(0, most - before.pagesUsed()),
        after.pagesUsed() - before.pagesUsed(),
        instance.usage().readouts());
  }

  /** Starts a program, for tests of several at once; {@link #await} gives its end. */
  Instance launch(io.pie4j.application.Program program, Audience audience, String... arguments) {
    return lifecycle.launch(
        new LaunchRequest(
            program,
            List.of(arguments),
            "tester",
            LifecycleSettings.standard().limits(),
            audience));
  }

  /** How it ended; one that does not end is terminated. */
  Outcome await(Instance instance) {
    try {
      return instance.outcome().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException hangs) {
      instance.terminate("the test lost its patience after " + PATIENCE_SECONDS + " s");
      return instance.outcome().join();
    } catch (InterruptedException | ExecutionException failure) {
      throw new AssertionError(failure);
    }
  }

  /** Makes a program known by its name, to those that launch children. */
  void install(io.pie4j.application.Program program) {
    lifecycle.install(program);
  }

  /** The engine's own side, for what this class does not offer. */
  Controller controller() {
    return controller;
  }

  /** The embedded model's files: vocabulary and configuration. */
  LanguageModel files() {
    return files;
  }

  /** The counters once so many programs are left and nothing is in flight. */
  private ControllerStatus settled(int programs) {
    ControllerStatus status = controller.snapshot();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while ((status.programs() > programs || status.embedsUsed() > 0)
        && System.nanoTime() < deadline) {
      Thread.onSpinWait();
      status = controller.snapshot();
    }
    return status;
  }

  @Override
  public void close() {
    lifecycle.close();
    controller.close();
    modules.values().forEach(WasmProgram::close);
    wasm.close();
    files.close();
    arena.close();
  }
}

package io.pie4j.cli;

import io.pie4j.application.Lifecycle;
import io.pie4j.application.LifecycleSettings;
import io.pie4j.application.Manifest;
import io.pie4j.application.ProgramBinary;
import io.pie4j.application.ProgramName;
import io.pie4j.application.ServedModel;
import io.pie4j.application.WasmProgram;
import io.pie4j.component.CodeCache;
import io.pie4j.component.CompileListener;
import io.pie4j.component.WasmEngine;
import io.pie4j.control.Controller;
import io.pie4j.inference.Driver;
import io.pie4j.inference.DummyDriver;
import io.pie4j.inference.DummySettings;
import io.pie4j.inference.cpu.CpuDriver;
import io.pie4j.model.LanguageModel;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The engine, put together by hand: model, driver, control layer, WebAssembly, lifecycle. */
final class Engine implements AutoCloseable {
  private final Settings settings;
  private final LanguageModel model;
  private final Controller controller;
  private final WasmEngine wasm;
  private final Lifecycle lifecycle;
  private final String kernels;
  private final Instant started = Instant.now();
  private final long startedNanos = System.nanoTime();
  private Optional<StatusSocket> statusSocket = Optional.empty();

  private Engine(
      Settings settings,
      LanguageModel model,
      Controller controller,
      WasmEngine wasm,
      Lifecycle lifecycle,
      String kernels) {
    this.settings = settings;
    this.model = model;
    this.controller = controller;
    this.wasm = wasm;
    this.lifecycle = lifecycle;
    this.kernels = kernels;
  }

  static Engine start(Settings settings, PieHome home) {
    CodeCache cache =
        CodeCache.in(
            PieHome.create(home.codeCache()), settings.engine().codeCacheMebibytes() << 20);
    LanguageModel model =
        LanguageModel.open(Models.path(settings.model().name(), home), settings.model().quantize());
    try {
      Driver driver = driver(settings, model, home);
      Controller controller = Controller.start(driver, settings.control().settings(home.cache()));
      WasmEngine wasm = new WasmEngine(cache, settings.compile().settings());
      wasm.tellCompiling(CompileProgress.inLog());
      Lifecycle lifecycle =
          new Lifecycle(
              settings.lifecycle().withServices(settings.services().settings(home)),
              List.of(
                  ServedModel.of(
                      settings.model().name(),
                      model,
                      controller,
                      settings.model().adapterFolders())),
              settings.policy().policy());
      String kernels =
          driver instanceof CpuDriver cpu ? cpu.kernels() : "no arithmetic: the dummy driver";
      Engine engine = new Engine(settings, model, controller, wasm, lifecycle, kernels);
      lifecycle.findProgramsIn(name -> Programs.installed(name, engine, home));
      engine.tellStatusIn(home.engines());
      return engine;
    } catch (RuntimeException failure) {
      model.close();
      throw failure;
    }
  }

  /** An engine that cannot be asked from outside serves all the same. */
  private void tellStatusIn(Path folder) {
    try {
      statusSocket = Optional.of(StatusSocket.open(folder, () -> EngineStatus.of(this).toJson()));
    } catch (IOException | RuntimeException failure) {
      System.getLogger(Engine.class.getName())
          .log(Level.DEBUG, "no status in {0}: {1}", folder, Failures.oneLine(failure));
    }
  }

  Instant started() {
    return started;
  }

  Duration uptime() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }

  Settings settings() {
    return settings;
  }

  Lifecycle lifecycle() {
    return lifecycle;
  }

  LifecycleSettings lifecycleSettings() {
    return settings.lifecycle();
  }

  Controller controller() {
    return controller;
  }

  /** What programs call the model. */
  String modelName() {
    return settings.model().name();
  }

  LanguageModel model() {
    return model;
  }

  /** The kernels in use and why, in a sentence. */
  String kernels() {
    return kernels;
  }

  /** Who is told how far programs are compiled, instead of the log. */
  void tellCompiling(CompileListener listener) {
    wasm.tellCompiling(listener);
  }

  WasmProgram load(ProgramName name, Path file) {
    ProgramBinary binary = ProgramBinary.read(file);
    return WasmProgram.load(wasm, name, Manifest.of(binary, file), binary, lifecycleSettings());
  }

  @Override
  public void close() {
    statusSocket.ifPresent(StatusSocket::close);
    lifecycle.close();
    controller.close();
    wasm.close();
    model.close();
  }

  private static Driver driver(Settings settings, LanguageModel model, PieHome home) {
    return switch (settings.driver().kind()) {
      case CPU -> CpuDriver.open(model, settings.cpu(home));
      case DUMMY -> new DummyDriver(DummySettings.withVocabulary(model.config().vocabSize()));
    };
  }
}

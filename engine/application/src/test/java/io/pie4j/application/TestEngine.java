package io.pie4j.application;

import io.pie4j.component.CodeCache;
import io.pie4j.component.Limits;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.WasmModule;
import io.pie4j.control.ControlSettings;
import io.pie4j.control.Controller;
import io.pie4j.control.ControllerStatus;
import io.pie4j.inference.Driver;
import io.pie4j.inference.DummyDriver;
import io.pie4j.inference.DummySettings;
import io.pie4j.model.LanguageModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** An engine on the embedded model's vocabulary. */
final class TestEngine implements AutoCloseable {
  static final Path ROOT = Path.of(System.getProperty("pie4j.root", "../.."));

  private final LanguageModel model = LanguageModel.open(ROOT.resolve("models/demo/pie-demo"));
  private final Controller controller;
  private final WasmEngine wasm;
  private final ServedModel served;
  private final Lifecycle lifecycle;
  private final LifecycleSettings settings;

  private TestEngine(
      LifecycleSettings settings,
      Policy policy,
      WasmEngine wasm,
      Function<LanguageModel, ServedModel> serving) {
    this.settings = settings;
    this.wasm = wasm;
    served = serving.apply(model);
    controller = served.controller();
    lifecycle = new Lifecycle(settings, List.of(served), policy);
  }

  private static Function<LanguageModel, ServedModel> on(Function<LanguageModel, Driver> driver) {
    return model ->
        ServedModel.of(
            "demo", model, Controller.start(driver.apply(model), ControlSettings.defaults()));
  }

  static TestEngine withoutArithmetic(LifecycleSettings settings, Path codeCache) {
    return withoutArithmetic(settings, Policy.standard(), codeCache);
  }

  static TestEngine withoutArithmetic(LifecycleSettings settings, Policy policy, Path codeCache) {
    return new TestEngine(
        settings,
        policy,
        new WasmEngine(CodeCache.in(codeCache, 1 << 28)),
        on(model ->
            new DummyDriver(
                new DummySettings(
                    16,
                    4096,
                    4096,
                    model.config().vocabSize(),
                    4096,
                    512,
                    512,
                    Optional.empty()))));
  }

  static TestEngine withArithmetic(Path codeCache, Function<LanguageModel, Driver> driver) {
    return new TestEngine(
        LifecycleSettings.standard(),
        Policy.standard(),
        new WasmEngine(CodeCache.in(codeCache, 1 << 28)),
        on(driver));
  }

  static TestEngine with(
      Path codeCache, Policy policy, Function<LanguageModel, ServedModel> serving) {
    return new TestEngine(
        LifecycleSettings.standard(),
        policy,
        new WasmEngine(CodeCache.in(codeCache, 1 << 28)),
        serving);
  }

  LanguageModel model() {
    return model;
  }

  ServedModel served() {
    return served;
  }

  Lifecycle lifecycle() {
    return lifecycle;
  }

  WasmProgram testProgram(String name) {
    return program(ROOT.resolve("inferlets/testing/target").resolve(name + ".wasm"));
  }

  WasmProgram program(Path file) {
    String name = file.getFileName().toString().replace(".wasm", "");
    return WasmProgram.load(wasm, ProgramName.parse(name), WasmModule.read(file), settings);
  }

  /** A module or a component. */
  WasmProgram binary(Path file) {
    String name = file.getFileName().toString().replace(".wasm", "");
    ProgramBinary binary = ProgramBinary.read(file);
    return WasmProgram.load(wasm, ProgramName.parse(name), Manifest.of(binary), binary, settings);
  }

  Instance launch(Program program, Audience audience, String... arguments) {
    return launch(program, settings.limits(), audience, arguments);
  }

  Instance launchAs(User user, Program program, Audience audience, String... arguments) {
    return lifecycle.launch(
        new LaunchRequest(program, List.of(arguments), user, settings.limits(), audience));
  }

  Instance launch(Program program, Limits limits, Audience audience, String... arguments) {
    return lifecycle.launch(
        new LaunchRequest(program, List.of(arguments), "tester", limits, audience));
  }

  /** The controller's counters once nothing is in flight any more. */
  ControllerStatus settled() {
    return settled(0);
  }

  /** The controller's counters once so many programs are left and hold nothing. */
  ControllerStatus settled(int programs) {
    ControllerStatus status = controller.snapshot();
    long deadline = System.nanoTime() + 10_000_000_000L;
    while ((status.programs() > programs || status.pagesUsed() > 0 || status.embedsUsed() > 0)
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
    wasm.close();
    model.close();
  }
}

package io.pie4j.bench;

import io.pie4j.application.Lifecycle;
import io.pie4j.application.LifecycleSettings;
import io.pie4j.application.Manifest;
import io.pie4j.application.ProgramBinary;
import io.pie4j.application.ProgramName;
import io.pie4j.application.ServedModel;
import io.pie4j.application.WasmProgram;
import io.pie4j.component.CodeCache;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.WasmModule;
import io.pie4j.control.ControlSettings;
import io.pie4j.control.Controller;
import io.pie4j.inference.Driver;
import io.pie4j.inference.DummyDriver;
import io.pie4j.inference.DummySettings;
import io.pie4j.model.LanguageModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** An engine on the embedded model, for measuring. */
final class Bench implements AutoCloseable {
  private final LanguageModel model;
  private final Controller controller;
  private final WasmEngine wasm;
  private final Lifecycle lifecycle;
  private final LifecycleSettings settings;
  private boolean owned;

  /** On the dummy driver, with a code cache of its own. */
  static Bench dummy(Path root) throws IOException {
    return dummy(root, LifecycleSettings.standard());
  }

  static Bench dummy(Path root, LifecycleSettings settings) throws IOException {
    return new Bench(root, Files.createTempDirectory("pie-bench"), settings, Bench::dummy);
  }

  /** A driver that computes nothing and takes no time. */
  static Driver dummy(LanguageModel model) {
    return new DummyDriver(DummySettings.withVocabulary(model.config().vocabSize()));
  }

  Bench(Path root, Path cache, LifecycleSettings settings, Function<LanguageModel, Driver> driver) {
    this(root, cache, settings, ControlSettings.defaults(), driver);
  }

  Bench(
      Path root,
      Path cache,
      LifecycleSettings settings,
      ControlSettings control,
      Function<LanguageModel, Driver> driver) {
    this(
        LanguageModel.open(root.resolve("models/demo/pie-demo")), cache, settings, control, driver);
  }

  private Bench(
      LanguageModel model,
      Path cache,
      LifecycleSettings settings,
      ControlSettings control,
      Function<LanguageModel, Driver> driver) {
    this(model, cache, settings, control, driver.apply(model));
    owned = true;
  }

  /** On another model, which stays open. */
  Bench(
      LanguageModel model,
      Path cache,
      LifecycleSettings settings,
      ControlSettings control,
      Driver driver) {
    this.settings = settings;
    this.model = model;
    controller = Controller.start(driver, control);
    wasm = new WasmEngine(CodeCache.in(cache, 1L << 30));
    lifecycle = new Lifecycle(settings, List.of(ServedModel.of(model.name(), model, controller)));
  }

  Lifecycle lifecycle() {
    return lifecycle;
  }

  LifecycleSettings settings() {
    return settings;
  }

  WasmProgram load(String name, Path file) {
    return load(name, WasmModule.read(file));
  }

  WasmProgram load(String name, WasmModule module) {
    return WasmProgram.load(wasm, ProgramName.parse(name), module, settings);
  }

  /** A program from a file, a core module or a component. */
  WasmProgram loadProgram(String name, Path file) {
    ProgramBinary binary = ProgramBinary.read(file);
    return WasmProgram.load(
        wasm, ProgramName.parse(name), Manifest.of(binary, file), binary, settings);
  }

  @Override
  public void close() {
    lifecycle.close();
    controller.close();
    wasm.close();
    if (owned) {
      model.close();
    }
  }
}

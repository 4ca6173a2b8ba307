package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.api.Api;
import io.pie4j.control.ControlSettings;
import io.pie4j.control.Controller;
import io.pie4j.inference.cpu.CpuDriver;
import io.pie4j.inference.cpu.CpuSettings;
import io.pie4j.model.LanguageModel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** An engine on one of the tiny random models, for programs in the JVM. */
final class TinyEngine implements AutoCloseable {
  private static final Path MODELS =
      TestEngine.ROOT.resolve("engine/model/src/test/resources/models");

  private final LanguageModel model;
  private final TestEngine engine;

  TinyEngine(String name, int pageSize, Path codeCache) {
    model = LanguageModel.open(MODELS.resolve(name).resolve("hf"));
    CpuSettings settings =
        CpuSettings.defaults().withPageSize(pageSize).withKvBytes(64 << 20).withThreads(2);
    engine =
        TestEngine.with(
            codeCache,
            Policy.standard(),
            demo ->
                ServedModel.of(
                    name,
                    model,
                    Controller.start(CpuDriver.open(model, settings), ControlSettings.defaults())));
  }

  LanguageModel model() {
    return model;
  }

  /** What a program computes; it must give everything back, and may fail. */
  <T> T ask(Function<Api, T> body) {
    AtomicReference<T> result = new AtomicReference<>();
    TrustedProgram program =
        new TrustedProgram(ProgramName.parse("test"), api -> result.set(body.apply(api)));
    Outcome outcome = engine.launch(program, Audience.none()).outcome().join();
    assertThat(outcome).as(outcome.message()).isEqualTo(new Outcome.Finished());
    assertThat(engine.settled().pagesUsed()).isZero();
    return Objects.requireNonNull(result.get());
  }

  @Override
  public void close() {
    engine.close();
    model.close();
  }
}

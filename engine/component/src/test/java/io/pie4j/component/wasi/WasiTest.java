package io.pie4j.component.wasi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.component.End;
import io.pie4j.component.InstanceEnded;
import io.pie4j.component.Limits;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.model.Case;
import io.pie4j.component.model.CompiledComponent;
import io.pie4j.component.model.Component;
import io.pie4j.component.model.ComponentInstance;
import io.pie4j.component.model.Linker;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class WasiTest {
  private static final Linker LINKER = new Linker();
  private static CompiledComponent program;

  @BeforeAll
  static void compile() throws IOException {
    Wasi.offer(LINKER);
    byte[] bytes = Files.readAllBytes(Path.of("src/test/components/wasi.wasm"));
    program = Component.parse("wasi", bytes).compile(new WasmEngine());
  }

  @AfterAll
  static void close() {
    program.close();
  }

  private static ComponentInstance instance(Wasi wasi) {
    return LINKER.instantiate(program, Limits.standard(), List.of(wasi));
  }

  @Test
  void copiesItsInputToItsOutput() {
    byte[] text = "twelve bytes and more".getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Wasi wasi =
            Wasi.builder()
                .stdin(Source.of(new ByteArrayInputStream(text)))
                .stdout(Sink.of(out))
                .build();
        ComponentInstance instance = instance(wasi)) {
      assertThat(instance.call("", "copy")).isEqualTo(true);
    }
    assertThat(out.toByteArray()).isEqualTo(text);
  }

  @Test
  void eachInstanceHasItsOwnStreams() {
    ByteArrayOutputStream one = new ByteArrayOutputStream();
    ByteArrayOutputStream other = new ByteArrayOutputStream();
    try (Wasi first = of("1", one);
        Wasi second = of("22", other);
        ComponentInstance a = instance(first);
        ComponentInstance b = instance(second)) {
      assertThat(b.call("", "copy")).isEqualTo(true);
      assertThat(a.call("", "copy")).isEqualTo(true);
    }
    assertThat(one.toString(StandardCharsets.UTF_8)).isEqualTo("1");
    assertThat(other.toString(StandardCharsets.UTF_8)).isEqualTo("22");
  }

  private static Wasi of(String text, ByteArrayOutputStream out) {
    return Wasi.builder()
        .stdin(Source.of(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))))
        .stdout(Sink.of(out))
        .build();
  }

  @Test
  void failureOfAnOutputIsTheProgramsToKnow() {
    try (Wasi wasi =
            Wasi.builder()
                .stdin(Source.of(new ByteArrayInputStream(new byte[9])))
                .stdout(bytes -> {
                  throw new IOException("full");
                })
                .build();
        ComponentInstance instance = instance(wasi)) {
      assertThat(instance.call("", "copy")).isNotNull();
      assertThat(instance.end()).isEmpty();
    }
  }

  @Test
  void exitIsAnEndOfItsOwn() {
    endsWith(Case.ok(null), 0);
    endsWith(Case.error(null), 1);
  }

  private static void endsWith(Case status, int code) {
    try (Wasi wasi = Wasi.builder().build();
        ComponentInstance instance = instance(wasi)) {
      assertThatThrownBy(() -> instance.call("", "leave", status))
          .isInstanceOfSatisfying(
              InstanceEnded.class,
              ended -> assertThat(ended.end()).isEqualTo(new End.Exited(code)));
      assertThat(instance.end()).contains(new End.Exited(code));
    }
  }

  @Test
  void aSleepEndsWithTheProgramAndIsNotItsTime() throws Exception {
    try (Wasi wasi = Wasi.builder().build();
        ComponentInstance instance = instance(wasi)) {
      assertThat(instance.call("", "sleep", 1_000L)).isNull();
      CompletableFuture<Throwable> ended = new CompletableFuture<>();
      Thread sleeper =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  instance.call("", "sleep", Long.MAX_VALUE);
                } catch (InstanceEnded stopped) {
                  ended.complete(stopped);
                }
              });
      while (sleeper.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      instance.stop("enough");
      assertThat(ended.get()).hasMessageContaining("enough");
    }
  }

  @Test
  void waitingForInputEndsWithTheProgram() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    Source silent =
        most -> {
          reading.countDown();
          new CountDownLatch(1).await();
          return new byte[0];
        };
    try (Wasi wasi = Wasi.builder().stdin(silent).build();
        ComponentInstance instance = instance(wasi)) {
      CompletableFuture<Throwable> ended = new CompletableFuture<>();
      Thread _ =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  Object _ = instance.call("", "copy");
                } catch (InstanceEnded stopped) {
                  ended.complete(stopped);
                }
              });
      reading.await();
      instance.stop("enough");
      assertThat(ended.get()).hasMessageContaining("enough");
    }
  }

  @Test
  void randomNumbersAreTheHosts() {
    try (Wasi wasi = Wasi.builder().random(new Random(5)).build();
        ComponentInstance instance = instance(wasi)) {
      assertThat(instance.call("", "dice")).isEqualTo(new Random(5).nextLong());
    }
  }

  @Test
  void writesMoreThanPermittedTrap() {
    try (Wasi wasi = Wasi.builder().build();
        ComponentInstance instance = instance(wasi)) {
      assertThatThrownBy(() -> instance.call("", "too-much"))
          .isInstanceOf(InstanceEnded.class)
          .hasMessageContaining("write of 65537 bytes");
    }
  }

  @Test
  void withoutAWasiItDoesNotRun() {
    try (ComponentInstance instance =
        LINKER.instantiate(program, Limits.standard(), Optional.empty())) {
      assertThatThrownBy(() -> instance.call("", "dice"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no Wasi is attached");
    }
  }
}

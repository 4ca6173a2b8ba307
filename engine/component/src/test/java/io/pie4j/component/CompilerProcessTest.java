package io.pie4j.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.component.CompiledModule.Origin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompilerProcessTest {
  private static final CompileSettings ALWAYS = CompileSettings.standard().withProcessBytesMin(0);

  private static WasmModule module(int functions) {
    StringBuilder text = new StringBuilder("(module ");
    for (int i = 0; i < functions; i++) {
      text.append("(func (export \"f").append(i).append("\") (param i32) (result i32) ");
      text.append("(i32.add (local.get 0) (i32.const ").append(i).append(")))");
    }
    return Wat.module(text.append(")").toString());
  }

  @Test
  void aProcessMakesTheSameCodeAndTellsHowFarItIs() {
    WasmModule module = module(1000);
    List<Integer> told = new ArrayList<>();
    try (CompilerProcess process = new CompilerProcess(ALWAYS)) {
      Optional<CompiledCode> code =
          process.compile(
              module,
              (source, functions, of) -> {
                assertThat(source).isEqualTo("test.wasm");
                assertThat(of).isEqualTo(1000);
                told.add(functions);
              });
      assertThat(code).isPresent();
      CompiledCode here = ModuleCompiler.compile(module, CompileListener.silent());
      assertThat(code.get().toBytes()).isEqualTo(here.toBytes());
    }
    assertThat(told).containsExactly(0, 512, 999);
  }

  @Test
  void anEngineRunsWhatAProcessCompiled(@TempDir Path cache) {
    try (WasmEngine engine = new WasmEngine(CodeCache.in(cache, 1 << 30), ALWAYS)) {
      List<Integer> told = new ArrayList<>();
      engine.tellCompiling((_, functions, _) -> told.add(functions));
      CompiledModule compiled = engine.compile(module(3));
      assertThat(compiled.origin()).isEqualTo(Origin.COMPILER);
      try (Instance instance = compiled.instantiate(HostImports.none(), Limits.standard())) {
        assertThat(instance.call("f2", 40)).containsExactly(42L);
      }
      assertThat(told).containsExactly(0, 2, 3);
    }
  }

  @Test
  void whatDoesNotValidateIsRefusedAsByTheEngineItself() {
    // (func (result i32)) without a value
    byte[] bytes = Wat.bytes("(module (func (result i32) (i32.const 1)))");
    bytes[bytes.length - 3] = 0x01;
    bytes[bytes.length - 2] = 0x01;
    WasmModule module = WasmModule.parse("bad.wasm", bytes);
    assertThatThrownBy(() -> ModuleCompiler.compile(module, CompileListener.silent()))
        .isInstanceOf(InvalidModule.class)
        .satisfies(here -> {
          try (CompilerProcess process = new CompilerProcess(ALWAYS)) {
            assertThatThrownBy(() -> process.compile(module, CompileListener.silent()))
                .isInstanceOf(InvalidModule.class)
                .hasMessage(here.getMessage())
                .hasMessageStartingWith("bad.wasm: ");
          }
        });
  }

  @Test
  void whatTakesTooLongIsRefused() {
    WasmModule module = module(1000);
    CompileSettings brief = ALWAYS.withProcessTime(Duration.ofMillis(1));
    try (CompilerProcess process = new CompilerProcess(brief)) {
      assertThatThrownBy(() -> process.compile(module, CompileListener.silent()))
          .isInstanceOf(InvalidModule.class)
          .hasMessage("test.wasm: cannot be compiled: it takes longer than 1 ms (processTime)");
    }
  }

  @Test
  void aClosedEngineCompilesNothing() {
    CompilerProcess process = new CompilerProcess(ALWAYS);
    process.close();
    assertThatThrownBy(() -> process.compile(module(1), CompileListener.silent()))
        .isInstanceOf(InvalidModule.class)
        .hasMessageContaining("the engine is closed");
  }
}

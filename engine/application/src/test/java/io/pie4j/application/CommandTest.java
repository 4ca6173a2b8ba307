package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dylibso.chicory.wabt.Wat2Wasm;
import io.pie4j.component.WasmEngine;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Core modules of WASI preview 1, as compilers of C and Go make them. */
@Timeout(60)
final class CommandTest {
  private static final String WASI =
      """
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
        (memory (export "memory") 1)
      """;

  /** Prints its arguments, each with the zero behind it, and exits with their number. */
  private static final String ARGUMENTS =
      "(module"
          + WASI
          + """
          (func (export "_start")
            (drop (call $sizes (i32.const 0) (i32.const 20)))
            (drop (call $args (i32.const 128) (i32.const 256)))
            (i32.store (i32.const 16) (i32.const 256))
            (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 8)))
            (if (i32.gt_u (i32.load (i32.const 0)) (i32.const 1))
              (then (call $exit (i32.sub (i32.load (i32.const 0)) (i32.const 1)))))))
          """;

  /** A library: what it sets up must be there when it runs. */
  private static final String LIBRARY =
      "(module"
          + WASI
          + """
          (data (i32.const 64) "not ready")
          (func (export "_initialize") (i32.store8 (i32.const 48) (i32.const 0)))
          (func (export "run") (result i32)
            (i32.store (i32.const 52) (i32.const 64))
            (i32.store (i32.const 56) (i32.const 9))
            (i32.const 48))
          (data (i32.const 48) "\\01"))
          """;

  private static final WasmEngine WASM = new WasmEngine();
  private static final Lifecycle LIFECYCLE = new Lifecycle(LifecycleSettings.standard(), List.of());

  @AfterAll
  static void stop() {
    LIFECYCLE.close();
    WASM.close();
  }

  private static WasmProgram program(String text) {
    ProgramBinary binary = ProgramBinary.parse("command", Wat2Wasm.parse(text));
    return WasmProgram.load(
        WASM, ProgramName.parse("command"), Manifest.none(), binary, LifecycleSettings.standard());
  }

  private static Outcome run(WasmProgram program, Transcript transcript, String... arguments) {
    return LIFECYCLE
        .launch(
            new LaunchRequest(
                program,
                List.of(arguments),
                "tester",
                LifecycleSettings.standard().limits(),
                transcript))
        .outcome()
        .join();
  }

  @Test
  void aCommandPrintsAndExits() {
    try (WasmProgram program = program(ARGUMENTS)) {
      Transcript alone = new Transcript();
      assertThat(run(program, alone)).isInstanceOf(Outcome.Finished.class);
      assertThat(alone.printed()).isEqualTo("command\0");

      Transcript two = new Transcript();
      assertThat(run(program, two, "a", "ä")).isEqualTo(new Outcome.Failed("exited with code 2"));
      assertThat(two.printed()).isEqualTo("command\0a\0ä\0");
    }
  }

  @Test
  void aLibraryIsInitializedBeforeItRuns() {
    try (WasmProgram program = program(LIBRARY)) {
      assertThat(run(program, new Transcript())).isInstanceOf(Outcome.Finished.class);
    }
    try (WasmProgram program = program(LIBRARY.replace("_initialize", "other"))) {
      assertThat(run(program, new Transcript())).isEqualTo(new Outcome.Failed("not ready"));
    }
  }

  @Test
  void whatHasNoEntryIsNoProgram() {
    assertThatThrownBy(() -> program("(module" + WASI + ")"))
        .isInstanceOf(LaunchException.class)
        .hasMessageContaining("command: exports no function 'run' (-> i32), so it is no program");
  }
}

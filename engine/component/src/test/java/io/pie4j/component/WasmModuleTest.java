package io.pie4j.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WasmModuleTest {
  private static final String SMALL =
      """
      (module
        (type $pair (func (param i32 i32) (result i32)))
        (import "env" "log" (func $log (param i32 i64)))
        (import "env" "base" (global i32))
        (table 4 funcref)
        (memory (export "memory") 2 10)
        (global $g (mut i64) (i64.const 3))
        (elem (i32.const 1) $add)
        (data (i32.const 16) "hello")
        (func $add (export "add") (type $pair) (i32.add (local.get 0) (local.get 1)))
        (func (export "run") (result i32)
          (call $log (i32.const 1) (global.get $g))
          (block $done (loop $again (br_if $done (i32.const 1)) (br $again)))
          (call_indirect (type $pair) (i32.const 1) (i32.const 2) (i32.const 1))))
      """;

  private static void refused(byte[] bytes, String... parts) {
    assertThatThrownBy(() -> WasmModule.parse("a.wasm", bytes))
        .isInstanceOf(InvalidModule.class)
        .hasMessageStartingWith("a.wasm: ")
        .hasMessageContainingAll(parts)
        .message()
        .doesNotContain("\n");
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  @Test
  void listsImportsAndExports() {
    WasmModule module = Wat.module(SMALL);
    assertThat(module.imports())
        .containsExactly(
            new ModuleImport("env", "log", ModuleImport.Kind.FUNCTION, "i32 i64 ->"),
            new ModuleImport("env", "base", ModuleImport.Kind.GLOBAL, "i32"));
    assertThat(module.exports())
        .extracting(ModuleExport::name, ModuleExport::type)
        .contains(
            org.assertj.core.groups.Tuple.tuple("add", "i32 i32 -> i32"),
            org.assertj.core.groups.Tuple.tuple("run", "-> i32"));
    assertThat(module.digest()).hasSize(64).isEqualTo(Wat.module(SMALL).digest());
  }

  @Test
  void refusesWhatIsNoModule() {
    refused(new byte[0], "not a WebAssembly module", "0 bytes");
    refused(hex("0061736d"), "4 bytes, shorter than the 8-byte header");
    refused(
        "#!/bin/sh\necho".getBytes(java.nio.charset.StandardCharsets.UTF_8),
        "starts with 23 21 2f 62");
    refused(hex("0061736d02000000"), "version 2, layer 0", "expected version 1");
    refused(hex("0061736d0d000100"), "components are not supported yet, expected a core module");
    refused(hex("0061736d01000000" + "2a00"), "unknown section 42 at byte 8");
    refused(hex("0061736d01000000" + "0105"), "truncated", "type section at byte 8 has 5 bytes");
    refused(hex("0061736d01000000" + "01"), "truncated in the type section's size");
  }

  @Test
  void refusesWhatItDoesNotRun() {
    // An import of shared memory, one page to two.
    refused(hex("0061736d01000000" + "0209" + "01" + "0165" + "016d" + "02030102"), "threads");
  }

  @Test
  void refusesAFileThatIsNotThere(@TempDir Path directory) throws IOException {
    assertThatThrownBy(() -> WasmModule.read(directory.resolve("none.wasm")))
        .isInstanceOf(InvalidModule.class)
        .hasMessageEndingWith("none.wasm: there is no such file");
    assertThatThrownBy(() -> WasmModule.read(directory)).isInstanceOf(InvalidModule.class);
    Path file = Files.write(directory.resolve("small.wasm"), Wat.bytes(SMALL));
    assertThat(WasmModule.read(file).source()).endsWith("small.wasm");
  }

  @Test
  void refusesEveryTruncation() {
    byte[] whole = Wat.bytes(SMALL);
    try (WasmEngine engine = new WasmEngine()) {
      for (int length = 0; length < whole.length; length++) {
        byte[] part = Arrays.copyOf(whole, length);
        try {
          // A cut between sections can leave a module that is sound.
          engine.compile(WasmModule.parse("a.wasm", part));
        } catch (InvalidModule expected) {
          assertThat(expected.getMessage()).startsWith("a.wasm: ");
        }
      }
    }
  }

  @Test
  void survivesDamagedFiles() {
    byte[] sound = Wat.bytes(SMALL);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    HostImports host =
        HostImports.builder()
            .function("env", "log", "i32 i64 ->", (instance, arguments) -> 0)
            .constant("env", "base", ValueType.I32, 1)
            .build();
    Limits limits =
        Limits.standard()
            .withMemoryBytes(1 << 20)
            .withBurst(java.time.Duration.ofMillis(20))
            .withTableElements(1000);
    try (WasmEngine engine = new WasmEngine()) {
      for (int round = 0; round < 800; round++) {
        byte[] damaged = sound.clone();
        for (int change = random.nextInt(3); change >= 0; change--) {
          damaged[8 + random.nextInt(damaged.length - 8)] = (byte) random.nextInt(256);
        }
        try (Instance instance =
            engine.compile(WasmModule.parse("a.wasm", damaged)).instantiate(host, limits)) {
          instance.call("run");
        } catch (WasmException expected) {
          assertThat(expected.getMessage()).isNotBlank();
        } catch (Throwable other) {
          throw new AssertionError("seed " + seed + ", round " + round, other);
        }
      }
    }
  }

  @Test
  void importsMayBeWithoutNames() {
    String text =
        """
        (module
          (import "" "" (func $f (param i32) (result i32)))
          (import "a" "" (global $g i32))
          (import "a" "b" (global i64))
          (func (export "run") (result i32) (call $f (global.get $g))))
        """;
    HostImports imports =
        HostImports.builder()
            .function("", "", "i32 -> i32", (_, a) -> 2 * a[0])
            .constant("a", "", ValueType.I32, 21)
            .constant("a", "b", ValueType.I64, 0)
            .build();
    WasmModule module = Wat.module(text);
    assertThat(module.imports()).extracting(ModuleImport::name).containsExactly("", "", "b");
    try (WasmEngine engine = new WasmEngine();
        Instance instance = engine.compile(module).instantiate(imports, Limits.standard())) {
      assertThat(instance.call("run")).containsExactly(42);
    }
  }
}

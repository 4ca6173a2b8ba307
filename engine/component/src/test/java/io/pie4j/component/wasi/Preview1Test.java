package io.pie4j.component.wasi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dylibso.chicory.wabt.Wat2Wasm;
import io.pie4j.component.End;
import io.pie4j.component.Instance;
import io.pie4j.component.InstanceEnded;
import io.pie4j.component.Limits;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.WasmModule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class Preview1Test {
  // Every function gives preview 1's number for what went wrong, 0 if nothing.
  private static final String PROGRAM =
      """
      (module
        (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "path_open"
          (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 512) "file.txt../secret/etc/passwd")
        (func (export "exit") (param i32) (call $exit (local.get 0)))
        ;; Up to 8 bytes from standard input to a number's.
        (func (export "copy") (param $to i32) (result i32) (local $problem i32)
          (i32.store (i32.const 0) (i32.const 64))
          (i32.store (i32.const 4) (i32.const 8))
          (local.set $problem (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 4)))
          (if (local.get $problem) (then (return (local.get $problem))))
          (call $write (local.get $to) (i32.const 0) (i32.const 1) (i32.const 8)))
        (func (export "arguments") (result i32)
          (drop (call $sizes (i32.const 0) (i32.const 4)))
          (drop (call $args (i32.const 128) (i32.const 64)))
          (drop (call $environ (i32.const 128) (i32.add (i32.const 64) (i32.load (i32.const 4)))))
          (i32.store (i32.const 0) (i32.const 64))
          (i32.store (i32.const 4) (i32.const 20))
          (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
        (func (export "sleep") (param i64) (result i32)
          (i64.store (i32.const 24) (local.get 0))
          (i32.store (i32.const 16) (i32.const 1))
          (drop (call $poll (i32.const 0) (i32.const 256) (i32.const 1) (i32.const 300)))
          (i32.load (i32.const 300)))
        ;; Opens to write and creates; the number of the file is at 400.
        (func (export "open") (param $address i32) (param $length i32) (result i32)
          (call $open (i32.const 3) (i32.const 1) (local.get $address) (local.get $length)
            (i32.const 1) (i64.const 0x42) (i64.const 0) (i32.const 0) (i32.const 400)))
        (func (export "opened") (result i32) (i32.load (i32.const 400)))
        (func (export "close") (param i32) (result i32) (call $close (local.get 0))))
      """;

  private static final WasmModule MODULE = WasmModule.parse("preview1", Wat2Wasm.parse(PROGRAM));

  @TempDir private Path around;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private Wasi wasi() throws IOException {
    Path granted = Files.createDirectories(around.resolve("granted"));
    Files.writeString(around.resolve("secret"), "secret");
    return Wasi.builder()
        .arguments(List.of("program", "one"))
        .environment(Map.of("KEY", "value"))
        .stdin(Source.of(new ByteArrayInputStream("input".getBytes(StandardCharsets.UTF_8))))
        .stdout(Sink.of(out))
        .directory(Directory.writable(granted, "/"))
        .build();
  }

  private static Instance instance(Wasi wasi) {
    Instance instance =
        new WasmEngine().compile(MODULE).instantiate(Wasi.preview1(), Limits.standard());
    instance.attach(wasi);
    return instance;
  }

  private static long call(Instance instance, String name, long... arguments) {
    return instance.call(name, arguments)[0];
  }

  @Test
  void readsAndWrites() throws IOException {
    try (Wasi wasi = wasi();
        Instance instance = instance(wasi)) {
      assertThat(call(instance, "copy", 1)).isZero();
      assertThat(call(instance, "copy", 9)).isEqualTo(FileError.BAD_DESCRIPTOR.number());
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("input");
  }

  @Test
  void argumentsAndEnvironmentEndWithZeros() throws IOException {
    try (Wasi wasi = wasi();
        Instance instance = instance(wasi)) {
      assertThat(call(instance, "arguments")).isZero();
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("program\0one\0KEY=valu");
  }

  @Test
  void filesAreThoseOfTheGrant() throws IOException {
    try (Wasi wasi = wasi();
        Instance instance = instance(wasi)) {
      assertThat(call(instance, "open", 512, 8)).isZero();
      assertThat(call(instance, "opened")).isEqualTo(4);
      assertThat(call(instance, "copy", 4)).isZero();
      assertThat(call(instance, "close", 4)).isZero();
      assertThat(call(instance, "close", 4)).isEqualTo(FileError.BAD_DESCRIPTOR.number());
      assertThat(call(instance, "open", 520, 9)).isEqualTo(FileError.NOT_PERMITTED.number());
      assertThat(call(instance, "open", 529, 11)).isEqualTo(FileError.NOT_PERMITTED.number());
    }
    assertThat(around.resolve("granted/file.txt")).hasContent("input");
  }

  @Test
  void openFilesAreBounded() throws IOException {
    try (Wasi wasi = wasi();
        Instance instance = instance(wasi)) {
      for (int i = 0; i < Wasi.FILES_MAX; i++) {
        assertThat(call(instance, "open", 512, 8)).isZero();
      }
      assertThat(call(instance, "open", 512, 8)).isEqualTo(FileError.QUOTA.number());
    }
  }

  @Test
  void waitsAndExits() throws IOException {
    try (Wasi wasi = wasi();
        Instance instance = instance(wasi)) {
      assertThat(call(instance, "sleep", 1_000)).isEqualTo(1);
      assertThatThrownBy(() -> instance.call("exit", 7))
          .isInstanceOfSatisfying(
              InstanceEnded.class, ended -> assertThat(ended.end()).isEqualTo(new End.Exited(7)));
    }
  }

  @Test
  void addressesOutsideOfMemoryTrap() throws IOException {
    try (Wasi wasi = wasi();
        Instance instance = instance(wasi)) {
      assertThatThrownBy(() -> call(instance, "open", 65_530, 100))
          .isInstanceOf(InstanceEnded.class)
          .hasMessageContaining("out of bounds of memory");
    }
  }
}

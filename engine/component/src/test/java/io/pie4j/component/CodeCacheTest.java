package io.pie4j.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.component.CompiledModule.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeCacheTest {
  @TempDir Path directory;

  private static String wat(String data, int factor) {
    return "(module (memory 1) (global i32 (i32.const "
        + data.length()
        + ")) (data (i32.const 0) \""
        + data
        + "\") (func (export \"f\") (param i32) (result i32) (i32.mul (local.get 0) (i32.const "
        + factor
        + "))))";
  }

  private CodeCache cache() {
    return CodeCache.in(directory, 1 << 30);
  }

  /** Compiles in an engine of its own, as another process would, and runs the code. */
  private Origin origin(WasmModule module, int factor) {
    try (WasmEngine engine = new WasmEngine(cache())) {
      CompiledModule compiled = engine.compile(module);
      try (Instance instance = compiled.instantiate(HostImports.none(), Limits.standard())) {
        assertThat(instance.call("f", 3)).containsExactly(3L * factor);
      }
      return compiled.origin();
    }
  }

  private Path entry() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".code")).findFirst().orElseThrow();
    }
  }

  @Test
  void theSecondEngineLoadsWhatTheFirstCompiled() {
    WasmModule module = Wat.module(wat("abc", 5));
    assertThat(origin(module, 5)).isEqualTo(Origin.COMPILER);
    assertThat(origin(module, 5)).isEqualTo(Origin.CACHE);
    assertThat(cache().size()).isEqualTo(1);
    assertThat(origin(Wat.module(wat("abc", 7)), 7)).isEqualTo(Origin.COMPILER);
    assertThat(cache().size()).isEqualTo(2);
  }

  @Test
  void modulesThatDifferInDataShareCode() {
    assertThat(origin(Wat.module(wat("abc", 5)), 5)).isEqualTo(Origin.COMPILER);
    assertThat(origin(Wat.module(wat("something else", 5)), 5)).isEqualTo(Origin.CACHE);
    try (WasmEngine engine = new WasmEngine()) {
      CompiledModule first = engine.compile(Wat.module(wat("abc", 5)));
      CompiledModule second = engine.compile(Wat.module(wat("xyz", 5)));
      assertThat(second.origin()).isEqualTo(Origin.MEMORY);
      try (Instance one = first.instantiate(HostImports.none(), Limits.standard());
          Instance two = second.instantiate(HostImports.none(), Limits.standard())) {
        assertThat(one.memory().loadByte(0)).isEqualTo((byte) 'a');
        assertThat(two.memory().loadByte(0)).isEqualTo((byte) 'x');
        assertThat(two.call("f", 2)).containsExactly(10);
      }
    }
  }

  @Test
  void whoComesTogetherCompilesOnce() throws Exception {
    WasmModule module = Wat.module(wat("abc", 5));
    try (WasmEngine engine = new WasmEngine(cache());
        var executor = Executors.newFixedThreadPool(8)) {
      List<Callable<CompiledModule>> compilers =
          Collections.nCopies(8, () -> engine.compile(module));
      List<CompiledModule> compiled = new ArrayList<>();
      for (Future<CompiledModule> result : executor.invokeAll(compilers)) {
        compiled.add(result.get());
      }
      assertThat(compiled).filteredOn(c -> c.origin() == Origin.COMPILER).hasSize(1);
    }
  }

  @Test
  void damagedEntriesAreDroppedAndMadeAgain() throws IOException {
    WasmModule module = Wat.module(wat("abc", 5));
    assertThat(origin(module, 5)).isEqualTo(Origin.COMPILER);
    byte[] whole = Files.readAllBytes(entry());
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 6; round++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
      Files.write(
          entry(),
          round % 2 == 0 ? damaged : java.util.Arrays.copyOf(whole, random.nextInt(whole.length)));
      assertThat(cache().find(WasmEngine.key(module)))
          .as("seed %d, round %d", seed, round)
          .isEmpty();
      assertThat(cache().size()).isZero();
      Files.write(directory.resolve(WasmEngine.key(module) + ".code"), whole);
    }
    Files.write(entry(), new byte[100]);
    assertThat(origin(module, 5)).isEqualTo(Origin.COMPILER);
    assertThat(origin(module, 5)).isEqualTo(Origin.CACHE);
  }

  @Test
  void codeThatDoesNotLoadIsMadeAgain() {
    WasmModule module = Wat.module(wat("abc", 5));
    cache().store(WasmEngine.key(module), new CompiledCode("no.such.Main", Map.of(), Set.of()));
    assertThat(origin(module, 5)).isEqualTo(Origin.COMPILER);
    assertThat(origin(module, 5)).isEqualTo(Origin.CACHE);
  }

  @Test
  void theEntriesUsedLongestAgoGoFirst() throws IOException {
    byte[] bytes = new byte[10_000];
    CompiledCode code = new CompiledCode("m", Map.of("m", bytes), Set.of());
    long entryBytes = code.toBytes().length;
    CodeCache cache = CodeCache.in(directory, 3 * entryBytes);
    Instant now = Instant.now();
    for (int i = 0; i < 3; i++) {
      cache.store("k" + i, code);
      Files.setLastModifiedTime(
          directory.resolve("k" + i + ".code"),
          FileTime.from(now.minus(Duration.ofMinutes(10 - i))));
    }
    assertThat(cache.find("k0")).isPresent();
    cache.store("k3", code);
    assertThat(cache.byteSize()).isEqualTo(3 * entryBytes);
    assertThat(cache.find("k1")).isEmpty();
    assertThat(List.of("k0", "k2", "k3")).allMatch(key -> cache.find(key).isPresent());
    CodeCache.in(directory, entryBytes - 1).store("k4", code);
    assertThat(cache.find("k4")).as("larger than the whole cache").isEmpty();
  }

  @Test
  void whatDeadWritersLeftIsSweptAway() throws IOException {
    Files.createDirectories(directory);
    Path old = Files.write(directory.resolve("code1.part"), new byte[10]);
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    Path recent = Files.write(directory.resolve("code2.part"), new byte[10]);
    cache().store("k", new CompiledCode("m", Map.of(), Set.of()));
    assertThat(old).doesNotExist();
    assertThat(recent).exists();
  }

  @Test
  void anUnusableDirectoryOnlyCostsTime() throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[1]);
    try (WasmEngine engine = new WasmEngine(CodeCache.in(file.resolve("below"), 1 << 20))) {
      assertThat(engine.compile(Wat.module(wat("abc", 5))).origin()).isEqualTo(Origin.COMPILER);
    }
  }

  @Test
  void writersKilledInTheMiddleLeaveWholeEntriesOnly() throws Exception {
    for (int round = 0; round < 3; round++) {
      List<Process> writers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        writers.add(
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx128m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    CacheWriter.class.getName(),
                    directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
      }
      // Both write as fast as they can once the first entry is there.
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (cache().size() < CacheWriter.KEYS && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      for (Process writer : writers) {
        assertThat(writer.isAlive()).isTrue();
        writer.destroyForcibly().waitFor();
      }
      assertThat(cache().size()).isBetween(1, CacheWriter.KEYS);
      for (int i = 0; i < CacheWriter.KEYS; i++) {
        Path file = directory.resolve("k" + i + ".code");
        if (Files.exists(file)) {
          assertThat(CompiledCode.of(Files.readAllBytes(file))).as(file.toString()).isPresent();
        }
      }
    }
  }
}

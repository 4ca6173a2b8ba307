package io.pie4j.bench;

import io.pie4j.component.CodeCache;
import io.pie4j.component.CompiledModule;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.WasmModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * What the cache of compiled code saves: a program compiled anew against the same from disk, each
 * by an engine of its own.
 */
final class CodeCacheBench {
  private static final int ROUNDS = 5;

  private CodeCacheBench() {}

  static void run(Path root) throws IOException {
    Report report = new Report("code-cache");
    WasmModule module = WasmModule.read(root.resolve("inferlets/target/text-completion.wasm"));
    System.out.println("round   compiled ms   from cache ms");
    double[] compiled = new double[ROUNDS];
    double[] cached = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      Path cache = Files.createTempDirectory("pie-bench");
      compiled[i] = load(module, cache, CompiledModule.Origin.COMPILER);
      cached[i] = load(module, cache, CompiledModule.Origin.CACHE);
      System.out.printf(Locale.ROOT, "%5d %13.1f %15.1f%n", i + 1, compiled[i], cached[i]);
    }
    report.put("compiled_ms", Arrays.stream(compiled).boxed().toList());
    report.put("cached_ms", Arrays.stream(cached).boxed().toList());
    report.write(root);
  }

  private static double load(WasmModule module, Path cache, CompiledModule.Origin expected) {
    try (WasmEngine engine = new WasmEngine(CodeCache.in(cache, 1L << 30))) {
      CompiledModule loaded = engine.compile(module);
      if (loaded.origin() != expected) {
        throw new IllegalStateException(
            "the code came from " + loaded.origin() + ", not " + expected);
      }
      return loaded.loadNanos() / 1e6;
    }
  }
}

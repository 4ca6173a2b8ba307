package io.pie4j.component;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** A process that writes cache entries until it is killed. */
final class CacheWriter {
  static final int KEYS = 4;

  private CacheWriter() {}

  public static void main(String[] arguments) {
    CodeCache cache = CodeCache.in(Path.of(arguments[0]), 1 << 30);
    CompiledCode code = new CompiledCode("m", Map.of("m", new byte[3_000_000]), Set.of());
    for (int i = 0; ; i++) {
      cache.store("k" + i % KEYS, code);
    }
  }
}

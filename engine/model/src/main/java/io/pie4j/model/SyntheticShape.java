package io.pie4j.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Shapes of well-known models, as their configurations publish them. */
public enum SyntheticShape {
  LLAMA_3_2_1B("llama-3.2-1b"),
  LLAMA_3_2_3B("llama-3.2-3b"),
  QWEN2_5_0_5B("qwen2.5-0.5b"),
  QWEN3_0_6B("qwen3-0.6b");

  private record Heads(int queries, int keysAndValues, int size) {}

  private final String label;

  SyntheticShape(String label) {
    this.label = label;
  }

  /** The name that people use. */
  public String label() {
    return label;
  }

  /** The shape; every layer is counted. */
  public ModelConfig config() {
    return switch (this) {
      case LLAMA_3_2_1B -> llama(2048, 16, 32, 64);
      case LLAMA_3_2_3B -> llama(3072, 28, 24, 128);
      case QWEN2_5_0_5B -> qwen(Family.QWEN2, 896, 24, new Heads(14, 2, 64), 4864, 32_768);
      case QWEN3_0_6B -> qwen(Family.QWEN3, 1024, 28, new Heads(16, 8, 128), 3072, 40_960);
    };
  }

  /** The shape of that name. */
  public static Optional<SyntheticShape> of(String label) {
    String lower = label.toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(shape -> shape.label.equals(lower)).findFirst();
  }

  /** All names, for messages. */
  public static String labels() {
    return Arrays.stream(values()).map(SyntheticShape::label).collect(Collectors.joining(", "));
  }

  private static ModelConfig llama(int hidden, int layers, int heads, int headDim) {
    return new ModelConfig(
        Family.LLAMA,
        128_256,
        hidden,
        layers,
        heads,
        8,
        headDim,
        8192,
        131_072,
        1e-5f,
        new Rope(500_000, Rope.Layout.PAIRS, new Rope.Llama3(32, 1, 4, 8192)),
        OptionalInt.empty(),
        true,
        false,
        false);
  }

  private static ModelConfig qwen(
      Family family, int hidden, int layers, Heads heads, int intermediate, int positions) {
    return new ModelConfig(
        family,
        151_936,
        hidden,
        layers,
        heads.queries(),
        heads.keysAndValues(),
        heads.size(),
        intermediate,
        positions,
        1e-6f,
        new Rope(1_000_000, Rope.Layout.HALVES, new Rope.None()),
        OptionalInt.empty(),
        true,
        family == Family.QWEN2,
        family == Family.QWEN3);
  }
}

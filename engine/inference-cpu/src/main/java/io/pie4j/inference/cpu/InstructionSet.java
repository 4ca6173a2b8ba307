package io.pie4j.inference.cpu;

/** What the C kernels are written for. */
public enum InstructionSet {
  AVX2("avx2", "AVX2"),
  /** With VNNI. */
  AVX512("avx512", "AVX-512"),
  /** With dot products. */
  NEON("neon", "NEON"),
  /** With matrix products of bytes as well. */
  I8MM("i8mm", "NEON with i8mm");

  private final String suffix;
  private final String title;

  InstructionSet(String suffix, String title) {
    this.suffix = suffix;
    this.title = title;
  }

  /** How names of its functions end. */
  String suffix() {
    return suffix;
  }

  /** For people. */
  String title() {
    return title;
  }
}

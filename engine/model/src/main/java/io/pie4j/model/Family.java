package io.pie4j.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The model architectures that this engine runs. All are decoders with RMS norms, SwiGLU and RoPE.
 */
public enum Family {
  /** Llama 2 and 3. */
  LLAMA,
  /** Mistral: Llama with an attention window. */
  MISTRAL,
  /** Qwen2 and 2.5: biases on queries, keys and values. */
  QWEN2,
  /** Qwen3: norms on each head's queries and keys, a head size of its own. */
  QWEN3;

  static String supported() {
    return Arrays.stream(values())
        .map(f -> f.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}

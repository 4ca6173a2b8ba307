package io.pie4j.inference.cpu;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which arithmetic a {@link CpuDriver} uses. */
public enum KernelTier {
  /** The fastest that this machine and this JVM allow. */
  FASTEST,
  /** The C kernels, with the best instruction set of this processor. */
  NATIVE,
  /** The C kernels for AVX2, also where there is AVX-512. */
  AVX2,
  /** The C kernels for NEON with dot products, also where there is i8mm. */
  DOTPROD,
  /** The JDK's Vector API. */
  VECTOR,
  /** Plain Java: slow, and what the others are measured against. */
  SCALAR;

  /** The system property that names a tier for {@link CpuSettings#defaults}. */
  public static final String PROPERTY = "pie.kernels";

  /**
   * The tier that the system property {@value #PROPERTY} names, or the fastest.
   *
   * @throws IllegalArgumentException if there is no such tier
   */
  static KernelTier fromProperty() {
    String name = System.getProperty(PROPERTY, FASTEST.name());
    for (KernelTier tier : values()) {
      if (tier.name().equalsIgnoreCase(name)) {
        return tier;
      }
    }
    throw new IllegalArgumentException(
        "system property %s must be one of %s, is '%s'"
            .formatted(
                PROPERTY,
                Arrays.stream(values())
                    .map(tier -> tier.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", ")),
                name.toLowerCase(Locale.ROOT)));
  }
}

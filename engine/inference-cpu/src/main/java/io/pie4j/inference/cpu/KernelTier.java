package io.pie4j.inference.cpu;

import java.util.Locale;

/** Which arithmetic a {@link CpuDriver} uses. */
public enum KernelTier {
  /** The fastest that this machine and this JVM allow. */
  FASTEST,
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
        "system property %s must be fastest, vector or scalar, is '%s'"
            .formatted(PROPERTY, name.toLowerCase(Locale.ROOT)));
  }
}

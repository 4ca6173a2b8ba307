package io.pie4j.inference.cpu;

import java.util.Locale;
import jdk.incubator.vector.FloatVector;

/**
 * Which kernels are used, and why.
 *
 * @param reason one sentence for people
 */
public record KernelChoice(KernelTier tier, String reason) {

  /** What {@code tier} means on this machine. */
  public static KernelChoice of(KernelTier tier) {
    return switch (tier) {
      case SCALAR ->
          new KernelChoice(KernelTier.SCALAR, "Scalar kernels, because they were asked for.");
      case VECTOR -> vector("because they were asked for");
      case FASTEST -> fastest();
    };
  }

  private static KernelChoice fastest() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return new KernelChoice(
          KernelTier.SCALAR,
          "Scalar kernels, because the JVM runs without --add-modules=jdk.incubator.vector.");
    }
    return vector("the fastest on " + System.getProperty("os.arch").toLowerCase(Locale.ROOT));
  }

  private static KernelChoice vector(String why) {
    return new KernelChoice(
        KernelTier.VECTOR,
        "Vector API kernels with %d-bit vectors, %s."
            .formatted(FloatVector.SPECIES_PREFERRED.vectorBitSize(), why));
  }

  Kernels kernels() {
    return tier == KernelTier.SCALAR ? new ScalarKernels() : new VectorKernels();
  }
}

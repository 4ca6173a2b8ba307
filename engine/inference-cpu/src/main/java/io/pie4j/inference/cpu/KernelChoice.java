package io.pie4j.inference.cpu;

import java.util.Locale;
import jdk.incubator.vector.FloatVector;

/**
 * Which kernels are used, and why.
 *
 * @param tier {@code FASTEST} if it starts with scalar kernels and goes over to vector kernels
 * @param reason one sentence for people
 */
public record KernelChoice(KernelTier tier, String reason) {

  /** What {@code tier} means on this machine. */
  public static KernelChoice of(KernelTier tier) {
    return switch (tier) {
      case SCALAR ->
          new KernelChoice(KernelTier.SCALAR, "Scalar kernels, because they were asked for.");
      case VECTOR -> vector(KernelTier.VECTOR, "because they were asked for");
      case FASTEST -> fastest();
    };
  }

  private static KernelChoice fastest() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return new KernelChoice(
          KernelTier.SCALAR,
          "Scalar kernels, because the JVM runs without --add-modules=jdk.incubator.vector.");
    }
    return vector(
        KernelTier.FASTEST,
        "the fastest on %s, scalar ones until those are compiled"
            .formatted(System.getProperty("os.arch").toLowerCase(Locale.ROOT)));
  }

  private static KernelChoice vector(KernelTier tier, String why) {
    return new KernelChoice(
        tier,
        "Vector API kernels with %d-bit vectors, %s."
            .formatted(FloatVector.SPECIES_PREFERRED.vectorBitSize(), why));
  }

  Kernels kernels() {
    return switch (tier) {
      case SCALAR -> new ScalarKernels();
      case VECTOR -> new VectorKernels();
      case FASTEST -> new WarmingKernels(new ScalarKernels(), new VectorKernels());
    };
  }
}

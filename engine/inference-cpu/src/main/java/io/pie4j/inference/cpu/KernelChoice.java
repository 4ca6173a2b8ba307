package io.pie4j.inference.cpu;

import io.pie4j.inference.DriverException;
import java.util.Locale;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;

/**
 * Which kernels are used, and why.
 *
 * @param tier {@code FASTEST} if it starts with scalar kernels and goes over to vector kernels
 * @param set the C kernels' instruction set, if those are used
 * @param reason one sentence for people
 */
public record KernelChoice(KernelTier tier, Optional<InstructionSet> set, String reason) {

  /**
   * What {@code tier} means on this machine.
   *
   * @throws DriverException if it needs C kernels that are not there
   */
  public static KernelChoice of(KernelTier tier) {
    return switch (tier) {
      case SCALAR -> scalar("because they were asked for");
      case VECTOR -> vector(KernelTier.VECTOR, "because they were asked for");
      case NATIVE ->
          compiled(
              NativeLibrary.get().best().orElseThrow(() -> missing(NativeLibrary.get().problem())),
              "because they were asked for");
      case AVX2 -> asked(InstructionSet.AVX2);
      case DOTPROD -> asked(InstructionSet.NEON);
      case FASTEST -> fastest();
    };
  }

  private static KernelChoice asked(InstructionSet set) {
    if (!NativeLibrary.get().has(set)) {
      throw missing("this processor or this build has none for " + set.title());
    }
    return compiled(set, "because they were asked for");
  }

  private static DriverException missing(String why) {
    return new DriverException("no C kernels: " + why);
  }

  private static KernelChoice fastest() {
    Optional<InstructionSet> set = NativeLibrary.get().best();
    if (set.isPresent()) {
      return compiled(set.get(), "the fastest on this processor");
    }
    String why = "since the C kernels are missing (%s)".formatted(NativeLibrary.get().problem());
    return vectorsAvailable()
        ? vector(
            KernelTier.FASTEST,
            "the next best on %s %s, scalar ones until those are compiled"
                .formatted(System.getProperty("os.arch").toLowerCase(Locale.ROOT), why))
        : scalar("because the JVM runs without --add-modules=jdk.incubator.vector, " + why);
  }

  private static boolean vectorsAvailable() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  private static KernelChoice scalar(String why) {
    return new KernelChoice(KernelTier.SCALAR, Optional.empty(), "Scalar kernels, " + why + ".");
  }

  private static KernelChoice compiled(InstructionSet set, String why) {
    return new KernelChoice(
        KernelTier.NATIVE, Optional.of(set), "C kernels for %s, %s.".formatted(set.title(), why));
  }

  private static KernelChoice vector(KernelTier tier, String why) {
    return new KernelChoice(
        tier,
        Optional.empty(),
        "Vector API kernels with %d-bit vectors, %s."
            .formatted(FloatVector.SPECIES_PREFERRED.vectorBitSize(), why));
  }

  Kernels kernels() {
    return switch (tier) {
      case SCALAR -> new ScalarKernels();
      case VECTOR -> new VectorKernels();
      case NATIVE, AVX2, DOTPROD -> new NativeKernels(NativeLibrary.get(), set.orElseThrow());
      case FASTEST -> inJava();
    };
  }

  private static Kernels inJava() {
    return vectorsAvailable()
        ? new WarmingKernels(new ScalarKernels(), new VectorKernels())
        : new ScalarKernels();
  }
}

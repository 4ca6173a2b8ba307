package io.pie4j.bench;

import io.pie4j.inference.cpu.InstructionSet;
import io.pie4j.inference.cpu.KernelChoice;
import io.pie4j.inference.cpu.KernelTier;
import io.pie4j.model.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What {@code ./pie bench kernels} is asked to measure.
 *
 * @param only kinds of kernels
 * @param inputs of linear layers
 * @param outputs of linear layers, a multiple of 64
 * @param millis of a repeat
 */
record KernelsChoice(
    List<KernelTier> tiers,
    List<String> only,
    List<TensorType> types,
    List<Integer> rows,
    int inputs,
    int outputs,
    int threads,
    int millis,
    int repeats) {
  private static final int WARM_MILLIS = 40;
  private static final List<String> KINDS = List.of("linear", "attention", "row");

  static final String USAGE =
      """
      ./pie bench kernels [options]
        --tiers TIER,…            native, avx2, dotprod, vector, scalar (default: all of this machine but scalar)
        --only KIND,…             linear, attention, row (default: all)
        --types TYPE,…            of weights of linear layers (default: all)
        --rows N,…                of activations (default 1,2,4,8,16,64,256)
        --inputs N, --outputs N   of linear layers, multiples of 256 (default 2048 and 8192)
        --threads N               (default: cores)
        --millis N                of a repeat (default 60)
        --repeats N               (default 5)
      """;

  /** Reads options; throws {@link IllegalArgumentException} in words for people. */
  static KernelsChoice parse(List<String> arguments) {
    Arguments given = new Arguments(new ArrayList<>(arguments));
    KernelsChoice choice =
        new KernelsChoice(
            given.constants("--tiers", KernelTier.values(), fast()),
            given.names("--only", KINDS),
            given.constants("--types", TensorType.values(), List.of(TensorType.values())),
            given.numbers("--rows", "1,2,4,8,16,64,256", 1),
            given.number("--inputs", 2048),
            given.number("--outputs", 8192),
            given.number("--threads", Runtime.getRuntime().availableProcessors()),
            given.number("--millis", 60),
            given.number("--repeats", 5));
    given.requireNone();
    if (choice.inputs % 256 != 0 || choice.outputs % 256 != 0) {
      throw new IllegalArgumentException(
          "--inputs and --outputs must be multiples of 256, are %d and %d"
              .formatted(choice.inputs, choice.outputs));
    }
    return choice;
  }

  /** JMH's, for a method of a class. */
  ChainedOptionsBuilder options(Class<?> bench, String method) {
    return new OptionsBuilder()
        .include(bench.getName().replace(".", "\\.") + "\\." + method + "$")
        .mode(Mode.Throughput)
        .threads(threads)
        .forks(0)
        .warmupIterations(1)
        .warmupTime(TimeValue.milliseconds(WARM_MILLIS))
        .measurementIterations(repeats)
        .measurementTime(TimeValue.milliseconds(millis))
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT);
  }

  /** C kernels with the best instructions, those with the next best, the Vector API. */
  private static List<KernelTier> fast() {
    List<KernelTier> tiers = new ArrayList<>();
    Optional<InstructionSet> best = best();
    if (best.isPresent()) {
      tiers.add(KernelTier.NATIVE);
    }
    if (best.isPresent() && best.get() == InstructionSet.AVX512) {
      tiers.add(KernelTier.AVX2);
    }
    if (best.isPresent() && best.get() == InstructionSet.I8MM) {
      tiers.add(KernelTier.DOTPROD);
    }
    tiers.add(KernelTier.VECTOR);
    return tiers;
  }

  /** This machine's best instruction set with C kernels. */
  static Optional<InstructionSet> best() {
    return KernelChoice.of(KernelTier.FASTEST).set();
  }
}

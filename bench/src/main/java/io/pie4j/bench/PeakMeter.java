package io.pie4j.bench;

import io.pie4j.inference.cpu.KernelChoice;
import io.pie4j.inference.cpu.KernelTier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;

/** Measures again and again what the machine can do: others may have a part of it for a while. */
final class PeakMeter {
  private final KernelsChoice choice;
  private final PeakLoops.Library library;
  private final List<String> sets;
  private final List<List<Peaks>> all = new ArrayList<>();

  /**
   * At most, all threads together, in 10⁹ a second.
   *
   * @param set of instructions; empty for the Vector API
   * @param fma multiply-adds of singles
   * @param dot multiply-adds of bytes, 0 if not measured
   */
  record Peaks(String set, double gigabytes, double fma, double dot) {
    Peaks or(Peaks other) {
      return new Peaks(
          set,
          Math.max(gigabytes, other.gigabytes),
          Math.max(fma, other.fma),
          Math.max(dot, other.dot));
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%-8s %6.1f GB/s read, %6.1f GMAC/s of singles, %6.1f GMAC/s of bytes",
          set,
          gigabytes,
          fma,
          dot);
    }
  }

  PeakMeter(KernelsChoice choice, PeakLoops.Library library) {
    this.choice = choice;
    this.library = library;
    sets =
        library.there()
            ? choice.tiers().stream().map(PeakMeter::set).distinct().toList()
            : List.of("");
  }

  /** What measures. */
  String by() {
    return library.there()
        ? "loops in C"
        : "loops on the Vector API, without products of bytes (%s)".formatted(library.problem());
  }

  /** The instruction set that a tier is measured against: its own, or the machine's best. */
  private static String set(KernelTier tier) {
    return KernelChoice.of(tier)
        .set()
        .or(KernelsChoice::best)
        .map(KernelsBench::name)
        .orElseThrow();
  }

  /** One for each instruction set. */
  List<Peaks> measure() throws RunnerException {
    List<Peaks> measured = new ArrayList<>();
    for (String set : sets) {
      measured.add(
          new Peaks(
              set, most(set, "read", "0", "1024", "4096"), most(set, "fma"), most(set, "dot")));
    }
    all.add(measured);
    return measured;
  }

  private double most(String set, String loop, String... ahead) throws RunnerException {
    ChainedOptionsBuilder options =
        choice
            .options(PeakBench.class, loop)
            .param("library", library.there() ? library.file().toString() : "")
            .param("set", set);
    if (ahead.length > 0) {
      options.param("ahead", ahead);
    }
    double most = 0;
    for (RunResult result : new Runner(options.build()).run()) {
      Rates rates = Rates.of(result);
      most = Math.max(most, Math.max(rates.work(), rates.bytes()));
    }
    return most;
  }

  /** The better one of the last two; memory is read at the same rate by whatever instructions. */
  Peaks around(KernelTier tier) {
    List<Peaks> last =
        all.subList(Math.max(0, all.size() - 2), all.size()).stream()
            .flatMap(List::stream)
            .toList();
    String set = library.there() ? set(tier) : "";
    Stream<Peaks> same = last.stream().filter(peaks -> peaks.set().equals(set));
    Peaks most = same.reduce(Peaks::or).orElseThrow();
    double gigabytes = last.stream().mapToDouble(Peaks::gigabytes).max().orElseThrow();
    return new Peaks(set, gigabytes, most.fma(), most.dot());
  }

  /** All measurements, in order. */
  List<List<Peaks>> all() {
    return all;
  }
}

package io.pie4j.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/** Loops that do as much as a core can: what kernels are measured against. */
@SuppressWarnings("restricted")
interface PeakLoops {
  /** Fused multiply-adds of singles in registers. */
  double fma(long rounds);

  /** Multiply-adds of a round. */
  long fmaMacs();

  /** Products of bytes, summed, in registers. */
  double dot(long rounds);

  /** Multiply-adds of a round; 0 if there is no such loop. */
  long dotMacs();

  /**
   * Reads memory once.
   *
   * @param bytes a multiple of 512
   * @param ahead bytes by which lines are asked for early, or 0
   */
  double read(MemorySegment memory, long at, long bytes, long ahead);

  /** How {@code bench/peers/peaks.c} was compiled, or why not. */
  record Library(Path file, String problem) {
    boolean there() {
      return problem.isEmpty();
    }
  }

  /** Compiles the loops in C, if this machine can run them. */
  static Library build(Path root) throws IOException, InterruptedException {
    if (KernelsChoice.best().isEmpty()) {
      return new Library(root, "the C kernels cannot be used");
    }
    Path folder = Files.createDirectories(root.resolve("bench/target/peer"));
    Path file = folder.resolve(System.mapLibraryName("peaks")).toAbsolutePath();
    Path log = folder.resolve("peaks.log");
    String source = root.resolve("bench/peers/peaks.c").toString();
    List<String> command =
        List.of("cc", "-std=gnu11", "-O3", "-shared", "-fPIC", "-o", file.toString(), source);
    try {
      Process cc =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      return new Library(file, cc.waitFor() == 0 ? "" : "cc failed, see " + log);
    } catch (IOException e) {
      return new Library(file, "there is no cc");
    }
  }

  /**
   * Those in C.
   *
   * @param set the instruction set as functions' names end: avx2, avx512, neon or i8mm
   */
  static PeakLoops compiled(Path library, String set) {
    SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
    return new Compiled(
        function(symbols, "fma", set, FunctionDescriptor.of(JAVA_DOUBLE, JAVA_LONG)),
        function(symbols, "dot", set, FunctionDescriptor.of(JAVA_DOUBLE, JAVA_LONG)),
        function(
            symbols,
            "read",
            set,
            FunctionDescriptor.of(JAVA_DOUBLE, ADDRESS, JAVA_LONG, JAVA_LONG)),
        count(symbols, "fma_macs", set),
        count(symbols, "dot_macs", set));
  }

  private static MethodHandle function(
      SymbolLookup symbols, String name, String set, FunctionDescriptor type) {
    String symbol = "peak_" + name + "_" + set;
    return Linker.nativeLinker().downcallHandle(symbols.find(symbol).orElseThrow(), type);
  }

  private static long count(SymbolLookup symbols, String name, String set) {
    try {
      return (long) function(symbols, name, set, FunctionDescriptor.of(JAVA_LONG)).invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  record Compiled(
      MethodHandle fmaLoop, MethodHandle dotLoop, MethodHandle readLoop, long fmaMacs, long dotMacs)
      implements PeakLoops {

    @Override
    public double fma(long rounds) {
      try {
        return (double) fmaLoop.invokeExact(rounds);
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public double dot(long rounds) {
      try {
        return (double) dotLoop.invokeExact(rounds);
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public double read(MemorySegment memory, long at, long bytes, long ahead) {
      try {
        return (double) readLoop.invokeExact(memory.asSlice(at, bytes), bytes, ahead);
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** On the Vector API, which has no sums of products of bytes. */
  record Vectors() implements PeakLoops {
    private static final int SUMS = 8;

    @Override
    public double fma(long rounds) {
      var species = FloatVector.SPECIES_PREFERRED;
      FloatVector x = FloatVector.broadcast(species, 0.5f);
      FloatVector y = FloatVector.broadcast(species, 0.25f);
      FloatVector a = x;
      FloatVector b = x;
      FloatVector c = x;
      FloatVector d = x;
      FloatVector e = x;
      FloatVector f = x;
      FloatVector g = x;
      FloatVector h = x;
      for (long r = 0; r < rounds; r++) {
        a = a.fma(x, y);
        b = b.fma(x, y);
        c = c.fma(x, y);
        d = d.fma(x, y);
        e = e.fma(x, y);
        f = f.fma(x, y);
        g = g.fma(x, y);
        h = h.fma(x, y);
      }
      return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).lane(0);
    }

    @Override
    public long fmaMacs() {
      return (long) SUMS * FloatVector.SPECIES_PREFERRED.length();
    }

    @Override
    public double dot(long rounds) {
      return 0;
    }

    @Override
    public long dotMacs() {
      return 0;
    }

    @Override
    public double read(MemorySegment memory, long at, long bytes, long ahead) {
      var species = FloatVector.SPECIES_PREFERRED;
      ByteOrder order = ByteOrder.nativeOrder();
      long step = 4L * species.length();
      FloatVector a = FloatVector.zero(species);
      FloatVector b = a;
      FloatVector c = a;
      FloatVector d = a;
      for (long i = at; i < at + bytes; i += 4 * step) {
        a = a.add(FloatVector.fromMemorySegment(species, memory, i, order));
        b = b.add(FloatVector.fromMemorySegment(species, memory, i + step, order));
        c = c.add(FloatVector.fromMemorySegment(species, memory, i + 2 * step, order));
        d = d.add(FloatVector.fromMemorySegment(species, memory, i + 3 * step, order));
      }
      return a.add(b).add(c.add(d)).lane(0);
    }
  }
}

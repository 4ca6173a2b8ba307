package io.pie4j.bench;

import io.pie4j.inference.cpu.KernelMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The loops of {@link PeakLoops} on all threads at once. */
public class PeakBench {
  private static final long ROUNDS = 10_000;
  private static final long READ_BYTES = 1 << 20;

  /** Of each thread: more than any cache. */
  private static final long MEMORY_BYTES = 128L << 20;

  /** A thread's loops. */
  @State(Scope.Thread)
  public static class Loops {
    /** The library's file, or empty for the Vector API. */
    @Param("")
    public String library = "";

    /** An instruction set. */
    @Param("")
    public String set = "";

    private PeakLoops loops = new PeakLoops.Vectors();

    @Setup
    public void open() {
      if (!library.isEmpty()) {
        loops = PeakLoops.compiled(Path.of(library), set);
      }
    }
  }

  /** A thread's memory. */
  @State(Scope.Thread)
  public static class Memory {
    /** See {@link PeakLoops#read}. */
    @Param("0")
    public int ahead;

    private Arena arena = Arena.ofAuto();
    private MemorySegment memory = MemorySegment.NULL;
    private long at;

    @Setup
    public void open() {
      arena = Arena.ofShared();
      memory = KernelMemory.of(MEMORY_BYTES, arena);
      memory.fill((byte) 1);
    }

    @TearDown
    public void close() {
      arena.close();
    }
  }

  @Benchmark
  public double fma(Loops state, Counts counts) {
    counts.add((double) ROUNDS * state.loops.fmaMacs(), 0);
    return state.loops.fma(ROUNDS);
  }

  @Benchmark
  public double dot(Loops state, Counts counts) {
    counts.add((double) ROUNDS * state.loops.dotMacs(), 0);
    return state.loops.dot(ROUNDS);
  }

  @Benchmark
  public double read(Loops state, Memory memory, Counts counts) {
    counts.add(0, READ_BYTES);
    memory.at = (memory.at + READ_BYTES) % MEMORY_BYTES;
    return state.loops.read(memory.memory, memory.at, READ_BYTES, memory.ahead);
  }
}

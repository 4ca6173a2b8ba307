package io.pie4j.bench;

import io.pie4j.inference.cpu.KernelMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.CyclicBarrier;

/**
 * How fast memory can be read at this moment: neighbours of a virtual machine take more or less of
 * it from second to second, and a step that reads every weight once is no faster.
 */
final class Bandwidth implements AutoCloseable {
  /** Of each thread: more than any cache. */
  private static final long BYTES = 128L << 20;

  /** Asking ahead helps on some machines. */
  private static final long[] AHEAD = {0, 4096};

  private final PeakLoops loops;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment[] memories;

  Bandwidth(Path root, int threads) throws IOException, InterruptedException {
    PeakLoops.Library library = PeakLoops.build(root);
    loops =
        library.there()
            ? PeakLoops.compiled(
                library.file(), KernelsChoice.best().map(KernelsBench::name).orElseThrow())
            : new PeakLoops.Vectors();
    memories = new MemorySegment[threads];
    for (int i = 0; i < threads; i++) {
      memories[i] = KernelMemory.of(BYTES, arena);
      memories[i].fill((byte) 1);
    }
  }

  /** The better of some tens of milliseconds, all threads together, in 10⁹ bytes a second. */
  double gigabytesPerSecond() {
    double most = 0;
    for (long ahead : AHEAD) {
      most = Math.max(most, memories.length * BYTES / seconds(ahead) / 1e9);
    }
    return most;
  }

  private double seconds(long ahead) {
    long[] begin = new long[1];
    CyclicBarrier barrier = new CyclicBarrier(memories.length, () -> begin[0] = System.nanoTime());
    Thread[] threads = new Thread[memories.length];
    for (int i = 0; i < threads.length; i++) {
      MemorySegment memory = memories[i];
      threads[i] =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  barrier.await();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
                double _ = loops.read(memory, 0, BYTES, ahead);
              });
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return (System.nanoTime() - begin[0]) / 1e9;
  }

  @Override
  public void close() {
    arena.close();
  }
}

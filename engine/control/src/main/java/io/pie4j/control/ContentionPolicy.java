package io.pie4j.control;

import java.nio.file.Path;
import java.util.Optional;

/** Who gives way when there are fewer free pages or embeds than a program asks for (paper §5.2). */
public sealed interface ContentionPolicy {

  /** As people and configuration files call it. */
  String label();

  /** The paper's: first come, first served. */
  static ContentionPolicy terminateNewest() {
    return new TerminateNewest();
  }

  /** Nobody gives way: who asks gets an error. */
  static ContentionPolicy refuse() {
    return new Refuse();
  }

  /** 1 GiB of host memory, no file. */
  static SuspendAndRestore suspendAndRestore() {
    return new SuspendAndRestore(1L << 30, Optional.empty(), 200, 50, 60_000, 2_000);
  }

  /**
   * Ends the programs that were started last until enough is free. A program never ends an older
   * one; if it is the youngest that holds something, it is ended itself.
   */
  record TerminateNewest() implements ContentionPolicy {
    @Override
    public String label() {
      return "terminate-newest";
    }
  }

  /** The command fails with OUT_OF_MEMORY, and the program decides. */
  record Refuse() implements ContentionPolicy {
    @Override
    public String label() {
      return "refuse";
    }
  }

  /**
   * Moves pages of programs out to memory of the host, then to a file, and back before they are
   * needed: of programs that do not need them first, then of those with the lowest priority, then
   * of those that were started last. When both are full, programs are ended as by {@link
   * TerminateNewest}. Embeds stay: who finds none waits for a while, then the newest are ended.
   *
   * @param memoryBytes host memory for pages; 0 for none
   * @param file where pages go when that is full
   * @param quietMillis a program that has asked for nothing for so long does not need its pages
   * @param graceMillis a program that came back may run for so long before it has to give way
   *     again, and one that had to give way stays away for so long unless there is plenty
   * @param priorityHeadStartMillis a program counts as started so much earlier for each step of its
   *     queues' highest priority
   * @param embedPatienceMillis how long an allocation of embeds waits before programs are ended
   */
  record SuspendAndRestore(
      long memoryBytes,
      Optional<SwapFile> file,
      long quietMillis,
      long graceMillis,
      long priorityHeadStartMillis,
      long embedPatienceMillis)
      implements ContentionPolicy {
    private static final long MILLIS_MAX = 86_400_000;

    public SuspendAndRestore {
      requireRange("memory for pages (bytes)", memoryBytes, Long.MAX_VALUE);
      requireRange("quiet (ms)", quietMillis, MILLIS_MAX);
      requireRange("grace (ms)", graceMillis, MILLIS_MAX);
      requireRange("priority head start (ms)", priorityHeadStartMillis, MILLIS_MAX);
      requireRange("patience for embeds (ms)", embedPatienceMillis, MILLIS_MAX);
    }

    @Override
    public String label() {
      return "suspend-and-restore";
    }

    public SuspendAndRestore withMemoryBytes(long value) {
      return new SuspendAndRestore(
          value, file, quietMillis, graceMillis, priorityHeadStartMillis, embedPatienceMillis);
    }

    /** A file of at most so many bytes in this folder; it is gone when the controller is closed. */
    public SuspendAndRestore withFile(Path folder, long bytes) {
      return new SuspendAndRestore(
          memoryBytes,
          Optional.of(new SwapFile(folder, bytes)),
          quietMillis,
          graceMillis,
          priorityHeadStartMillis,
          embedPatienceMillis);
    }

    public SuspendAndRestore withQuietMillis(long value) {
      return new SuspendAndRestore(
          memoryBytes, file, value, graceMillis, priorityHeadStartMillis, embedPatienceMillis);
    }

    public SuspendAndRestore withGraceMillis(long value) {
      return new SuspendAndRestore(
          memoryBytes, file, quietMillis, value, priorityHeadStartMillis, embedPatienceMillis);
    }

    private static void requireRange(String what, long value, long most) {
      if (value < 0 || value > most) {
        throw new IllegalArgumentException(what + " must be 0 to " + most + ", is " + value);
      }
    }
  }

  /**
   * @param folder where the file is made
   * @param bytes at most
   */
  record SwapFile(Path folder, long bytes) {
    public SwapFile {
      if (bytes < 0) {
        throw new IllegalArgumentException("swap file (bytes) must be 0 or more, is " + bytes);
      }
    }
  }
}

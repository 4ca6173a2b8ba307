package io.pie4j.component;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The system calls of Linux that private copies of an image take. */
final class Mmap {
  private static final int PROT_READ_WRITE = 1 | 2;
  private static final int MAP_PRIVATE = 0x02;
  private static final int MAP_FIXED = 0x10;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int MAP_NORESERVE = 0x4000;
  private static final int MADV_DONTNEED = 4;
  private static final int MADV_NOHUGEPAGE = 15;
  private static final int MFD_CLOEXEC = 1;

  private static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final boolean HUGE_PAGES_UNASKED = hugePagesUnasked();
  private static final Optional<Mmap> SYSTEM = find();

  private final MethodHandle mmap;
  private final MethodHandle munmap;
  private final MethodHandle madvise;
  private final MethodHandle memfdCreate;
  private final MethodHandle write;
  private final MethodHandle close;

  @SuppressWarnings("restricted")
  private Mmap(Linker linker) {
    var address = ValueLayout.JAVA_LONG;
    var size = ValueLayout.JAVA_LONG;
    var number = ValueLayout.JAVA_INT;
    var errno = Linker.Option.captureCallState("errno");
    var symbols = linker.defaultLookup();
    mmap =
        linker.downcallHandle(
            symbols.findOrThrow("mmap"),
            FunctionDescriptor.of(
                address, address, size, number, number, number, ValueLayout.JAVA_LONG),
            errno);
    munmap =
        linker.downcallHandle(
            symbols.findOrThrow("munmap"), FunctionDescriptor.of(number, address, size), errno);
    madvise =
        linker.downcallHandle(
            symbols.findOrThrow("madvise"),
            FunctionDescriptor.of(number, address, size, number),
            errno);
    memfdCreate =
        linker.downcallHandle(
            symbols.findOrThrow("memfd_create"),
            FunctionDescriptor.of(number, ValueLayout.ADDRESS, number),
            errno);
    write =
        linker.downcallHandle(
            symbols.findOrThrow("write"),
            FunctionDescriptor.of(size, number, ValueLayout.ADDRESS, size),
            errno);
    close =
        linker.downcallHandle(
            symbols.findOrThrow("close"), FunctionDescriptor.of(number, number), errno);
  }

  /** Empty where the system has not all of the calls: then memory is copied instead. */
  static Optional<Mmap> system() {
    return SYSTEM;
  }

  private static Optional<Mmap> find() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Mmap(Linker.nativeLinker()));
    } catch (java.util.NoSuchElementException | UnsupportedOperationException absent) {
      return Optional.empty();
    }
  }

  private static boolean hugePagesUnasked() {
    try {
      return Files.readString(Path.of("/sys/kernel/mm/transparent_hugepage/enabled"))
          .contains("[always]");
    } catch (IOException none) {
      return false;
    }
  }

  /** A file without a name that holds the bytes; its descriptor. */
  int file(byte[] contents) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      int descriptor =
          (int) memfdCreate.invokeExact(state, arena.allocateFrom("guest"), MFD_CLOEXEC);
      check(descriptor, "memfd_create", state);
      MemorySegment bytes = arena.allocate(Math.max(1, contents.length));
      MemorySegment.copy(contents, 0, bytes, ValueLayout.JAVA_BYTE, 0, contents.length);
      long done = 0;
      while (done < contents.length) {
        long count =
            (long)
                write.invokeExact(state, descriptor, bytes.asSlice(done), contents.length - done);
        if (count < 0) {
          close(descriptor);
        }
        check(count, "write", state);
        done += count;
      }
      return descriptor;
    } catch (IOException | RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError("a downcall throws nothing", impossible);
    }
  }

  void close(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      int _ = (int) close.invokeExact(arena.allocate(CALL_STATE), descriptor);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError("a downcall throws nothing", impossible);
    }
  }

  /**
   * Reserves {@code byteSize} zero bytes, whose first {@code fileBytes} are a private copy of the
   * file's. Pages take memory when they are written. Gives the address.
   */
  long reserve(long byteSize, int descriptor, long fileBytes) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      int flags = MAP_PRIVATE | MAP_NORESERVE;
      long address =
          (long)
              mmap.invokeExact(state, 0L, byteSize, PROT_READ_WRITE, flags | MAP_ANONYMOUS, -1, 0L);
      check(address, "mmap of " + byteSize + " bytes", state);
      if (HUGE_PAGES_UNASKED) {
        // One would make a guest that touches a byte cost two megabytes.
        int _ = (int) madvise.invokeExact(state, address, byteSize, MADV_NOHUGEPAGE);
      }
      if (fileBytes > 0) {
        long copy =
            (long)
                mmap.invokeExact(
                    state, address, fileBytes, PROT_READ_WRITE, flags | MAP_FIXED, descriptor, 0L);
        if (copy < 0) {
          release(address, byteSize);
        }
        check(copy, "mmap of an image of " + fileBytes + " bytes", state);
      }
      return address;
    } catch (IOException | RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError("a downcall throws nothing", impossible);
    }
  }

  /**
   * Undoes every write to a private range, which gives its memory back; false if the system
   * refuses. The range stays reserved.
   */
  boolean drop(long address, long byteSize) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      return (int) madvise.invokeExact(state, address, byteSize, MADV_DONTNEED) == 0;
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError("a downcall throws nothing", impossible);
    }
  }

  void release(long address, long byteSize) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      int result = (int) munmap.invokeExact(state, address, byteSize);
      if (result != 0) {
        throw new IllegalStateException(
            "munmap of " + byteSize + " bytes failed, errno " + (int) ERRNO.get(state, 0L));
      }
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError("a downcall throws nothing", impossible);
    }
  }

  private static void check(long result, String call, MemorySegment state) throws IOException {
    if (result < 0) {
      throw new IOException(call + " failed, errno " + (int) ERRNO.get(state, 0L));
    }
  }
}

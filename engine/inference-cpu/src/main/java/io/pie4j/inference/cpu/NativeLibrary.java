package io.pie4j.inference.cpu;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The C kernels: one shared library for each system, with the code for several instruction sets.
 *
 * <p>Loaded once and for good. It comes from this module's resources, where the build puts it if
 * there is a C compiler.
 */
@SuppressWarnings("restricted")
final class NativeLibrary {
  private static final int AVX2 = 1;
  private static final int AVX512 = 2;
  private static final int NEON = 4;
  private static final int I8MM = 8;

  private static final List<InstructionSet> BEST_FIRST =
      List.of(InstructionSet.AVX512, InstructionSet.AVX2, InstructionSet.I8MM, InstructionSet.NEON);

  private static final NativeLibrary ONLY = new NativeLibrary();

  private final Optional<SymbolLookup> symbols;
  private final int levels;
  private final String problem;

  private NativeLibrary() {
    Optional<SymbolLookup> found = Optional.empty();
    int can = 0;
    String why = "";
    try {
      String resource = "native/%s/%s".formatted(platform(), fileName());
      try (InputStream in = NativeLibrary.class.getResourceAsStream(resource)) {
        if (in == null) {
          why = "this build has none for %s: it found no C compiler".formatted(platform());
        } else {
          SymbolLookup lookup = open(in);
          can = levels(lookup);
          found = Optional.of(lookup);
          why = can == 0 ? "this processor has neither AVX2 nor NEON with dot products" : "";
        }
      }
    } catch (Throwable e) {
      why = "they cannot be loaded: " + e;
    }
    symbols = found;
    levels = can;
    problem = why;
  }

  static NativeLibrary get() {
    return ONLY;
  }

  /** Why no instruction set can be used; empty if one can. */
  String problem() {
    return problem;
  }

  /** The best instruction set that this processor has code for here, or none. */
  Optional<InstructionSet> best() {
    return BEST_FIRST.stream().filter(this::has).findFirst();
  }

  boolean has(InstructionSet set) {
    int bit =
        switch (set) {
          case AVX2 -> AVX2;
          case AVX512 -> AVX512;
          case NEON -> NEON;
          case I8MM -> I8MM;
        };
    return (levels & bit) != 0;
  }

  /**
   * A function that neither blocks nor runs long, so that it may be given arrays of the Java heap.
   */
  MethodHandle function(String name, FunctionDescriptor type) {
    MemorySegment address =
        symbols
            .flatMap(lookup -> lookup.find(name))
            .orElseThrow(() -> new IllegalStateException("the C kernels lack " + name));
    return Linker.nativeLinker().downcallHandle(address, type, Linker.Option.critical(true));
  }

  /** Memory of zeros in huge pages where the system has them; none if it cannot be had so. */
  Optional<MemorySegment> hugePages(long bytes, Arena arena) {
    Optional<MemorySegment> map = symbols.flatMap(lookup -> lookup.find("pie_map"));
    Optional<MemorySegment> unmap = symbols.flatMap(lookup -> lookup.find("pie_unmap"));
    if (map.isEmpty() || unmap.isEmpty() || bytes == 0) {
      return Optional.empty();
    }
    Linker linker = Linker.nativeLinker();
    MethodHandle free =
        linker.downcallHandle(
            unmap.get(), FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    try {
      MemorySegment memory =
          (MemorySegment)
              linker
                  .downcallHandle(
                      map.get(), FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG))
                  .invokeExact(bytes);
      return memory.equals(MemorySegment.NULL)
          ? Optional.empty()
          : Optional.of(memory.reinterpret(bytes, arena, ended -> unmap(free, ended, bytes)));
    } catch (Throwable e) {
      throw new IllegalStateException("memory could not be mapped", e);
    }
  }

  private static void unmap(MethodHandle free, MemorySegment memory, long bytes) {
    try {
      free.invokeExact(memory, bytes);
    } catch (Throwable e) {
      throw new IllegalStateException("memory could not be unmapped", e);
    }
  }

  private static int levels(SymbolLookup lookup) throws Throwable {
    MemorySegment address = lookup.find("pie_levels").orElseThrow();
    return (int)
        Linker.nativeLinker()
            .downcallHandle(address, FunctionDescriptor.of(ValueLayout.JAVA_INT))
            .invokeExact();
  }

  /** A library must be a file to be loaded; where the system allows, it is gone right after. */
  private static SymbolLookup open(InputStream in) throws IOException {
    Path folder = Files.createTempDirectory("pie4j-");
    Path file = folder.resolve(fileName());
    try {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return SymbolLookup.libraryLookup(file, Arena.global());
    } finally {
      try {
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder);
      } catch (IOException e) {
        file.toFile().deleteOnExit();
        folder.toFile().deleteOnExit();
      }
    }
  }

  private static String fileName() {
    return System.mapLibraryName("pie4j-kernels");
  }

  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String system = os.startsWith("mac") ? "macos" : os.startsWith("windows") ? "windows" : "linux";
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return system + "-" + (arch.equals("amd64") ? "x86_64" : arch);
  }
}

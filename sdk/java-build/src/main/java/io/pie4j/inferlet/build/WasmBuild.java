package io.pie4j.inferlet.build;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compiles programs to {@code NAME.wasm} files in one JVM, some at a time, and leaves alone those
 * whose input is what it was: a file {@code NAME.wasm.input} beside each keeps its fingerprint.
 *
 * <pre>
 * WasmBuild OUTPUT CLASSPATH NAME=CLASS…           these programs
 * WasmBuild OUTPUT CLASSPATH FOLDER                a program for each folder in it (see Target),
 *                                                  and none else in OUTPUT; lists them as services
 *                                                  in the class path's first directory
 * </pre>
 */
public final class WasmBuild {
  private static final String SERVICE = "META-INF/services/io.pie4j.api.Program";
  private static final String SUFFIX = ".wasm";

  /** Programs at a time, if there are so many cores and so much heap. */
  private static final int PARALLEL_MAX = 2;

  private static final long HEAP_BYTES_EACH = 700L << 20;

  /** Writes a target's module, whole or not at all. */
  @FunctionalInterface
  interface Compilation {
    void compile(Target target, ClassPath classPath, Path module) throws Exception;
  }

  private final Path output;
  private final ClassPath classPath;
  private final String options;
  private final Compilation compilation;

  private WasmBuild(Path output, ClassPath classPath, String options, Compilation compilation) {
    this.output = output;
    this.classPath = classPath;
    this.options = options;
    this.compilation = compilation;
  }

  /** The build's entry. */
  public static void main(String[] args) throws Exception {
    run(Compiler.OPTIONS, Compiler::compile, args);
  }

  static void run(String options, Compilation compilation, String... args) throws Exception {
    if (args.length < 3) {
      throw new BuildFailure("usage: OUTPUT CLASSPATH (FOLDER | NAME=CLASS...)");
    }
    Path output = Path.of(args[0]);
    List<Path> entries =
        Stream.of(args[1].split(File.pathSeparator, -1))
            .filter(entry -> !entry.isEmpty())
            .map(Path::of)
            .toList();
    Files.createDirectories(output);
    WasmBuild build = new WasmBuild(output, ClassPath.read(entries), options, compilation);
    if (args.length == 3 && !args[2].contains("=")) {
      List<Target> targets = Target.in(Path.of(args[2]));
      build.removeOthers(targets);
      build.compile(targets);
      list(targets, entries.getFirst());
    } else {
      build.compile(Stream.of(args).skip(2).map(Target::parse).toList());
    }
  }

  private void compile(List<Target> targets) throws Exception {
    List<Target> changed = new ArrayList<>();
    Map<String, Target> named = new HashMap<>();
    for (Target target : targets) {
      Target twin = named.putIfAbsent(target.name(), target);
      if (twin != null) {
        throw new BuildFailure(
            "%s: two programs of this name, %s and %s; name one of them otherwise"
                .formatted(target.name(), twin.mainClass(), target.mainClass()));
      }
      if (!classPath.has(target.mainClass())) {
        throw new BuildFailure(
            "%s: there is no class %s; is its folder listed in the POM's sources?"
                .formatted(target.name(), target.mainClass()));
      }
      copyManifest(target);
      if (!isCurrent(target)) {
        changed.add(target);
      }
    }
    long heap = Runtime.getRuntime().maxMemory() / HEAP_BYTES_EACH;
    long threads =
        Math.min(Math.min(Runtime.getRuntime().availableProcessors(), PARALLEL_MAX), heap);
    List<String> failures = new ArrayList<>();
    try (ExecutorService workers = Executors.newFixedThreadPool((int) Math.max(1, threads))) {
      List<Future<?>> jobs = new ArrayList<>();
      for (Target target : changed) {
        jobs.add(
            workers.submit(() -> {
              compile(target);
              return target;
            }));
      }
      for (Future<?> job : jobs) {
        try {
          job.get();
        } catch (ExecutionException failed) {
          if (!(failed.getCause() instanceof BuildFailure failure)) {
            throw failed;
          }
          failures.add(String.valueOf(failure.getMessage()));
        }
      }
    }
    if (!failures.isEmpty()) {
      throw new BuildFailure(String.join("\n", failures));
    }
  }

  private void compile(Target target) throws Exception {
    long started = System.nanoTime();
    Path module = module(target.name());
    // Should this end halfway, the next build starts over.
    Files.deleteIfExists(input(target.name()));
    Files.deleteIfExists(module);
    compilation.compile(target, classPath, module);
    Files.writeString(input(target.name()), fingerprint(target));
    System.out.printf(
        Locale.ROOT,
        "%s: %d KiB, %.1f s%n",
        module.getFileName(),
        Files.size(module) >> 10,
        (System.nanoTime() - started) / 1e9);
  }

  private boolean isCurrent(Target target) throws IOException {
    Path input = input(target.name());
    return Files.exists(module(target.name()))
        && Files.exists(input)
        && Files.readString(input).equals(fingerprint(target));
  }

  private String fingerprint(Target target) {
    return classPath.fingerprint(target.mainClass(), options);
  }

  private void copyManifest(Target target) throws IOException {
    Path copy = output.resolve(target.name() + ".toml");
    if (target.manifest().isPresent()) {
      Files.copy(target.manifest().get(), copy, StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.deleteIfExists(copy);
    }
  }

  /** A program whose folder is gone is no program any more. */
  private void removeOthers(List<Target> targets) throws IOException {
    Set<String> names = targets.stream().map(Target::name).collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(output)) {
      for (Path file : files.filter(path -> path.toString().endsWith(SUFFIX)).toList()) {
        String fileName = file.getFileName().toString();
        String name = fileName.substring(0, fileName.length() - SUFFIX.length());
        if (!names.contains(name)) {
          Files.delete(file);
          Files.deleteIfExists(input(name));
          Files.deleteIfExists(output.resolve(name + ".toml"));
        }
      }
    }
  }

  private static void list(List<Target> targets, Path classes) throws IOException {
    String text =
        targets.stream().map(target -> target.mainClass() + "\n").collect(Collectors.joining());
    Path file = classes.resolve(SERVICE);
    if (!Optional.of(text)
        .equals(Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty())) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
  }

  private Path module(String name) {
    return output.resolve(name + SUFFIX);
  }

  private Path input(String name) {
    return output.resolve(name + SUFFIX + ".input");
  }
}

package io.pie4j.application;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** The installed programs, and those that could be. Any thread may use it. */
final class Shelf implements AutoCloseable {
  private final Map<String, Program> installed = new ConcurrentSkipListMap<>();
  private final ExecutorService fetcher =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("pie-installer").factory());
  private volatile Function<String, Optional<? extends Program>> source = name -> Optional.empty();

  void put(Program program) {
    installed.put(program.name().toString(), program);
  }

  Collection<Program> all() {
    return List.copyOf(installed.values());
  }

  Optional<Program> find(String name) {
    Program exact = installed.get(name);
    if (exact != null) {
      return Optional.of(exact);
    }
    return installed.values().stream()
        .filter(program -> program.name().name().equals(name))
        .max(Comparator.comparing(program -> program.name(), ProgramName.BY_VERSION));
  }

  void fetchFrom(Function<String, Optional<? extends Program>> newSource) {
    source = newSource;
  }

  /**
   * An installed program, or one that is found and installed now. Reading and compiling it takes a
   * while and a core: it happens on one thread, whoever and however many ask.
   */
  CompletableFuture<Optional<Program>> fetch(String name) {
    Optional<Program> here = find(name);
    if (here.isPresent()) {
      return CompletableFuture.completedFuture(here);
    }
    if (!isName(name)) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    try {
      return CompletableFuture.supplyAsync(() -> find(name).or(() -> install(name)), fetcher);
    } catch (RejectedExecutionException closed) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
  }

  /** Nothing else gets to the source: it may look among files. */
  private static boolean isName(String text) {
    try {
      return !ProgramName.parse(text).name().isEmpty();
    } catch (LaunchException noName) {
      return false;
    }
  }

  private Optional<Program> install(String name) {
    Optional<? extends Program> found = source.apply(name);
    found.ifPresent(this::put);
    return found.map(program -> program);
  }

  @Override
  public void close() {
    fetcher.shutdownNow();
  }
}

package io.pie4j.application;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The installed programs, and those that could be. Any thread may use it. */
final class Shelf implements AutoCloseable {
  /** Most of them wait for their turn to compile: large programs do so one at a time. */
  private static final int FETCHES_AT_ONCE = 8;

  private static final long IDLE_SECONDS = 5;

  private final Map<String, Program> installed = new ConcurrentSkipListMap<>();

  /** By name without version: the last of those that find programs of that name. */
  private final Map<String, CompletableFuture<Optional<Program>>> underway =
      new ConcurrentHashMap<>();

  private final ExecutorService fetchers = fetchers();
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
   * while and a core: it happens once, however many ask, and no program waits for one of another
   * name unless many are asked for.
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
      String key = ProgramName.parse(name).name();
      CompletableFuture<Optional<Program>> mine =
          underway.compute(key, (_, before) -> behind(before, name));
      CompletableFuture<?> _ = mine.whenComplete((_, _) -> underway.remove(key, mine));
      return mine;
    } catch (RejectedExecutionException closed) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
  }

  private CompletableFuture<Optional<Program>> behind(
      @Nullable CompletableFuture<Optional<Program>> before, String name) {
    CompletableFuture<?> turn =
        before == null ? CompletableFuture.completedFuture(Optional.empty()) : before;
    return turn.handleAsync((_, _) -> find(name).or(() -> install(name)), fetchers);
  }

  private static ExecutorService fetchers() {
    ThreadPoolExecutor fetchers =
        new ThreadPoolExecutor(
            FETCHES_AT_ONCE,
            FETCHES_AT_ONCE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("pie-installer-", 0).factory());
    fetchers.allowCoreThreadTimeOut(true);
    return fetchers;
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
    fetchers.shutdownNow();
  }
}

package io.pie4j.component;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.Version;

/**
 * Compiles modules and watches over their instances: the one thing a host makes to run WebAssembly.
 *
 * <p>From bytes to a run: {@link WasmModule#parse}, {@link #compile}, {@link CompiledModule#link},
 * {@link LinkedModule#instantiate}, {@link io.pie4j.component.Instance#call}.
 */
public final class WasmEngine implements AutoCloseable {
  /**
   * Code as it is shared by all modules that have the same functions, and the functions that are
   * interpreted.
   */
  private record Shared(Function<Instance, Machine> machines, Set<Integer> interpreted) {}

  /** Modules whose code waits for the disk; with more, whoever compiles writes. */
  private static final int WAITING_WRITES_MAX = 4;

  private final Optional<CodeCache> cache;
  private final Map<String, WeakReference<Shared>> loaded = new ConcurrentHashMap<>();
  private final Lock compiling = new ReentrantLock();
  private final Lock compilingLarge = new ReentrantLock();
  private final CompilerProcess compilers;
  private volatile CompileListener listener = CompileListener.silent();
  private final Watchdog watchdog = new Watchdog();
  private final GuestHeap.Collections collections = new GuestHeap.Collections();
  private final ScheduledExecutorService background;
  private final ExecutorService writing;

  /** An engine that keeps compiled code in {@code cache}. */
  public WasmEngine(CodeCache cache) {
    this(cache, CompileSettings.standard());
  }

  /** Also within other bounds of compiling. */
  public WasmEngine(CodeCache cache, CompileSettings settings) {
    this(Optional.of(cache), settings);
  }

  /** An engine that compiles every module anew. */
  public WasmEngine() {
    this(Optional.empty(), CompileSettings.standard());
  }

  private WasmEngine(Optional<CodeCache> cache, CompileSettings settings) {
    this.cache = cache;
    this.compilers = new CompilerProcess(settings);
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().daemon().name("wasm-pool").factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    executor.setKeepAliveTime(1, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    background = executor;
    // A thread of its own: whoever compiled need not wait for the disk, nor do pools.
    writing =
        new ThreadPoolExecutor(
            0,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_WRITES_MAX),
            Thread.ofPlatform().daemon().name("wasm-code-cache").factory(),
            new ThreadPoolExecutor.CallerRunsPolicy());
  }

  /** Who is told from now on how far the compiling of modules is. */
  public void tellCompiling(CompileListener newListener) {
    listener = newListener;
  }

  /**
   * Makes a module's functions JVM code: shared with a module in use that has the same ones, else
   * from the cache, else by compiling, one module at a time since that takes much memory, a large
   * one in a process of its own (see {@link CompileSettings}). Throws {@link InvalidModule} if a
   * function body does not validate.
   */
  public CompiledModule compile(WasmModule module) {
    long start = System.nanoTime();
    String key = key(module);
    Found found = find(key).orElseGet(() -> compileUnlessFound(module, key));
    return new CompiledModule(
        this,
        module,
        found.code.machines,
        found.code,
        found.code.interpreted,
        found.origin,
        System.nanoTime() - start);
  }

  private record Found(Shared code, CompiledModule.Origin origin) {}

  private Optional<Found> find(String key) {
    Shared inUse = Optional.ofNullable(loaded.get(key)).map(WeakReference::get).orElse(null);
    if (inUse != null) {
      return Optional.of(new Found(inUse, CompiledModule.Origin.MEMORY));
    }
    Optional<Shared> cached = cache.flatMap(c -> c.find(key)).flatMap(WasmEngine::load);
    cached.ifPresent(code -> share(key, code));
    return cached.map(code -> new Found(code, CompiledModule.Origin.CACHE));
  }

  private Found compileUnlessFound(WasmModule module, String key) {
    // Small ones need not wait for a large one, which takes long.
    Lock turn = compilers.isFor(module) ? compilingLarge : compiling;
    turn.lock();
    try {
      return find(key)
          .orElseGet(() -> {
            CompiledCode code = compileCode(module);
            Shared shared =
                load(code)
                    .orElseThrow(
                        () -> new InvalidModule(module.source(), "its code cannot be loaded"));
            cache.ifPresent(c -> writing.execute(() -> c.store(key, code)));
            share(key, shared);
            return new Found(shared, CompiledModule.Origin.COMPILER);
          });
    } finally {
      turn.unlock();
    }
  }

  private void share(String key, Shared code) {
    loaded.values().removeIf(reference -> reference.get() == null);
    loaded.put(key, new WeakReference<>(code));
  }

  private CompiledCode compileCode(WasmModule module) {
    Telling telling = new Telling(listener);
    try {
      if (compilers.isFor(module)) {
        Optional<CompiledCode> code = compilers.compile(module, telling);
        if (code.isPresent()) {
          return code.get();
        }
      }
      return ModuleCompiler.compile(module, telling);
    } finally {
      telling.end(module.source());
    }
  }

  /** Tells a listener of the end too, whatever it is. */
  private static final class Telling implements CompileListener {
    private final CompileListener listener;
    private int all;

    Telling(CompileListener listener) {
      this.listener = listener;
    }

    @Override
    public void compiled(String source, int functions, int of) {
      all = of;
      listener.compiled(source, functions, of);
    }

    void end(String source) {
      if (all > 0) {
        listener.compiled(source, all, all);
      }
    }
  }

  // Code that does not load is treated as damaged: the caller compiles.
  private static Optional<Shared> load(CompiledCode code) {
    try {
      return Optional.of(new Shared(GuestClasses.load(code), code.interpreted()));
    } catch (LinkageError damaged) {
      return Optional.empty();
    }
  }

  /**
   * What the generated code depends on: the compiler, the JDK, and of the module its types,
   * imports, functions, tags and bodies and the types of its tables and globals, but neither data
   * nor the values that globals start with. Modules that differ in these alone, as snapshots of one
   * language engine do, share code.
   */
  static String key(WasmModule module) {
    MessageDigest digest = WasmModule.sha256();
    Sections sections = module.sections();
    text(
        digest,
        "pie4j code "
            + CodeCache.FORMAT
            + ", endive "
            + Version.version()
            + ", jdk "
            + Runtime.version().feature());
    Set<Integer> whole =
        Set.of(Sections.TYPE, Sections.IMPORT, Sections.FUNCTION, Sections.TAG, Sections.CODE);
    for (Sections.Section section : sections.all()) {
      if (whole.contains(section.id())) {
        text(digest, section.id() + " " + (section.end() - section.start()));
        digest.update(sections.bytes(), section.start(), section.end() - section.start());
      }
    }
    var declarations = module.declarations();
    for (int i = 0; i < declarations.tableSection().tableCount(); i++) {
      text(digest, "table " + declarations.tableSection().getTable(i).elementType());
    }
    for (int i = 0; i < declarations.globalSection().globalCount(); i++) {
      var global = declarations.globalSection().getGlobal(i);
      text(digest, "global " + global.mutabilityType() + " " + global.valueType());
    }
    text(digest, "memories " + declarations.memorySection().map(s -> s.memoryCount()).orElse(0));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void text(MessageDigest digest, String text) {
    digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  Watchdog watchdog() {
    return watchdog;
  }

  GuestHeap.Collections collections() {
    return collections;
  }

  /** For instances made ahead; drops its work when the engine is closed. */
  ScheduledExecutorService background() {
    return background;
  }

  /**
   * Stops watching, and waits until the cache has what was compiled. Instances that still run are
   * on their own: close them first.
   */
  @Override
  public void close() {
    background.shutdownNow();
    compilers.close();
    writing.close();
    watchdog.close();
  }
}

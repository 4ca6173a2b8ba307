package io.pie4j.component;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Machine;

/**
 * A module whose functions are JVM code. Holds no system resources; shared by any number of links.
 */
public final class CompiledModule {
  /** Where code came from. */
  public enum Origin {
    /** The compiler ran. */
    COMPILER,
    /** Read from the disk. */
    CACHE,
    /** Another module in use has the same functions. */
    MEMORY
  }

  private final WasmEngine engine;
  private final WasmModule module;
  private final run.endive.wasm.WasmModule runnable;
  private final Function<run.endive.runtime.Instance, Machine> machines;

  // Keeps the engine's weak reference to shared code alive.
  @SuppressWarnings({"unused", "FieldCanBeLocal"})
  private final Object shared;

  private final FunctionNames names;
  private final List<String> interpreted;
  private final Origin origin;
  private final long loadNanos;

  /** By index among all functions; made when a function is first called by another instance. */
  private volatile String @Nullable [] functionTypes;

  CompiledModule(
      WasmEngine engine,
      WasmModule module,
      Function<run.endive.runtime.Instance, Machine> machines,
      Object shared,
      Set<Integer> interpreted,
      Origin origin,
      long loadNanos) {
    this.engine = engine;
    this.module = module;
    this.runnable = module.runnable(interpreted);
    this.machines = machines;
    this.shared = shared;
    this.names =
        new FunctionNames(
            module.imports().stream()
                .filter(wanted -> wanted.kind() == ModuleImport.Kind.FUNCTION)
                .map(wanted -> "host function " + wanted.module() + " " + wanted.name())
                .toList(),
            module.sections().custom("name"));
    this.interpreted = interpreted.stream().sorted().map(names::name).toList();
    this.origin = origin;
    this.loadNanos = loadNanos;
  }

  /**
   * Binds the module's imports. Throws {@link UnlinkableModule} with every one that is missing or
   * of another type.
   */
  public LinkedModule link(HostImports imports) {
    return new LinkedModule(this, imports);
  }

  /** Makes it ready for instances in stores. */
  public CoreModule forStores() {
    return new CoreModule(this);
  }

  /** Links and instantiates at once, for a module that is run once. */
  public Instance instantiate(HostImports imports, Limits limits) {
    LinkedModule linked = link(imports);
    try (linked) {
      return linked.instantiate(limits);
    }
  }

  public WasmModule module() {
    return module;
  }

  public Origin origin() {
    return origin;
  }

  /** How long it took to compile or load the code. */
  public long loadNanos() {
    return loadNanos;
  }

  /** The functions too large for a JVM method (64 KB); they are interpreted, and slow. */
  public List<String> interpretedFunctions() {
    return interpreted;
  }

  /** The type of a function, equal for functions of any module that are of the same type. */
  String functionType(int function) {
    String[] types = functionTypes;
    if (types == null) {
      types = ModuleTypes.functions(module.declarations());
      functionTypes = types;
    }
    return types[function];
  }

  WasmEngine engine() {
    return engine;
  }

  run.endive.wasm.WasmModule runnable() {
    return runnable;
  }

  Function<run.endive.runtime.Instance, Machine> machines() {
    return machines;
  }

  FunctionNames names() {
    return names;
  }
}

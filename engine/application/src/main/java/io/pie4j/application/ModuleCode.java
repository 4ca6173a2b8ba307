package io.pie4j.application;

import io.pie4j.application.bindings.GuestApi;
import io.pie4j.application.bindings.GuestProgram;
import io.pie4j.application.bindings.HostBindings;
import io.pie4j.component.CompiledModule;
import io.pie4j.component.Guest;
import io.pie4j.component.HostImports;
import io.pie4j.component.InstancePool;
import io.pie4j.component.LinkedModule;
import io.pie4j.component.ModuleImport;
import io.pie4j.component.UnlinkableModule;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.WasmModule;
import io.pie4j.component.teavm.TeaVmImports;
import io.pie4j.component.wasi.Wasi;
import java.util.List;
import java.util.Optional;

/**
 * A program of one core module, with instances made ahead: one that exports {@code run}, or a
 * command of WASI preview 1, as compilers of C and Go make them.
 */
final class ModuleCode implements GuestCode {
  /** What every program exports: it returns the address of its result. */
  private static final String ENTRY = "run";

  private static final String ENTRY_TYPE = "-> i32";

  /** What a command of WASI exports instead. */
  private static final String COMMAND = "_start";

  /** What a library of WASI wants to be called first. */
  private static final String INITIALIZE = "_initialize";

  /** The type of a function that takes and gives nothing. */
  private static final String NOTHING = "->";

  private static final String PREVIEW_1 = "wasi_snapshot_preview1";

  private final LinkedModule linked;
  private final InstancePool pool;
  private final LifecycleSettings settings;
  private final boolean isCommand;
  private final boolean isInitialized;
  private final boolean usesWasi;

  private ModuleCode(WasmModule module, LinkedModule linked, LifecycleSettings settings) {
    isCommand = !exports(module, ENTRY, ENTRY_TYPE);
    isInitialized = exports(module, INITIALIZE, NOTHING);
    usesWasi = module.imports().stream().anyMatch(one -> one.module().equals(PREVIEW_1));
    this.linked = linked;
    this.settings = settings;
    pool = new InstancePool(linked, settings.limits(), settings.ready());
  }

  static ModuleCode load(WasmEngine engine, WasmModule module, LifecycleSettings settings) {
    CompiledModule compiled = engine.compile(module);
    LinkedModule linked = compiled.link(imports(module));
    requireEntry(module);
    return new ModuleCode(module, linked, settings);
  }

  /** What it imports that is not offered to any program, in one line. */
  static List<String> missing(WasmModule module) {
    try (WasmEngine engine = new WasmEngine();
        LinkedModule _ = engine.compile(module).link(imports(module))) {
      return List.of();
    } catch (UnlinkableModule unlinkable) {
      return List.of(String.valueOf(unlinkable.getMessage()));
    }
  }

  private static HostImports imports(WasmModule module) {
    HostImports.Builder builder = HostImports.builder();
    HostBindings.bind(builder, guest -> guest.host(GuestApi.class));
    return builder.include(TeaVmImports.of(module)).include(Wasi.preview1()).build();
  }

  static void requireEntry(WasmModule module) {
    if (!exports(module, ENTRY, ENTRY_TYPE) && !exports(module, COMMAND, NOTHING)) {
      throw new LaunchException(
          "%s: exports no function '%s' (%s), so it is no program"
              .formatted(module.source(), ENTRY, ENTRY_TYPE));
    }
  }

  private static boolean exports(WasmModule module, String name, String type) {
    return module.exports().stream()
        .anyMatch(export ->
            export.name().equals(name)
                && export.kind() == ModuleImport.Kind.FUNCTION
                && export.type().equals(type));
  }

  @Override
  public Running start(Instance instance, HostSide host, GuestApi api) {
    Optional<ProgramWasi> wasi =
        usesWasi ? Optional.of(new ProgramWasi(instance, host)) : Optional.empty();
    boolean started = false;
    try {
      io.pie4j.component.Instance guest =
          instance.limits().equals(settings.limits())
              ? pool.take()
              : linked.instantiate(instance.limits());
      guest.attach(api);
      wasi.ifPresent(mine -> guest.attach(mine.state()));
      started = true;
      return new OfModule(guest, wasi);
    } finally {
      if (!started) {
        wasi.ifPresent(ProgramWasi::close);
      }
    }
  }

  private final class OfModule implements Running {
    private final io.pie4j.component.Instance instance;
    private final Optional<ProgramWasi> wasi;

    private OfModule(io.pie4j.component.Instance instance, Optional<ProgramWasi> wasi) {
      this.instance = instance;
      this.wasi = wasi;
    }

    @Override
    public Guest guest() {
      return instance;
    }

    @Override
    public Optional<String> run() {
      if (isCommand) {
        instance.call(COMMAND);
        return Optional.empty();
      }
      if (isInitialized) {
        instance.call(INITIALIZE);
      }
      return GuestProgram.run(instance);
    }

    @Override
    public void close() {
      instance.close();
      wasi.ifPresent(ProgramWasi::close);
    }
  }

  @Override
  public int ready() {
    return pool.ready();
  }

  @Override
  public void close() {
    pool.close();
    linked.close();
  }
}

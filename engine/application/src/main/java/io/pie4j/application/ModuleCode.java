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
import java.util.List;
import java.util.Optional;

/** A program of one core module, with instances made ahead. */
final class ModuleCode implements GuestCode {
  /** What every program exports: it returns the address of its result. */
  private static final String ENTRY = "run";

  private static final String ENTRY_TYPE = "-> i32";

  private final LinkedModule linked;
  private final InstancePool pool;
  private final LifecycleSettings settings;

  private ModuleCode(LinkedModule linked, LifecycleSettings settings) {
    this.linked = linked;
    this.settings = settings;
    pool = new InstancePool(linked, settings.limits(), settings.ready());
  }

  static ModuleCode load(WasmEngine engine, WasmModule module, LifecycleSettings settings) {
    CompiledModule compiled = engine.compile(module);
    LinkedModule linked = compiled.link(imports(module));
    requireEntry(module);
    return new ModuleCode(linked, settings);
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
    return builder.include(TeaVmImports.of(module)).build();
  }

  private static void requireEntry(WasmModule module) {
    boolean found =
        module.exports().stream()
            .anyMatch(export ->
                export.name().equals(ENTRY)
                    && export.kind() == ModuleImport.Kind.FUNCTION
                    && export.type().equals(ENTRY_TYPE));
    if (!found) {
      throw new LaunchException(
          "%s: exports no function '%s' (%s), so it is no program"
              .formatted(module.source(), ENTRY, ENTRY_TYPE));
    }
  }

  @Override
  public Running start(Instance instance, HostSide host, GuestApi api) {
    io.pie4j.component.Instance guest =
        instance.limits().equals(settings.limits())
            ? pool.take()
            : linked.instantiate(instance.limits());
    guest.attach(api);
    return new OfModule(guest);
  }

  private record OfModule(io.pie4j.component.Instance instance) implements Running {
    @Override
    public Guest guest() {
      return instance;
    }

    @Override
    public Optional<String> run() {
      return GuestProgram.run(instance);
    }

    @Override
    public void close() {
      instance.close();
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

package io.pie4j.application;

import io.pie4j.api.ApiException;
import io.pie4j.application.bindings.GuestApi;
import io.pie4j.application.bindings.GuestProgram;
import io.pie4j.application.bindings.HostBindings;
import io.pie4j.component.CompiledModule;
import io.pie4j.component.End;
import io.pie4j.component.HostImports;
import io.pie4j.component.InstanceEnded;
import io.pie4j.component.InstancePool;
import io.pie4j.component.LinkedModule;
import io.pie4j.component.ModuleImport;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.WasmModule;
import io.pie4j.component.teavm.TeaVmImports;
import java.util.Optional;

/**
 * A program in WebAssembly: compiled once, checked against the interface once, instantiated for
 * every launch in a sandbox of its own.
 */
public final class WasmProgram implements Program, AutoCloseable {
  /** What every program exports: it returns the address of its result. */
  private static final String ENTRY = "run";

  private static final String ENTRY_TYPE = "-> i32";

  private final ProgramName name;
  private final Manifest manifest;
  private final CompiledModule compiled;
  private final LinkedModule linked;
  private final InstancePool pool;
  private final LifecycleSettings settings;

  private WasmProgram(
      ProgramName name,
      Manifest manifest,
      CompiledModule compiled,
      LinkedModule linked,
      LifecycleSettings settings) {
    this.name = name;
    this.manifest = manifest;
    this.compiled = compiled;
    this.linked = linked;
    this.settings = settings;
    pool = new InstancePool(linked, settings.limits(), settings.ready());
  }

  /**
   * Compiles a module, or takes its code from the cache, and binds its imports.
   *
   * @throws io.pie4j.component.WasmException if its code or its imports are no good: all that is
   *     wrong, in one line
   * @param manifest what it asks for, whatever the module says
   * @throws LaunchException if it has no entry
   */
  public static WasmProgram load(
      WasmEngine engine,
      ProgramName name,
      Manifest manifest,
      WasmModule module,
      LifecycleSettings settings) {
    CompiledModule compiled = engine.compile(module);
    LinkedModule linked = compiled.link(imports(module));
    requireEntry(module);
    return new WasmProgram(name, manifest, compiled, linked, settings);
  }

  /** As above, with the manifest inside the module. */
  public static WasmProgram load(
      WasmEngine engine, ProgramName name, WasmModule module, LifecycleSettings settings) {
    return load(engine, name, Manifest.of(module), module, settings);
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
  public ProgramName name() {
    return name;
  }

  @Override
  public Manifest manifest() {
    return manifest;
  }

  /** Where the code came from and what is special about it. */
  public CompiledModule compiled() {
    return compiled;
  }

  /**
   * Runs the program to its end on the calling thread, which is the instance's own, against its
   * side of the interface. Whatever the program does becomes an outcome; an instance that is told
   * to stop while this runs makes it return soon.
   */
  Outcome run(Instance instance, HostSide host) {
    try (io.pie4j.component.Instance guest = instantiate(instance);
        GuestApi api = new GuestApi(host.api(), settings.handlesMax())) {
      guest.attach(api);
      instance.usage().countedBy(api);
      host.waitsAre(waits(guest));
      instance.stoppedBy(guest::stop);
      Optional<String> error = GuestProgram.run(guest);
      return error.isPresent() ? new Outcome.Failed(error.get()) : new Outcome.Finished();
    } catch (ApiException refused) {
      // A call whose type has no error was used badly, such as waiting for nothing.
      return new Outcome.Failed(refused.getMessage());
    } catch (InstanceEnded ended) {
      return ended.end() instanceof End.Interrupted interrupted
          ? new Outcome.Terminated(interrupted.reason())
          : new Outcome.Stopped(ended.end());
    }
  }

  /** Instances made ahead that nobody has taken yet. */
  public int readyInstances() {
    return pool.ready();
  }

  /** Instances that run go on; no more are made. */
  @Override
  public void close() {
    pool.close();
    linked.close();
  }

  private io.pie4j.component.Instance instantiate(Instance instance) {
    return instance.limits().equals(settings.limits())
        ? pool.take()
        : linked.instantiate(instance.limits());
  }

  private static Waits waits(io.pie4j.component.Instance guest) {
    return new Waits() {
      @Override
      public void begin() {
        guest.beginWait();
      }

      @Override
      public void end() {
        guest.endWait();
      }
    };
  }

  private static HostImports imports(WasmModule module) {
    HostImports.Builder builder = HostImports.builder();
    HostBindings.bind(builder, guest -> guest.host(GuestApi.class));
    return builder.include(TeaVmImports.of(module)).build();
  }
}

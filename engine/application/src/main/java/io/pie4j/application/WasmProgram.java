package io.pie4j.application;

import io.pie4j.api.ApiException;
import io.pie4j.application.bindings.GuestApi;
import io.pie4j.component.End;
import io.pie4j.component.Guest;
import io.pie4j.component.InstanceEnded;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.WasmModule;
import java.util.List;
import java.util.Optional;

/**
 * A program in WebAssembly, a core module or a component: compiled once, checked against the
 * interface once, instantiated for every launch in a sandbox of its own.
 */
public final class WasmProgram implements Program, AutoCloseable {
  private final ProgramName name;
  private final Manifest manifest;
  private final GuestCode code;
  private final LifecycleSettings settings;

  private WasmProgram(
      ProgramName name, Manifest manifest, GuestCode code, LifecycleSettings settings) {
    this.name = name;
    this.manifest = manifest;
    this.code = code;
    this.settings = settings;
  }

  /**
   * Compiles a binary, or takes its code from the cache, and binds its imports.
   *
   * @throws io.pie4j.component.WasmException if its code or its imports are no good: all that is
   *     wrong, in one line
   * @param manifest what it asks for, whatever the binary says
   * @throws LaunchException if it has no entry
   */
  public static WasmProgram load(
      WasmEngine engine,
      ProgramName name,
      Manifest manifest,
      ProgramBinary binary,
      LifecycleSettings settings) {
    GuestCode code =
        switch (binary) {
          case ProgramBinary.OfModule(var module) -> ModuleCode.load(engine, module, settings);
          case ProgramBinary.OfComponent(var component) -> ComponentCode.load(engine, component);
        };
    return new WasmProgram(name, manifest, code, settings);
  }

  /** As above, with the manifest inside the module. */
  public static WasmProgram load(
      WasmEngine engine, ProgramName name, WasmModule module, LifecycleSettings settings) {
    ProgramBinary binary = new ProgramBinary.OfModule(module);
    return load(engine, name, Manifest.of(binary), binary, settings);
  }

  /** What a binary imports that this engine offers to no program; empty if it is all there. */
  public static List<String> missing(ProgramBinary binary) {
    return switch (binary) {
      case ProgramBinary.OfModule(var module) -> ModuleCode.missing(module);
      case ProgramBinary.OfComponent(var component) -> ComponentCode.missing(component);
    };
  }

  /**
   * @throws LaunchException if there is nothing in it that could be launched
   */
  public static void requireEntry(ProgramBinary binary) {
    switch (binary) {
      case ProgramBinary.OfModule(var module) -> ModuleCode.requireEntry(module);
      case ProgramBinary.OfComponent(var component) -> Entries.of(component);
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

  /**
   * Runs the program to its end on the calling thread, which is the instance's own, against its
   * side of the interface. Whatever the program does becomes an outcome; an instance that is told
   * to stop while this runs makes it return soon.
   */
  Outcome run(Instance instance, HostSide host) {
    try (GuestApi api = new GuestApi(host.api(), settings.handlesMax());
        GuestCode.Running running = code.start(instance, host, api)) {
      Guest guest = running.guest();
      instance.usage().countedBy(api);
      host.waitsAre(waits(guest));
      instance.stoppedBy(guest::stop);
      Optional<String> error = running.run();
      return error.isPresent() ? new Outcome.Failed(error.get()) : new Outcome.Finished();
    } catch (ApiException refused) {
      // A call whose type has no error was used badly, such as waiting for nothing.
      return new Outcome.Failed(refused.getMessage());
    } catch (InstanceEnded ended) {
      return switch (ended.end()) {
        case End.Interrupted interrupted -> new Outcome.Terminated(interrupted.reason());
        // It ended itself; that is a failure only if it says so.
        case End.Exited(int exitCode) ->
            exitCode == 0
                ? new Outcome.Finished()
                : new Outcome.Failed("exited with code " + exitCode);
        case End end -> new Outcome.Stopped(end);
      };
    }
  }

  /** Whether it answers requests: {@link Lifecycle#serve}. */
  public boolean serves() {
    return code.serves();
  }

  boolean runs() {
    return code.runs();
  }

  /** Instances made ahead that nobody has taken yet. */
  public int readyInstances() {
    return code.ready();
  }

  /** Instances that run go on; no more are made. */
  @Override
  public void close() {
    code.close();
  }

  private static Waits waits(Guest guest) {
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
}

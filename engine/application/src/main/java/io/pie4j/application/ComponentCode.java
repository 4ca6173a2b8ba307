package io.pie4j.application;

import io.pie4j.application.bindings.GuestApi;
import io.pie4j.application.bindings.HostBindings;
import io.pie4j.component.Guest;
import io.pie4j.component.HostImports;
import io.pie4j.component.UnlinkableComponent;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.model.CompiledComponent;
import io.pie4j.component.model.Component;
import io.pie4j.component.model.ComponentInstance;
import io.pie4j.component.model.Linker;
import io.pie4j.component.wasi.Wasi;
import java.util.List;
import java.util.Optional;

/** A program that is a component. */
final class ComponentCode implements GuestCode {
  private static final Linker LINKER = linker();

  private final Entries entries;
  private final CompiledComponent compiled;

  private ComponentCode(Entries entries, CompiledComponent compiled) {
    this.entries = entries;
    this.compiled = compiled;
  }

  static ComponentCode load(WasmEngine engine, Component component) {
    Entries entries = Entries.of(component);
    List<String> missing = missing(component);
    if (!missing.isEmpty()) {
      throw new UnlinkableComponent(
          component.source(),
          "wants what this engine does not offer: " + String.join("; ", missing));
    }
    return new ComponentCode(entries, component.compile(engine));
  }

  /** What it imports that is not offered to any program. */
  static List<String> missing(Component component) {
    return LINKER.missing(component);
  }

  private static Linker linker() {
    HostImports.Builder imports = HostImports.builder();
    HostBindings.bind(imports, guest -> guest.host(GuestApi.class));
    Linker linker = new Linker().bindings(imports.build());
    Wasi.offer(linker);
    return linker;
  }

  @Override
  public Running start(Instance instance, HostSide host, GuestApi api) {
    ProgramWasi wasi = new ProgramWasi(instance, host);
    boolean started = false;
    try {
      List<Object> states = List.of(wasi.state(), api);
      Running running =
          new OfComponent(
              entries,
              instance.webRequest(),
              LINKER.instantiate(compiled, instance.limits(), states),
              wasi);
      started = true;
      return running;
    } finally {
      if (!started) {
        wasi.close();
      }
    }
  }

  private record OfComponent(
      Entries entries, Optional<WebRequest> request, ComponentInstance instance, ProgramWasi wasi)
      implements Running {
    @Override
    public Guest guest() {
      return instance.guest();
    }

    @Override
    public Optional<String> run() {
      return request.isPresent() ? entries.answer(instance, request.get()) : entries.run(instance);
    }

    @Override
    public void close() {
      instance.close();
      wasi.close();
    }
  }

  @Override
  public boolean runs() {
    return entries.run().isPresent();
  }

  @Override
  public boolean serves() {
    return entries.handler().isPresent();
  }

  @Override
  public int ready() {
    return 0;
  }

  @Override
  public void close() {
    compiled.close();
  }
}

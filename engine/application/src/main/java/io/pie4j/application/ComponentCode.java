package io.pie4j.application;

import io.pie4j.application.bindings.GuestApi;
import io.pie4j.application.bindings.HostBindings;
import io.pie4j.component.End;
import io.pie4j.component.Guest;
import io.pie4j.component.HostImports;
import io.pie4j.component.InstanceEnded;
import io.pie4j.component.UnlinkableComponent;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.model.Case;
import io.pie4j.component.model.CompiledComponent;
import io.pie4j.component.model.Component;
import io.pie4j.component.model.ComponentInstance;
import io.pie4j.component.model.ExternType;
import io.pie4j.component.model.Linker;
import io.pie4j.component.wasi.Wasi;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A program that is a component. */
final class ComponentCode implements GuestCode {
  /** What every program exports. */
  private static final String ENTRY = "run";

  private static final String ENTRY_TYPE = "func() -> result<_, string>";

  private static final Linker LINKER = linker();

  private final CompiledComponent compiled;

  private ComponentCode(CompiledComponent compiled) {
    this.compiled = compiled;
  }

  static ComponentCode load(WasmEngine engine, Component component) {
    requireEntry(component);
    List<String> missing = missing(component);
    if (!missing.isEmpty()) {
      throw new UnlinkableComponent(
          component.source(),
          "wants what this engine does not offer: " + String.join("; ", missing));
    }
    return new ComponentCode(component.compile(engine));
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

  private static void requireEntry(Component component) {
    ExternType found = component.exports().get(ENTRY);
    String type =
        found instanceof ExternType.Function function ? function.type().toString() : "nothing";
    if (!type.equals(ENTRY_TYPE)) {
      throw new LaunchException(
          "%s: exports no function '%s' (%s), so it is no program%s"
              .formatted(
                  component.source(),
                  ENTRY,
                  ENTRY_TYPE,
                  found == null ? "" : "; what it exports so is " + type));
    }
  }

  @Override
  public Running start(Instance instance, HostSide host, GuestApi api) {
    ProgramWasi wasi = new ProgramWasi(instance, host);
    boolean started = false;
    try {
      List<Object> states = List.of(wasi.state(), api);
      Running running =
          new OfComponent(LINKER.instantiate(compiled, instance.limits(), states), wasi);
      started = true;
      return running;
    } finally {
      if (!started) {
        wasi.close();
      }
    }
  }

  private record OfComponent(ComponentInstance instance, ProgramWasi wasi) implements Running {
    @Override
    public Guest guest() {
      return instance.guest();
    }

    @Override
    public Optional<String> run() {
      try {
        Case result = (Case) Objects.requireNonNull(instance.call("", ENTRY));
        return result.index() == 0 ? Optional.empty() : Optional.of(String.valueOf(result.value()));
      } catch (InstanceEnded ended) {
        if (ended.end() instanceof End.Exited(int code)) {
          // It ended itself; that is a failure only if it says so.
          return code == 0 ? Optional.empty() : Optional.of("exited with code " + code);
        }
        throw ended;
      }
    }

    @Override
    public void close() {
      instance.close();
      wasi.close();
    }
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

package io.pie4j.inferlets.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.component.HostImports;
import io.pie4j.component.Instance;
import io.pie4j.component.InstanceEnded;
import io.pie4j.component.Limits;
import io.pie4j.component.LinkedModule;
import io.pie4j.component.ModuleImport;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.WasmModule;
import io.pie4j.component.teavm.TeaVmImports;
import io.pie4j.inferlets.echo.api.Api;
import io.pie4j.inferlets.echo.host.GuestApi;
import io.pie4j.inferlets.echo.host.GuestProgram;
import io.pie4j.inferlets.echo.host.HostBindings;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Guest bindings compiled by TeaVM against host bindings on Endive, with values of every type. */
class RoundTripTest {
  private static WasmEngine engine;
  private static LinkedModule linked;

  @BeforeAll
  static void link() {
    engine = new WasmEngine();
    WasmModule module = module("echo");
    linked = engine.compile(module).link(imports(module));
  }

  @AfterAll
  static void close() {
    linked.close();
    engine.close();
  }

  private static WasmModule module(String name) {
    return WasmModule.read(Path.of("target", name + ".wasm"));
  }

  private static HostImports imports(WasmModule module) {
    HostImports.Builder imports = HostImports.builder().include(TeaVmImports.of(module));
    HostBindings.bind(imports, instance -> instance.host(GuestApi.class));
    return imports.build();
  }

  @Test
  void everyTypeGoesThereAndBack() {
    EchoHost host = new EchoHost();
    try (Instance instance = linked.instantiate(Limits.standard())) {
      try (GuestApi api = new GuestApi(new Api(host), 100)) {
        instance.attach(api);
        assertThat(GuestProgram.run(instance)).isEmpty();
        assertThat(host.open).as("left open by the guest").isEqualTo(1);
      }
      assertThat(host.open).as("after the program's end").isZero();
    }
  }

  @Test
  void sameProgramRunsInsideTheJvm() {
    // The guest relies on UTF-8 for one thing: strings there hold no unpaired surrogate.
    EchoHost host =
        new EchoHost() {
          @Override
          public String text(String v) {
            return v.replace("\ud800b", "?b");
          }
        };
    new EchoGuest().run(new Api(host));
    assertThat(host.open).isEqualTo(1);
  }

  @Test
  void aMismatchIsNoticed() {
    EchoHost wrong =
        new EchoHost() {
          @Override
          public long long_(long v) {
            return v & 0xffff_ffffL;
          }
        };
    try (Instance instance = linked.instantiate(Limits.standard());
        GuestApi api = new GuestApi(new Api(wrong), 100)) {
      instance.attach(api);
      assertThat(GuestProgram.run(instance)).hasValue("u64 did not come back as it was sent");
    }
  }

  @Test
  void aProgramMayRunTwiceInOneInstance() {
    EchoHost host = new EchoHost();
    try (Instance instance = linked.instantiate(Limits.standard());
        GuestApi api = new GuestApi(new Api(host), 100)) {
      instance.attach(api);
      assertThat(GuestProgram.run(instance)).isEmpty();
      assertThat(GuestProgram.run(instance)).isEmpty();
    }
  }

  @Test
  void tooManyHandlesEndTheGuestAlone() {
    try (Instance instance = linked.instantiate(Limits.standard());
        GuestApi api = new GuestApi(new Api(new EchoHost()), 3)) {
      instance.attach(api);
      assertThatThrownBy(() -> GuestProgram.run(instance))
          .isInstanceOf(InstanceEnded.class)
          .hasMessageContaining("more than 3 handles of type counter");
    }
  }

  @Test
  void modulesAskForNothingOfJavaScript() {
    List<String> allowed = List.of("env", "teavmMemory", "teavmDate", "teavmMath");
    for (String name : List.of("echo", "hello", "misbehave")) {
      Stream<String> modules = module(name).imports().stream().map(ModuleImport::module);
      assertThat(modules.filter(m -> !m.startsWith("pie4j:")).distinct()).isSubsetOf(allowed);
    }
  }
}

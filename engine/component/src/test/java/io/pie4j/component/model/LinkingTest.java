package io.pie4j.component.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.component.CoreModule;
import io.pie4j.component.HostImports;
import io.pie4j.component.InstanceEnded;
import io.pie4j.component.Limits;
import io.pie4j.component.UnlinkableComponent;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.WasmModule;
import io.pie4j.component.abi.Lift;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LinkingTest {
  @Test
  void modulesShareMemoryTablesAndGlobals() {
    try (ComponentInstance instance = TestComponents.instantiate("linking", new Linker())) {
      assertThat(instance.call("", "letter", 256L)).isEqualTo((long) 's');
      assertThat(instance.call("", "apply", 1L, 12L)).isEqualTo(144L);
      assertThat(instance.call("", "count")).isEqualTo(1L);
      assertThat(instance.call("", "later")).isEqualTo((long) ('l' + 'm'));
      assertThat(instance.call("", "grow")).isEqualTo(1L);
      assertThat(instance.call("", "letter", 65536L + 100)).isEqualTo(0L);
      assertThat(instance.memoryBytes()).isEqualTo((2 + 1 + 3) * 65536L);
    }
  }

  @Test
  void aFunctionOfAnotherTypeInASharedTableTraps() {
    try (ComponentInstance instance = TestComponents.instantiate("linking", new Linker())) {
      assertThatThrownBy(() -> instance.call("", "apply", 2L, 12L))
          .isInstanceOf(InstanceEnded.class)
          .hasMessageContaining("indirect call type mismatch");
    }
  }

  @Test
  void stringsChangeTheirEncoding() {
    List<String> texts = List.of("", "plain", "ñandú", "snow ☃", "cake 🍰 and ñ");
    try (ComponentInstance instance = TestComponents.instantiate("linking", new Linker())) {
      for (String text : texts) {
        boolean latin = text.chars().allMatch(c -> c < 256);
        for (String from : List.of("utf8", "utf16", "latin1")) {
          assertThat(instance.call("to-utf8", from, text))
              .isEqualTo(List.of(text, (long) text.getBytes(StandardCharsets.UTF_8).length));
          assertThat(instance.call("to-utf16", from, text))
              .isEqualTo(List.of(text, (long) text.length()));
          assertThat(instance.call("to-latin1", from, text))
              .isEqualTo(List.of(text, latin ? (long) text.length() : text.length() | 1L << 31));
        }
      }
    }
  }

  @Test
  void memoryIsBoundedOverAllModules() {
    try (CompiledComponent compiled = TestComponents.compile("linking")) {
      Limits limits = Limits.standard().withMemoryBytes(3 * 65536);
      assertThatThrownBy(() -> new Linker().instantiate(compiled, limits))
          .isInstanceOf(InstanceEnded.class)
          .hasMessageContaining("memory exhausted");
    }
  }

  /** (module (import "env" "oops" (tag (param i32))) (func (export "throw") … throw …)). */
  private static byte[] thrower(String exportedAs) {
    return HexFormat.of()
        .parseHex(
            "0061736d 01000000 01050160017f00 020d0103656e7604 6f6f7073 040000 03020100 07 %02x 01 %02x"
                    .formatted(exportedAs.length() + 4, exportedAs.length())
                    .replace(" ", "")
                + HexFormat.of().formatHex(exportedAs.getBytes(StandardCharsets.UTF_8))
                + "00000a08010600200008000b");
  }

  private static CoreModule thrower(WasmEngine engine, String exportedAs) {
    return engine.compile(WasmModule.parse("thrower", thrower(exportedAs))).forStores();
  }

  @Test
  void anExceptionIsCaughtWhereItsVeryTagIsNamed() {
    try (WasmEngine engine = new WasmEngine();
        CoreModule thrower = thrower(engine, "throw");
        CompiledComponent compiled = TestComponents.parse("tags").compile(engine);
        ComponentInstance instance =
            new Linker().module("", "thrower", thrower).instantiate(compiled, Limits.standard())) {
      assertThat(instance.call("", "one", 42L)).isEqualTo(42L);
      assertThat(instance.call("", "two", 42L)).isEqualTo(-1L);
      assertThatThrownBy(() -> instance.call("", "uncaught")).isInstanceOf(InstanceEnded.class);
    }
  }

  @Test
  void aModuleOfAnotherTypeIsRefused() {
    try (WasmEngine engine = new WasmEngine();
        CoreModule other = thrower(engine, "toss")) {
      Component component = TestComponents.parse("tags");
      assertThat(new Linker().missing(component)).containsExactly("core module thrower");
      assertThat(new Linker().module("", "thrower", other).missing(component))
          .singleElement()
          .asString()
          .contains("core module thrower is of another type: missing expected export 'throw'");
    }
  }

  @Test
  void everyMissingImportIsNamed() {
    try (CompiledComponent compiled = TestComponents.compile("resources")) {
      Linker linker = new Linker().function("test:host/things@1", "swallow", (_, _) -> null);
      assertThatThrownBy(() -> linker.instantiate(compiled, Limits.standard()))
          .isInstanceOf(UnlinkableComponent.class)
          .hasMessageContaining("4 imports are not offered")
          .hasMessageContaining("resource test:host/things@1.2.0 thing")
          .hasMessageContaining("func gone: func(rep: u32)");
      assertThat(linker.missing(compiled.component())).hasSize(4);
    }
  }

  @Test
  void otherMajorVersionsAreNotOffered() {
    Linker linker =
        new Linker()
            .function("test:host/things@2.2.0", "swallow", (_, _) -> null)
            .function("test:host/things@1.2.0-rc.1", "swallow", (_, _) -> null);
    assertThat(linker.missing(TestComponents.parse("resources"))).hasSize(5);
  }

  @Test
  void bindingsWorkOnTheGuestsMemory() {
    List<String> taken = new ArrayList<>();
    HostImports bindings =
        HostImports.builder()
            .function(
                "",
                "take",
                "i32 i32 ->",
                (guest, a) -> {
                  taken.add(Lift.string(guest.memory(), (int) a[0], (int) a[1]));
                  return 0;
                })
            .build();
    Linker linker =
        new Linker()
            .bindings(bindings)
            .function("", "call-back", (_, _) -> null)
            .function("", "fail", (_, _) -> null);
    try (ComponentInstance instance = TestComponents.instantiate("traps", linker)) {
      assertThat(instance.call("", "take", 32L, 1L)).isNull();
    }
    assertThat(taken).containsExactly("\u0007");
  }

  @Test
  void aBindingOfAnotherTypeIsRefused() {
    HostImports bindings =
        HostImports.builder().function("", "take", "i64 ->", (_, _) -> 0).build();
    assertThat(new Linker().bindings(bindings).missing(TestComponents.parse("traps")))
        .anyMatch(problem -> problem.contains("func take is (i64) -> () here"));
  }

  @Test
  void unknownExportsAreNamed() {
    try (ComponentInstance instance = TestComponents.instantiate("linking", new Linker())) {
      assertThatThrownBy(() -> instance.call("", "nothing"))
          .isInstanceOf(UnlinkableComponent.class)
          .hasMessageContaining("exports no function 'nothing'");
      assertThatThrownBy(() -> instance.call("nowhere", "nothing"))
          .isInstanceOf(UnlinkableComponent.class)
          .hasMessageContaining("exports no instance 'nowhere'");
    }
  }
}

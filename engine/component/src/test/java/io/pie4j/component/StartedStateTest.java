package io.pie4j.component;

import static io.pie4j.component.Binary.body;
import static io.pie4j.component.Binary.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StartedStateTest {
  /**
   * Its start makes a ring of two nodes (0 and 1) and keeps the first; {@code set(n)} and {@code
   * get()} change and read the number of the node after the one after it, which is itself, {@code
   * count()} counts starts and {@code set}s in a global and in memory.
   */
  private static WasmModule ring() {
    String sum = "2301" + "4101" + "6a" + "2401" + "4108" + "2301" + "360200";
    return new Binary()
        // 0: struct (mut (ref null 0), mut i32), 1: () -> (), 2: (i32) -> (), 3: () -> i32
        .section(1, "04" + "5f02" + "630001" + "7f01" + "600000" + "60017f00" + "6000017f")
        .section(3, "04" + "01" + "02" + "03" + "03")
        .section(5, "01" + "0001")
        .section(6, "02" + "6300" + "01" + "d0000b" + "7f01" + "41000b")
        .section(
            7, "03" + (name("set") + "0001") + (name("get") + "0002") + (name("count") + "0003"))
        .section(8, "00")
        .section(
            10,
            "04"
                // $a = new(null, 0); $a.next = new($a, 1)
                + body(
                    ("d000" + "4100" + "fb0000" + "2400")
                        + ("2300" + "2300" + "4101" + "fb0000" + "fb050000")
                        + sum
                        + "0b")
                // $a.next.next.number = n
                + body(("2300" + "fb020000" + "fb020000" + "2000" + "fb050001") + sum + "0b")
                + body("2300" + "fb020001" + "0b")
                + body("4108" + "280200" + "2301" + "41e400" + "6c" + "6a" + "0b"))
        .module();
  }

  @Test
  void copiesAreIndependentAndLikeTheFirst() {
    try (WasmEngine engine = new WasmEngine();
        LinkedModule module = engine.compile(ring()).link(HostImports.none());
        Instance first = module.instantiate(Limits.standard());
        Instance second = module.instantiate(Limits.standard());
        Instance third = module.instantiate(Limits.standard())) {
      assertThat(first.startedState()).isPresent();
      first.call("set", 7);
      second.call("set", 8);
      second.call("set", 9);
      // The ring leads back to its first node in the copies too, and to their own.
      assertThat(first.call("get")).containsExactly(7);
      assertThat(second.call("get")).containsExactly(9);
      assertThat(third.call("get")).containsExactly(0);
      assertThat(first.call("count")).containsExactly(202);
      assertThat(second.call("count")).containsExactly(303);
      assertThat(third.call("count")).containsExactly(101);
    }
  }

  private static final String CALLING =
      """
      (module
        (import "host" "number" (func $number (result i32)))
        (global $started (mut i32) (i32.const 0))
        (func $init (global.set $started (call $number)))
        (func (export "started") (result i32) global.get $started)
        (start $init))
      """;

  @Test
  void whatTheStartAsksTheHostIsAskedForEachInstance() {
    AtomicInteger asked = new AtomicInteger();
    HostImports host =
        HostImports.builder()
            .function("host", "number", "-> i32", (_, _) -> asked.incrementAndGet())
            .build();
    Set<Long> seen = new HashSet<>();
    try (WasmEngine engine = new WasmEngine();
        LinkedModule module = engine.compile(Wat.module(CALLING)).link(host)) {
      for (int i = 0; i < 5; i++) {
        try (Instance instance = module.instantiate(Limits.standard())) {
          seen.add(instance.call("started")[0]);
        }
      }
    }
    assertThat(seen).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L);
  }

  private static final String GROWING =
      """
      (module
        (memory 1 8)
        (data (i32.const 4) "data")
        (func $init
          (drop (memory.grow (i32.const 2)))
          (i32.store (i32.const 150000) (i32.const 42)))
        (func (export "load") (param i32) (result i32) local.get 0 i32.load)
        (func (export "pages") (result i32) memory.size)
        (start $init))
      """;

  @Test
  void memoryIsAsTheStartLeftIt() {
    try (WasmEngine engine = new WasmEngine();
        LinkedModule module = engine.compile(Wat.module(GROWING)).link(HostImports.none())) {
      for (int i = 0; i < 3; i++) {
        try (Instance instance = module.instantiate(Limits.standard())) {
          assertThat(instance.call("pages")).containsExactly(3);
          assertThat(instance.call("load", 150_000)).containsExactly(42);
          assertThat(instance.call("load", 4)).containsExactly(0x61746164);
        }
      }
      Limits small = Limits.standard().withMemoryBytes(2 * 65_536);
      assertThatThrownBy(() -> module.instantiate(small))
          .isInstanceOf(InstanceEnded.class)
          .hasMessageContaining("memory");
    }
  }

  @Test
  void aStartThatFailsFailsEveryTime() {
    try (WasmEngine engine = new WasmEngine();
        LinkedModule module =
            engine
                .compile(Wat.module("(module (func $f unreachable) (start $f))"))
                .link(HostImports.none())) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> module.instantiate(Limits.standard()))
            .isInstanceOf(InstanceEnded.class);
      }
    }
  }

  @Test
  void manyAtOnce() {
    try (WasmEngine engine = new WasmEngine();
        LinkedModule module = engine.compile(ring()).link(HostImports.none())) {
      List<Long> numbers =
          IntStream.range(0, 200)
              .parallel()
              .mapToObj(i -> {
                try (Instance instance = module.instantiate(Limits.standard())) {
                  instance.call("set", i);
                  return instance.call("get")[0] - i;
                }
              })
              .toList();
      assertThat(numbers).hasSize(200).containsOnly(0L);
    }
  }
}

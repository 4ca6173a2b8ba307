package io.pie4j.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.component.abi.GuestTrap;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InstanceTest {
  private final WasmEngine engine = new WasmEngine();

  @AfterEach
  void stopEngine() {
    engine.close();
  }

  private Instance instance(String wat) {
    return instance(wat, HostImports.none(), Limits.standard());
  }

  private Instance instance(String wat, HostImports imports, Limits limits) {
    return engine.compile(Wat.module(wat)).instantiate(imports, limits);
  }

  private static End endOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    try {
      call.call();
    } catch (InstanceEnded ended) {
      return ended.end();
    } catch (Throwable other) {
      throw new AssertionError("expected the end of the instance", other);
    }
    throw new AssertionError("expected the end of the instance, but the call returned");
  }

  @Test
  void addsNumbers() {
    try (Instance instance =
        instance(
            "(module (func (export \"add\") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))")) {
      assertThat(instance.call("add", 40, 2)).containsExactly(42);
    }
  }

  @Test
  void callsTheHost() {
    HostImports imports =
        HostImports.builder()
            .function(
                "env",
                "next",
                "i64 -> i64",
                (instance, arguments) -> arguments[0] + instance.host(Long.class))
            .build();
    try (Instance instance =
        instance(
            "(module (import \"env\" \"next\" (func $next (param i64) (result i64)))"
                + " (func (export \"run\") (param i64) (result i64) local.get 0 call $next call $next))",
            imports,
            Limits.standard())) {
      instance.attach(5L);
      assertThat(instance.call("run", 1)).containsExactly(11);
    }
  }

  @Test
  void saysWhereItTrapped() {
    try (Instance instance =
        instance("(module (func $inner unreachable) (func $outer (export \"run\") call $inner))")) {
      assertThat(endOf(() -> instance.call("run")))
          .isInstanceOfSatisfying(
              End.Trapped.class,
              trapped -> {
                assertThat(trapped.problem()).contains("unreachable");
                assertThat(trapped.where()).startsWith("function 0 < function 1");
              });
      assertThat(instance.end()).isPresent();
      assertThat(endOf(() -> instance.call("run"))).isInstanceOf(End.Trapped.class);
    }
  }

  @Test
  void stopsASpinningLoop() {
    Limits limits = Limits.standard().withBurst(Duration.ofMillis(50));
    try (Instance instance =
        instance("(module (func (export \"run\") (loop br 0)))", HostImports.none(), limits)) {
      assertThat(endOf(() -> instance.call("run")))
          .isEqualTo(new End.CpuLimit(Duration.ofMillis(50), "without waiting for the host"));
      assertThat(Thread.interrupted()).isFalse();
    }
  }

  @Test
  void stopsExponentialRecursion() {
    Limits limits = Limits.standard().withBurst(Duration.ofMillis(50));
    String fib =
        "(module (func $fib (export \"fib\") (param i32) (result i32)"
            + " (if (result i32) (i32.lt_s (local.get 0) (i32.const 2)) (then (local.get 0))"
            + " (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))"
            + " (call $fib (i32.sub (local.get 0) (i32.const 2))))))))";
    try (Instance instance = instance(fib, HostImports.none(), limits)) {
      assertThat(instance.call("fib", 10)).containsExactly(55);
      assertThat(endOf(() -> instance.call("fib", 90))).isInstanceOf(End.CpuLimit.class);
    }
  }

  @Test
  void endsEndlessRecursion() throws Exception {
    try (Instance instance =
        instance("(module (func $f (export \"run\") (param i64) local.get 0 call $f))")) {
      Thread.ofVirtual()
          .start(() ->
              assertThat(endOf(() -> instance.call("run", 1)))
                  .isInstanceOf(End.StackOverflow.class))
          .join();
      assertThat(instance.end()).get().isInstanceOf(End.StackOverflow.class);
    }
  }

  @Test
  void growsToItsLimitAndNoFurther() {
    String wat =
        "(module (memory 1) (func (export \"grow\") (param i32) (result i32) local.get 0 memory.grow)"
            + " (func (export \"store\") (param i32) local.get 0 i32.const 7 i32.store)"
            + " (func (export \"die\") unreachable))";
    try (Instance instance =
        instance(wat, HostImports.none(), Limits.standard().withMemoryBytes(4 * 65536))) {
      assertThat(instance.call("grow", 2)).containsExactly(1);
      instance.call("store", 3 * 65536 - 4);
      assertThat(instance.memory().loadInt(3 * 65536 - 4)).isEqualTo(7);
      assertThat((int) instance.call("grow", 2)[0]).isEqualTo(-1);
      assertThat((int) instance.call("grow", -1)[0]).isEqualTo(-1);
      assertThat(instance.call("grow", 0)).containsExactly(3);
      assertThat((int) instance.call("grow", 2)[0]).isEqualTo(-1);
      assertThat(endOf(() -> instance.call("die"))).isInstanceOf(End.MemoryExhausted.class);
    }
    try (Instance instance = instance(wat)) {
      assertThat(endOf(() -> instance.call("store", 65533)).message())
          .isEqualTo(
              "trapped: out of bounds memory access: 4 bytes at 65533 of 65536 in function 1");
    }
    assertThat(endOf(() -> instance(wat, HostImports.none(), Limits.standard().withMemoryBytes(0))))
        .isInstanceOf(End.MemoryExhausted.class);
  }

  @Test
  void listsAllImportsThatDoNotFit() {
    String wat =
        "(module (import \"a\" \"one\" (func)) (import \"b\" \"two\" (func (param i32) (result f64)))"
            + " (import \"c\" \"three\" (global i32)) (import \"env\" \"memory\" (memory 1)))";
    HostImports imports =
        HostImports.builder().function("b", "two", "i64 ->", (instance, arguments) -> 0).build();
    assertThatThrownBy(() -> instance(wat, imports, Limits.standard()))
        .isInstanceOf(UnlinkableModule.class)
        .hasMessageContaining("3 imports")
        .hasMessageContaining("unknown function a one")
        .hasMessageContaining("function b two is (i64 ->) here, the module wants (i32 -> f64)")
        .hasMessageContaining("unknown global c three");
  }

  @Test
  void tellsTheHostsFailureFromTheGuests() {
    String wat =
        "(module (import \"h\" \"trap\" (func $trap)) (import \"h\" \"bug\" (func $bug))"
            + " (func (export \"trap\") call $trap) (func (export \"bug\") call $bug))";
    HostImports imports =
        HostImports.builder()
            .function(
                "h",
                "trap",
                "->",
                (instance, arguments) -> {
                  throw new GuestTrap("foreign page 7");
                })
            .function(
                "h",
                "bug",
                "->",
                (instance, arguments) -> {
                  throw new IllegalStateException("oops");
                })
            .build();
    try (Instance instance = instance(wat, imports, Limits.standard())) {
      assertThat(endOf(() -> instance.call("trap")).message())
          .isEqualTo("trapped: foreign page 7 in host function h trap < function 2");
    }
    try (Instance instance = instance(wat, imports, Limits.standard())) {
      assertThatThrownBy(() -> instance.call("bug"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("oops");
      assertThat(instance.end()).isPresent();
    }
  }

  @Test
  void givesReferencesToTheHostAndBack() {
    String wat =
        """
        (module
          (import "text" "hello" (global $hello externref))
          (import "env" "limit" (global $limit i32))
          (import "env" "length" (func $length (param externref) (result i32)))
          (import "env" "join" (func $join (param externref externref i32) (result externref)))
          (func (export "run") (param externref) (result externref)
            (call $join (global.get $hello) (local.get 0) (call $length (global.get $hello))))
          (func (export "limit") (result i32) (global.get $limit)))
        """;
    HostImports imports =
        HostImports.builder()
            .stringConstants("text")
            .constant("env", "limit", ValueType.I32, 9)
            .functionOfReferences(
                "env",
                "length",
                "ref -> i32",
                (instance, numbers, references) ->
                    ((String) java.util.Objects.requireNonNull(references[0])).length())
            .functionToReference(
                "env",
                "join",
                "ref ref i32 -> ref",
                (instance, numbers, references) ->
                    references[0] + "," + references[1] + "," + numbers[2])
            .build();
    try (Instance instance = instance(wat, imports, Limits.standard())) {
      assertThat(instance.callWithReferences("run", new long[1], new Object[] {"you"}))
          .isEqualTo("hello,you,5");
      assertThat(instance.callWithReferences("limit", new long[0], new Object[0])).isEqualTo(9L);
    }
  }

  @Test
  void tablesAreEachInstancesOwn() {
    String wat =
        "(module (table 1 50 funcref) (func (export \"grow\") (param i32) (result i32)"
            + " (table.grow (ref.null func) (local.get 0))) (func (export \"size\") (result i32) (table.size)))";
    try (LinkedModule module = engine.compile(Wat.module(wat)).link(HostImports.none());
        Instance one = module.instantiate(Limits.standard().withTableElements(20));
        Instance two = module.instantiate(Limits.standard())) {
      assertThat(one.call("grow", 10)).containsExactly(1);
      assertThat((int) one.call("grow", 10)[0]).isEqualTo(-1);
      assertThat(one.call("size")).containsExactly(11);
      assertThat(two.call("size")).containsExactly(1);
      try (Instance three = module.instantiate(Limits.standard())) {
        assertThat(three.call("size")).containsExactly(1);
      }
      assertThat(endOf(() -> module.instantiate(Limits.standard().withTableElements(0))))
          .isInstanceOf(End.MemoryExhausted.class);
    }
  }

  @Test
  void refusesCallsThatDoNotFit() {
    try (Instance instance = instance("(module (func (export \"f\") (param i32)))")) {
      assertThatThrownBy(() -> instance.call("g"))
          .isInstanceOf(WasmException.class)
          .hasMessage("test.wasm: exports no function 'g'");
      assertThatThrownBy(() -> instance.call("f"))
          .hasMessage("test.wasm: function 'f' (i32 ->) was called with 0 arguments");
      assertThat(instance.call("f", 1)).isNullOrEmpty();
      assertThatThrownBy(() -> instance.realloc().realloc(0, 0, 1, 1))
          .isInstanceOf(GuestTrap.class);
      assertThatThrownBy(() -> instance.memory().loadByte(0)).isInstanceOf(GuestTrap.class);
    }
  }

  @Test
  void waitingIsNotRunning() throws Exception {
    HostImports imports =
        HostImports.builder()
            .function(
                "env",
                "wait",
                "->",
                (instance, arguments) -> {
                  instance.beginWait();
                  try {
                    Thread.sleep(150);
                  } finally {
                    instance.endWait();
                  }
                  return 0;
                })
            .build();
    Limits limits = Limits.standard().withBurst(Duration.ofMillis(100));
    try (Instance instance =
        instance(
            "(module (import \"env\" \"wait\" (func $wait)) (func (export \"run\") call $wait call $wait))",
            imports,
            limits)) {
      instance.call("run");
      assertThat(instance.ran()).isLessThan(Duration.ofMillis(150));
    }
  }

  @Test
  void anInterruptOfSomeoneElsesStaysWithTheThread() throws Exception {
    try (Instance instance = instance("(module (func (export \"run\") (loop br 0)))")) {
      Thread runner =
          Thread.ofVirtual()
              .start(() -> {
                assertThat(endOf(() -> instance.call("run"))).isInstanceOf(End.Interrupted.class);
                assertThat(Thread.interrupted()).isTrue();
              });
      runner.interrupt();
      runner.join();
      assertThat(instance.end()).get().isInstanceOf(End.Interrupted.class);
    }
  }
}

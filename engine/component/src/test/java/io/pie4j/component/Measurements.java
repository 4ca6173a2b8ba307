package io.pie4j.component;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prints what things cost; run with {@code -Dtest=Measurements
 * -Dtest.jvm.args=-Dpie4j.measure=true}.
 */
@EnabledIfSystemProperty(named = "pie4j.measure", matches = "true")
class Measurements {
  private static final String ECHO =
      """
      (module
        (import "env" "echo" (func $echo (param i32) (result i32)))
        (import "env" "wait" (func $wait (param i32)))
        (memory (export "memory") 17)
        (data (i32.const 1024) "some initial data")
        (func (export "calls") (param $n i32) (result i32) (local $sum i32)
          (loop $next
            (local.set $sum (i32.add (local.get $sum) (call $echo (local.get $n))))
            (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
          (local.get $sum))
        (func $leaf (param i32) (result i32) (i32.mul (local.get 0) (i32.const 31)))
        (func $fib (export "fib") (param i32) (result i32)
          (if (result i32) (i32.lt_s (local.get 0) (i32.const 2)) (then (local.get 0))
            (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
                           (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
        (func (export "sum") (param $n i32) (result i32) (local $at i32) (local $sum i32)
          (loop $again
            (local.set $at (i32.const 0))
            (loop $next
              (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $at))))
              (i32.store offset=4 (local.get $at) (local.get $sum))
              (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const 65528))))
            (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
          (local.get $sum))
        (func (export "once") (i32.store (i32.const 1024) (call $echo (i32.const 1)))))
      """;

  private static HostImports host() {
    return HostImports.builder()
        .function("env", "echo", "i32 -> i32", (instance, arguments) -> arguments[0])
        .function("env", "wait", "i32 ->", (instance, arguments) -> 0)
        .build();
  }

  @Test
  void instantiation() {
    try (WasmEngine engine = new WasmEngine();
        LinkedModule module = engine.compile(Wat.module(ECHO)).link(host())) {
      for (int round = 0; round < 12; round++) {
        long heap = usedHeap();
        List<Instance> instances = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < 896; i++) {
          Instance instance = module.instantiate(Limits.standard());
          instances.add(instance);
        }
        long made = System.nanoTime();
        instances.forEach(instance -> instance.call("once"));
        long called = System.nanoTime();
        long grown = usedHeap() - heap;
        long closing = System.nanoTime();
        instances.forEach(Instance::close);
        long closed = System.nanoTime();
        System.out.printf(
            "896 instances: make %.1f us each, first call and write %.1f us, close %.1f us, heap %d bytes each%n",
            (made - start) / 896e3,
            (called - made) / 896e3,
            (closed - closing) / 896e3,
            grown / 896);
      }
    }
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Test
  void speed() {
    try (WasmEngine engine = new WasmEngine();
        Instance instance =
            engine.compile(Wat.module(ECHO)).instantiate(host(), Limits.standard())) {
      int calls = 20_000_000;
      print("host call", calls, () -> instance.call("calls", calls)[0]);
      print("fib(35) call", 29_860_703, () -> instance.call("fib", 35)[0]);
      print("load, add, store", 8191L * 2000, () -> instance.call("sum", 2000)[0]);
      print(
          "call from the host",
          1_000_000,
          () -> {
            long sum = 0;
            for (int i = 0; i < 1_000_000; i++) {
              sum += instance.call("fib", 1)[0];
            }
            return sum;
          });
    }
  }

  private static void print(String what, long count, LongSupplier body) {
    for (int round = 0; round < 4; round++) {
      long start = System.nanoTime();
      long result = body.getAsLong();
      System.out.printf(
          "%s: %.2f ns (%d)%n", what, (System.nanoTime() - start) / (double) count, result);
    }
  }

  @Test
  void cache(@TempDir Path directory) {
    WasmModule module = Wat.module(ECHO);
    for (int round = 0; round < 4; round++) {
      try (WasmEngine engine = new WasmEngine(CodeCache.in(directory, 1L << 30))) {
        long start = System.nanoTime();
        CompiledModule compiled = engine.compile(module);
        System.out.printf("%s: %.1f ms%n", compiled.origin(), (System.nanoTime() - start) / 1e6);
      }
    }
  }
}

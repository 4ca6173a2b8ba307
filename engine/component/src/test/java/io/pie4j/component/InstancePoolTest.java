package io.pie4j.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InstancePoolTest {
  private static final String WAT =
      """
      (module
        (import "host" "start" (func $start))
        (import "host" "name" (func $name (result i64)))
        (global $started (mut i32) (i32.const 0))
        (func $init call $start (global.set $started (i32.const 1)))
        (func (export "started") (result i32) global.get $started)
        (func (export "name") (result i64) call $name)
        (start $init))
      """;

  private static final ReadyInstances THREE =
      new ReadyInstances(3, 3, 1 << 20, Duration.ofHours(1));

  private final AtomicInteger starts = new AtomicInteger();

  private HostImports host() {
    return HostImports.builder()
        .function("host", "start", "->", (instance, arguments) -> starts.incrementAndGet())
        .function("host", "name", "-> i64", (instance, arguments) -> instance.host(Long.class))
        .build();
  }

  private static void awaitReady(InstancePool pool, int count) {
    while (pool.ready() < count) {
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }

  @Test
  void handsOutInstancesMadeAhead() {
    try (WasmEngine engine = new WasmEngine();
        LinkedModule module = engine.compile(Wat.module(WAT)).link(host());
        InstancePool pool = new InstancePool(module, Limits.standard(), THREE)) {
      awaitReady(pool, 3);
      assertThat(starts).hasValue(3);
      for (long name = 0; name < 20; name++) {
        try (Instance instance = pool.take()) {
          instance.attach(name);
          assertThat(instance.call("name")).containsExactly(name);
          assertThat(instance.call("started")).containsExactly(1);
        }
      }
      awaitReady(pool, 3);
      assertThat(starts).hasValue(23);
    }
  }

  @Test
  void closesTheInstancesThatNobodyTook() {
    try (WasmEngine engine = new WasmEngine();
        LinkedModule module = engine.compile(Wat.module(WAT)).link(host())) {
      InstancePool pool = new InstancePool(module, Limits.standard(), THREE);
      try (pool) {
        awaitReady(pool, 3);
        assertThat(engine.watchdog().watched()).isEqualTo(3);
      }
      assertThat(engine.watchdog().watched()).isZero();
      assertThatThrownBy(pool::take).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void whoTakesIsToldWhyThereIsNone() {
    try (WasmEngine engine = new WasmEngine();
        LinkedModule module =
            engine
                .compile(Wat.module("(module (func $f unreachable) (start $f))"))
                .link(HostImports.none());
        InstancePool pool = new InstancePool(module, Limits.standard(), THREE)) {
      assertThatThrownBy(pool::take)
          .isInstanceOf(InstanceEnded.class)
          .hasMessageContaining("unreachable");
      // The one that the pool was making meanwhile goes too.
      while (engine.watchdog().watched() > 0) {
        LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
      }
    }
  }

  @Test
  void keepsAsManyAsTheLargestBurstTookAndForgetsIt() {
    ReadyInstances bounds = new ReadyInstances(2, 60, 64 << 20, Duration.ofMillis(500));
    try (WasmEngine engine = new WasmEngine();
        LinkedModule module = engine.compile(Wat.module(WAT)).link(host());
        InstancePool pool = new InstancePool(module, Limits.standard(), bounds)) {
      awaitReady(pool, 2);
      for (int i = 0; i < 40; i++) {
        pool.take().close();
      }
      awaitReady(pool, 40);
      while (pool.ready() > 2) {
        LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
      }
      assertThat(engine.watchdog().watched()).isEqualTo(2);
    }
  }

  @Test
  void keepsNoMoreThanItsBytesAllow() {
    ReadyInstances bounds = new ReadyInstances(2, 60, 200 << 10, Duration.ofHours(1));
    try (WasmEngine engine = new WasmEngine();
        LinkedModule module = engine.compile(Wat.module(WAT)).link(host());
        InstancePool pool = new InstancePool(module, Limits.standard(), bounds)) {
      for (int i = 0; i < 40; i++) {
        pool.take().close();
      }
      // An instance of the module is said to hold 32 KiB and little more.
      awaitReady(pool, 6);
      assertThat(pool.ready()).isEqualTo(6);
    }
  }
}

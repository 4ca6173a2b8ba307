package io.pie4j.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.component.abi.GuestTrap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CopyOnWriteTest {
  private static final String WAT =
      """
      (module
        (memory 2 100)
        (data (i32.const 8) "\\01\\02\\03\\04")
        (data (i32.const 65534) "edge")
        (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
        (func (export "store") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
        (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))
      """;

  @Test
  void instancesDoNotSeeOneAnother() {
    try (WasmEngine engine = new WasmEngine();
        LinkedModule module = engine.compile(Wat.module(WAT)).link(HostImports.none())) {
      List<Instance> instances = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        Instance instance = module.instantiate(Limits.standard());
        instances.add(instance);
        assertThat(instance.call("load", 8)).containsExactly(0x04030201);
        instance.call("store", 8, i);
        instance.call("grow", 3);
        instance.call("store", 5 * 65536 - 4, -i);
      }
      for (int i = 0; i < 1000; i++) {
        assertThat(instances.get(i).call("load", 8)).containsExactly(i);
        assertThat((int) instances.get(i).call("load", 5 * 65536 - 4)[0]).isEqualTo(-i);
      }
      instances.forEach(Instance::close);
      try (Instance fresh = module.instantiate(Limits.standard())) {
        assertThat(fresh.call("load", 8)).containsExactly(0x04030201);
        fresh.call("grow", 3);
        assertThat(fresh.call("load", 5 * 65536 - 4)).containsExactly(0);
      }
    }
  }

  @Test
  void segmentsPlacedByGlobalsAreWrittenAtTheStart() {
    String wat =
        "(module (import \"env\" \"base\" (global i32)) (memory 1) (data (global.get 0) \"abc\")"
            + " (func (export \"load\") (param i32) (result i32) (i32.load8_u (local.get 0))))";
    try (WasmEngine engine = new WasmEngine()) {
      CompiledModule module = engine.compile(Wat.module(wat));
      HostImports at100 = HostImports.builder().constant("env", "base", ValueType.I32, 100).build();
      try (Instance instance = module.instantiate(at100, Limits.standard())) {
        assertThat(instance.call("load", 101)).containsExactly('b');
      }
      HostImports outside =
          HostImports.builder().constant("env", "base", ValueType.I32, 65534).build();
      assertThatThrownBy(() -> module.instantiate(outside, Limits.standard()))
          .isInstanceOf(InstanceEnded.class)
          .hasMessageContaining("does not fit the memory of 65536 bytes");
    }
  }

  @Test
  void refusesSegmentsOutsideTheMemory() {
    String wat = "(module (memory 1) (data (i32.const 65535) \"ab\"))";
    try (WasmEngine engine = new WasmEngine()) {
      CompiledModule module = engine.compile(Wat.module(wat));
      assertThatThrownBy(() -> module.link(HostImports.none()))
          .isInstanceOf(InvalidModule.class)
          .hasMessageContaining("data segment 0 (2 bytes at 65535) does not fit");
    }
  }

  @Test
  void memoryIsOutOfReachOnceClosed() {
    try (WasmEngine engine = new WasmEngine()) {
      Instance instance =
          engine.compile(Wat.module(WAT)).instantiate(HostImports.none(), Limits.standard());
      assertThat(instance.memory().loadByte(9)).isEqualTo((byte) 2);
      instance.close();
      instance.close();
      assertThatThrownBy(() -> instance.memory().loadByte(9))
          .isInstanceOf(GuestTrap.class)
          .hasMessageContaining("after the end");
      assertThatThrownBy(() -> instance.call("load", 8)).isInstanceOf(InstanceEnded.class);
    }
  }

  static Stream<MemoryImage> images() {
    byte[] contents = new byte[70_000];
    System.arraycopy("edge".getBytes(StandardCharsets.UTF_8), 0, contents, 65534, 4);
    return Stream.of(MemoryImage.of(contents), new CopiedImage(contents));
  }

  @ParameterizedTest
  @MethodSource("images")
  void bothKindsOfImageBehaveAlike(MemoryImage image) {
    try (image) {
      LinearMemory one = new LinearMemory(image, 2, 100, 5, false);
      LinearMemory two = new LinearMemory(image, 2, 100, 5, false);
      assertThat(one.readBytes(65534, 4)).isEqualTo("edge".getBytes(StandardCharsets.UTF_8));
      one.storeLong(65532, -1);
      assertThat(two.loadInt(65534)).isEqualTo(0x65676465);
      assertThat(one.grow(2)).isEqualTo(2);
      assertThat(one.loadLong(65532)).isEqualTo(-1);
      assertThat(one.loadLong(4 * 65536 - 8)).isZero();
      assertThat(one.grow(2)).isEqualTo(-1);
      assertThat(one.refusedBytes()).isEqualTo(6 * 65536);
      assertThat(one.grow(1)).isEqualTo(4);
      one.storeDouble(5 * 65536 - 8, 1.5);
      one.copy(1, 5 * 65536 - 8, 8);
      assertThat(one.loadDouble(1)).isEqualTo(1.5);
      one.copy(2, 1, 8);
      assertThat(one.loadDouble(2)).isEqualTo(1.5);
      one.fill((byte) 7, 10, 20);
      assertThat(one.readBytes(10, 11)).containsExactly(7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 0);
      for (long address : new long[] {5 * 65536 - 3, -1, -4, Integer.MIN_VALUE, 5 * 65536}) {
        assertThatThrownBy(() -> one.loadInt((int) address)).isInstanceOf(GuestTrap.class);
        assertThatThrownBy(() -> one.storeInt((int) address, 0)).isInstanceOf(GuestTrap.class);
      }
      assertThatThrownBy(() -> one.copy(0, 1, -1)).isInstanceOf(GuestTrap.class);
      assertThatThrownBy(() -> one.fill((byte) 0, 10, 9)).isInstanceOf(GuestTrap.class);
      one.release();
      one.release();
      assertThatThrownBy(() -> one.loadByte(0)).isInstanceOf(GuestTrap.class);
      assertThat(two.loadByte(65534)).isEqualTo((byte) 'e');
      two.release();
    }
  }
}

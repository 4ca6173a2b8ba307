package io.pie4j.component.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.component.InstanceEnded;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class TrapsTest {
  private static final class HostFailure extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static ComponentInstance instantiate() {
    AtomicReference<ComponentInstance> self = new AtomicReference<>();
    Linker linker =
        new Linker()
            .function(
                "",
                "call-back",
                (_, _) -> {
                  ComponentInstance instance = Objects.requireNonNull(self.get());
                  return instance.call("", "nothing");
                })
            .function("", "take", (_, _) -> null)
            .function(
                "",
                "fail",
                (_, _) -> {
                  throw new HostFailure();
                });
    ComponentInstance instance = TestComponents.instantiate("traps", linker);
    self.set(instance);
    return instance;
  }

  private static void assertTraps(String message, String function, Object... arguments) {
    try (ComponentInstance instance = instantiate()) {
      assertThatThrownBy(() -> instance.call("", function, arguments))
          .as(function)
          .isInstanceOf(InstanceEnded.class)
          .hasMessageContaining(message);
      assertThatThrownBy(() -> instance.call("", "nothing")).isInstanceOf(InstanceEnded.class);
    }
  }

  @Test
  void malformedValuesTrap() {
    assertTraps("0xd800 is not a Unicode scalar value", "char", 0xd800L);
    assertTraps("0x110000 is not a Unicode scalar value", "char", 0x110000L);
    assertTraps("case 7 of a type that has 2 cases", "variant", 32L);
    assertTraps("case 2 of a type that has 2 cases", "option", 48L);
    assertTraps("case 2 of a type that has 2 cases", "enum", 2L);
    assertTraps("not valid UTF-8", "utf8", 8L, 2L);
    assertTraps("not valid UTF-16", "utf16", 16L, 1L);
    assertTraps("not valid UTF-16", "latin1", 16L, 1L | 1L << 31);
  }

  @Test
  void pointersOutOfPlaceTrap() {
    assertTraps("out of bounds", "utf8", 65535L, 2L);
    assertTraps("unaligned pointer", "utf16", 17L, 1L);
    assertTraps("unaligned pointer", "latin1", 17L, 1L);
    assertTraps("longer than the most", "utf8", 0L, 1L << 28);
    assertTraps("longer than the most", "utf16", 0L, 0xffffffffL);
    assertTraps("does not lie within the memory", "list", 65536L - 4, 2L);
    assertTraps("not aligned to 4", "list", 2L, 1L);
    assertTraps("longer than the most", "list", 0L, 1L << 30);
    assertTraps("pointer out of bounds of memory", "result-at", 65536L - 4);
    assertTraps("unaligned pointer", "result-at", 2L);
    assertTraps("out of bounds", "take", 65536L, 1L);
    assertTraps("not valid UTF-8", "take", 8L, 1L);
  }

  @Test
  void allocatorsThatAnswerNonsenseTrap() {
    assertTraps("outside the memory", "realloc-nowhere", "text");
    assertTraps("where alignment 4 was asked for", "realloc-crooked", (Object) new int[] {1});
  }

  @Test
  void nobodyIsEnteredOrLeftAtTheWrongTime() {
    assertTraps("cannot enter component instance", "call-back");
    assertTraps("cannot leave component instance", "call-in-post-return");
    assertTraps("cannot leave component instance", "realloc-calls", "text");
  }

  @Test
  void anExceptionThatNobodyCatchesTraps() {
    assertTraps("uncaught exception", "throw");
  }

  @Test
  void theHostsOwnFailureComesOut() {
    try (ComponentInstance instance = instantiate()) {
      assertThatThrownBy(() -> instance.call("", "fail")).isInstanceOf(HostFailure.class);
      assertThat(instance.end()).isPresent();
    }
  }

  @Test
  void argumentsOfTheWrongTypeAreTheHostsFailure() {
    try (ComponentInstance instance = instantiate()) {
      assertThatThrownBy(() -> instance.call("", "char", "text"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a value of type u32 is expected, not text");
    }
    try (ComponentInstance instance = instantiate()) {
      assertThatThrownBy(() -> instance.call("", "char", 1L << 32))
          .hasMessageContaining("a value of type u32 is expected");
    }
    try (ComponentInstance instance = instantiate()) {
      assertThatThrownBy(() -> instance.call("", "char"))
          .hasMessageContaining("0 arguments are given to func(n: u32) -> char");
    }
  }
}

package io.pie4j.component.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.component.InstanceEnded;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ResourcesTest {
  private static final String THINGS = "test:host/things@1.9.0";
  private static final String COUNTERS = "test:api/counters";

  private record Thing(long number) {}

  private final List<Object> dropped = new ArrayList<>();
  private final List<@Nullable Object> swallowed = new ArrayList<>();
  private final List<@Nullable Object> destroyed = new ArrayList<>();

  private ComponentInstance instantiate() {
    Linker linker =
        new Linker()
            .resource(THINGS, "thing", dropped::add)
            .function(THINGS, "[constructor]thing", (_, a) -> new Thing((Long) at(a, 0)))
            .function(THINGS, "[method]thing.n", (_, a) -> ((Thing) at(a, 0)).number())
            .function(
                THINGS,
                "swallow",
                (_, a) -> {
                  swallowed.add(a[0]);
                  return null;
                })
            .function(
                "",
                "gone",
                (_, a) -> {
                  destroyed.add(a[0]);
                  return null;
                });
    return TestComponents.instantiate("resources", linker);
  }

  private static Object at(@Nullable Object[] arguments, int index) {
    return Objects.requireNonNull(arguments[index]);
  }

  @Test
  void aComponentUsesWhatAnotherDefines() {
    try (ComponentInstance instance = instantiate()) {
      assertThat(instance.call("", "sum", 2L, 3L)).isEqualTo(20L + 30 + 30);
      assertThat(destroyed).containsExactly(20L, 30L);
    }
  }

  @Test
  void theHostOwnsWhatAComponentGives() {
    try (ComponentInstance instance = instantiate()) {
      OwnedResource counter =
          (OwnedResource)
              Objects.requireNonNull(instance.call(COUNTERS, "[constructor]counter", 4L));
      assertThat(instance.call(COUNTERS, "[method]counter.value", counter)).isEqualTo(40L);
      assertThat(instance.call(COUNTERS, "[static]counter.end", counter)).isEqualTo(40L);
      assertThatThrownBy(() -> instance.call(COUNTERS, "[method]counter.value", counter))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void whatTheHostDropsIsDestroyed() {
    try (ComponentInstance instance = instantiate()) {
      OwnedResource counter =
          (OwnedResource)
              Objects.requireNonNull(instance.call(COUNTERS, "[constructor]counter", 5L));
      instance.drop(counter);
      assertThat(destroyed).containsExactly(50L);
      assertThatThrownBy(() -> instance.drop(counter)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void objectsOfTheHostComeAndGo() {
    try (ComponentInstance instance = instantiate()) {
      assertThat(instance.call("", "thing", 7L)).isEqualTo(7L);
      assertThat(dropped).containsExactly(new Thing(7));
      assertThat(instance.call("", "pass", 8L)).isNull();
      assertThat(swallowed).containsExactly(new Thing(8));
      assertThat(instance.call("", "look", new Thing(9))).isEqualTo(9L);
      assertThat(instance.call("", "same", new Thing(10))).isEqualTo(new Thing(10));
      assertThat(dropped).hasSize(1);
    }
  }

  @Test
  void whatIsLeftBehindIsDroppedAtTheEnd() {
    try (ComponentInstance instance = instantiate()) {
      assertThat(instance.call("", "lose", 11L)).isNull();
      assertThat(dropped).isEmpty();
    }
    assertThat(dropped).containsExactly(new Thing(11));
  }

  @Test
  void numbersOfHandlesAreUsedAgain() {
    try (ComponentInstance instance = instantiate()) {
      assertThat(instance.call("", "number", 1L)).isEqualTo(1L);
      assertThat(instance.call("", "number", 1L)).isEqualTo(2L);
      assertThat(instance.call("", "give-back", 1L)).isNull();
      assertThat(instance.call("", "number", 1L)).isEqualTo(1L);
    }
  }

  private void assertTraps(String message, String function, Object argument) {
    try (ComponentInstance instance = instantiate()) {
      assertThatThrownBy(() -> instance.call("", function, argument))
          .isInstanceOf(InstanceEnded.class)
          .hasMessageContaining(message);
      assertThat(instance.end()).isPresent();
    }
  }

  @Test
  void handlesThatAreNotHeldTrap() {
    assertTraps("unknown handle index 3", "use", 3L);
    assertTraps("unknown handle index 0", "give-back", 0L);
    assertTraps("borrow handles still remain at the end of the call", "keep", new Thing(1));
    assertTraps("cannot lift own resource from a borrow", "steal", new Thing(1));
    try (ComponentInstance instance = instantiate()) {
      assertThat(instance.call("", "number", 1L)).isEqualTo(1L);
      assertThatThrownBy(() -> instance.call("", "as-thing", 1L))
          .isInstanceOf(InstanceEnded.class)
          .hasMessageContaining("wrong type");
    }
  }
}

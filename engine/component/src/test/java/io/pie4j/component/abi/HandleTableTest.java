package io.pie4j.component.abi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HandleTableTest {
  private final List<String> dropped = new ArrayList<>();
  private final HandleTable<String> table = new HandleTable<>("queue", 100, dropped::add);

  @Test
  void handlesNameValuesUntilTheyAreDropped() {
    int one = table.add("one");
    int two = table.add("two");
    assertThat(one).isPositive().isNotEqualTo(two);
    assertThat(table.get(one)).isEqualTo("one");
    table.drop(one);
    assertThat(dropped).containsExactly("one");
    assertThatThrownBy(() -> table.get(one))
        .isInstanceOf(GuestTrap.class)
        .hasMessage(
            one + " is no handle of type queue that this program holds (never given, or dropped)");
    int three = table.add("three");
    assertThat(three).as("the slot is taken again, by another handle").isNotEqualTo(one);
    assertThatThrownBy(() -> table.drop(one)).isInstanceOf(GuestTrap.class);
    assertThat(table.take(two)).isEqualTo("two");
    assertThatThrownBy(() -> table.take(two)).isInstanceOf(GuestTrap.class);
    assertThat(dropped).containsExactly("one");
    table.close();
    assertThat(dropped).containsExactly("one", "three");
    assertThat(table.size()).isZero();
  }

  @Test
  void guessedHandlesTrap() {
    table.add("one");
    for (int guess :
        new int[] {0, -1, 2, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 20, (1 << 20) + 1}) {
      assertThatThrownBy(() -> table.get(guess)).isInstanceOf(GuestTrap.class);
    }
  }

  @Test
  void holdsNoMoreThanItsLimit() {
    for (int i = 0; i < 100; i++) {
      table.add("v" + i);
    }
    assertThatThrownBy(() -> table.add("one more"))
        .isInstanceOf(GuestTrap.class)
        .hasMessage("more than 100 handles of type queue at once: drop some");
  }

  @Test
  void behavesLikeAMap() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<Integer, String> model = new HashMap<>();
    for (int step = 0; step < 20_000; step++) {
      if (model.isEmpty() || (model.size() < 100 && random.nextInt(3) > 0)) {
        String value = "v" + step;
        int handle = table.add(value);
        assertThat(model.put(handle, value)).as("seed %d, step %d", seed, step).isNull();
      } else {
        int handle = model.keySet().iterator().next();
        assertThat(table.take(handle))
            .as("seed %d, step %d", seed, step)
            .isEqualTo(model.remove(handle));
        assertThatThrownBy(() -> table.get(handle)).isInstanceOf(GuestTrap.class);
      }
      assertThat(table.size()).isEqualTo(model.size());
    }
  }

  @Test
  void oneFailingDropDoesNotKeepTheOthers() {
    HandleTable<String> failing =
        new HandleTable<>(
            "queue",
            10,
            value -> {
              dropped.add(value);
              if (value.equals("b")) {
                throw new IllegalStateException("cannot");
              }
            });
    failing.add("a");
    failing.add("b");
    failing.add("c");
    assertThatThrownBy(failing::close).isInstanceOf(IllegalStateException.class);
    assertThat(dropped).containsExactly("c", "b", "a");
    failing.close();
    assertThat(dropped).hasSize(3);
  }
}

package io.pie4j.component.wasi;

import io.pie4j.component.Guest;
import io.pie4j.component.abi.GuestTrap;
import io.pie4j.component.model.Case;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call of a WASI function with its arguments. A component may import a function with another
 * type than WASI's; that shows here, and traps.
 */
record Call(Guest guest, Wasi wasi, String name, @Nullable Object[] arguments) {
  <T> T get(int index, Class<T> type) {
    if (index < arguments.length && type.isInstance(arguments[index])) {
      return type.cast(arguments[index]);
    }
    throw notWasi();
  }

  private GuestTrap notWasi() {
    return new GuestTrap("'" + name + "' is imported with another type than that of WASI 0.2");
  }

  long number(int index) {
    return get(index, Long.class);
  }

  /** A length, cut to what is sensible at once. */
  int length(int index, int most) {
    long wanted = number(index);
    return wanted < 0 || wanted > most ? most : (int) wanted;
  }

  String text(int index) {
    return get(index, String.class);
  }

  byte[] bytes(int index) {
    return get(index, byte[].class);
  }

  boolean truth(int index) {
    return get(index, Boolean.class);
  }

  int bits(int index) {
    return get(index, Integer.class);
  }

  Case variant(int index) {
    return get(index, Case.class);
  }

  List<?> list(int index) {
    return get(index, List.class);
  }

  <T> Optional<T> option(int index, Class<T> type) {
    Optional<?> value = get(index, Optional.class);
    if (value.isPresent() && !type.isInstance(value.get())) {
      throw notWasi();
    }
    return value.map(type::cast);
  }

  <T> T of(@Nullable Object value, Class<T> type) {
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    throw notWasi();
  }
}

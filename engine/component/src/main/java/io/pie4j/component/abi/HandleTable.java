package io.pie4j.component.abi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One guest's resources of one type: what it holds are numbers, checked here. A handle is a slot
 * and the slot's generation, so one kept beyond its drop is noticed instead of naming whatever took
 * the slot. Used by the thread that runs the instance; {@link #close} drops what is left when the
 * instance ends.
 *
 * @param <T> the host's value
 */
public final class HandleTable<T> implements AutoCloseable {
  private static final int SLOT_BITS = 20;
  private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
  private static final int GENERATION_MASK = (1 << (31 - SLOT_BITS)) - 1;

  private static final class Slot<T> {
    @Nullable T value;
    int generation;
  }

  private final String type;
  private final int limit;
  private final Consumer<? super T> drop;
  private final List<Slot<T>> slots = new ArrayList<>();
  private int[] free = new int[4];
  private int freeCount;
  private int live;

  /**
   * @param type the resource's name in messages
   * @param limit most handles alive at once, at most 2^20 - 2
   * @param drop called once for each value that the guest drops or leaves behind
   */
  public HandleTable(String type, int limit, Consumer<? super T> drop) {
    if (limit < 1 || limit >= SLOT_MASK) {
      throw new IllegalArgumentException(
          "limit " + limit + " is not between 1 and " + (SLOT_MASK - 1));
    }
    this.type = type;
    this.limit = limit;
    this.drop = drop;
  }

  /**
   * Gives the guest a value to own: its new handle, never zero. Traps when the guest holds {@code
   * limit} already.
   */
  public int add(T value) {
    if (live == limit) {
      throw new GuestTrap(
          "more than " + limit + " handles of type " + type + " at once: drop some");
    }
    int index;
    if (freeCount > 0) {
      index = free[--freeCount];
    } else {
      index = slots.size();
      slots.add(new Slot<>());
    }
    Slot<T> slot = slots.get(index);
    slot.value = value;
    live++;
    // Slot zero of generation zero would be handle 0, which guests read as "none".
    return slot.generation << SLOT_BITS | (index + 1);
  }

  /**
   * The value behind a handle that the guest lends ({@code borrow}) or calls a method on. Traps
   * when it has none.
   */
  public T get(int handle) {
    return value(slot(handle), handle);
  }

  /**
   * Takes a value back from the guest ({@code own} as an argument): the handle is gone, the value
   * lives on.
   */
  public T take(int handle) {
    Slot<T> slot = slot(handle);
    T value = value(slot, handle);
    slot.value = null;
    slot.generation = (slot.generation + 1) & GENERATION_MASK;
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, 2 * freeCount);
    }
    free[freeCount++] = (handle & SLOT_MASK) - 1;
    live--;
    return value;
  }

  /** The guest drops what it owns ({@code [resource-drop]}). */
  public void drop(int handle) {
    drop.accept(take(handle));
  }

  /** Handles alive. */
  public int size() {
    return live;
  }

  /** Drops every value that is left, newest slot first; the first failure is thrown at the end. */
  @Override
  public void close() {
    List<RuntimeException> failures = new ArrayList<>();
    for (int i = slots.size() - 1; i >= 0; i--) {
      T value = slots.get(i).value;
      slots.get(i).value = null;
      if (value != null) {
        try {
          drop.accept(value);
        } catch (RuntimeException failure) {
          failures.add(failure);
        }
      }
    }
    slots.clear();
    freeCount = 0;
    live = 0;
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }

  private Slot<T> slot(int handle) {
    int index = (handle & SLOT_MASK) - 1;
    if (index < 0 || index >= slots.size() || slots.get(index).generation != handle >>> SLOT_BITS) {
      throw unknown(handle);
    }
    return slots.get(index);
  }

  private T value(Slot<T> slot, int handle) {
    T value = slot.value;
    if (value == null) {
      throw unknown(handle);
    }
    return value;
  }

  private GuestTrap unknown(int handle) {
    return new GuestTrap(
        Integer.toUnsignedString(handle)
            + " is no handle of type "
            + type
            + " that this program holds (never given, or dropped)");
  }
}

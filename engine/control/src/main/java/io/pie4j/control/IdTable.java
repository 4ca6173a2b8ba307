package io.pie4j.control;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives out small ids for a program's objects. The id freed longest ago is used first, so that a
 * stale id is noticed rather than taken for something new.
 */
final class IdTable<T> {
  private @Nullable Object[] objects = new @Nullable Object[16];
  private int[] nextFree = new int[16];
  private int firstFree;
  private int lastFree;
  private int freed;
  private int used;

  int size() {
    return used - freed;
  }

  /** The id that {@link #add} will give. */
  int next() {
    return freed > 0 ? firstFree : used;
  }

  void add(T object) {
    int id = next();
    if (freed > 0) {
      firstFree = nextFree[id];
      freed--;
    } else {
      if (used == objects.length) {
        objects = Arrays.copyOf(objects, 2 * used);
        nextFree = Arrays.copyOf(nextFree, 2 * used);
      }
      used++;
    }
    objects[id] = object;
  }

  /** Null if there is no such id. */
  @SuppressWarnings("unchecked")
  @Nullable T get(int id) {
    return id >= 0 && id < used ? (T) objects[id] : null;
  }

  void remove(int id) {
    objects[id] = null;
    if (freed == 0) {
      firstFree = id;
    } else {
      nextFree[lastFree] = id;
    }
    lastFree = id;
    freed++;
  }

  @SuppressWarnings("unchecked")
  void forEach(Consumer<T> action) {
    for (int id = 0; id < used; id++) {
      T object = (T) objects[id];
      if (object != null) {
        action.accept(object);
      }
    }
  }
}

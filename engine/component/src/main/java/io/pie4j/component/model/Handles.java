package io.pie4j.component.model;

import io.pie4j.component.abi.GuestTrap;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a component instance holds of resources, by number from 1 on. A number that was given back
 * is the next to be given out.
 */
final class Handles {
  /** Handles at once. */
  static final int MAX = 1 << 20;

  static final class Handle {
    private final Resource resource;
    private final Object representation;
    private final boolean isOwned;
    private final @Nullable CallScope borrowedFor;
    private int lends;

    private Handle(
        Resource resource,
        Object representation,
        boolean isOwned,
        @Nullable CallScope borrowedFor) {
      this.resource = resource;
      this.representation = representation;
      this.isOwned = isOwned;
      this.borrowedFor = borrowedFor;
    }

    Resource resource() {
      return resource;
    }

    Object representation() {
      return representation;
    }

    void lend() {
      lends++;
    }

    void giveBack() {
      lends--;
    }
  }

  private final List<@Nullable Handle> handles = new ArrayList<>();
  private int[] free = new int[4];
  private int freeCount;

  int add(Resource resource, Object representation) {
    return add(new Handle(resource, representation, true, null));
  }

  /** A handle that must be gone when the call is over. */
  int addBorrowed(Resource resource, Object representation, CallScope call) {
    call.borrowed();
    return add(new Handle(resource, representation, false, call));
  }

  private int add(Handle handle) {
    if (freeCount > 0) {
      int index = free[--freeCount];
      handles.set(index, handle);
      return index + 1;
    }
    if (handles.size() == MAX) {
      throw new GuestTrap("more than " + MAX + " handles at once: drop some");
    }
    handles.add(handle);
    return handles.size();
  }

  Handle get(int number, Resource resource) {
    Handle handle = number < 1 || number > handles.size() ? null : handles.get(number - 1);
    if (handle == null) {
      throw new GuestTrap("unknown handle index " + Integer.toUnsignedString(number));
    }
    if (!handle.resource.equals(resource)) {
      throw new GuestTrap(
          "handle index " + number + " used with the wrong type, of another resource");
    }
    return handle;
  }

  private Handle remove(int number, Resource resource) {
    Handle handle = get(number, resource);
    if (handle.lends > 0) {
      throw new GuestTrap("cannot remove owned resource while borrowed: handle " + number);
    }
    handles.set(number - 1, null);
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, 2 * freeCount);
    }
    free[freeCount++] = number - 1;
    return handle;
  }

  /** Takes an owned handle out, to pass on what it stands for. */
  Object take(int number, Resource resource) {
    Handle handle = remove(number, resource);
    if (!handle.isOwned) {
      throw new GuestTrap("cannot lift own resource from a borrow: handle " + number);
    }
    return handle.representation;
  }

  /** The guest drops a handle; what it stands for, if that was the owner. */
  @Nullable Object drop(int number, Resource resource) {
    Handle handle = remove(number, resource);
    if (handle.borrowedFor != null) {
      handle.borrowedFor.returned();
    }
    return handle.isOwned ? handle.representation : null;
  }

  /**
   * Gives the host back what it defined and is left. What fails is logged, the rest is given back
   * all the same.
   */
  void close() {
    for (Handle handle : handles) {
      if (handle != null && handle.isOwned && !(handle.resource instanceof Resource.Defined)) {
        try {
          handle.resource.drop(handle.representation, Optional.empty());
        } catch (RuntimeException failure) {
          System.getLogger(Handles.class.getName())
              .log(Level.WARNING, "a resource that was left behind failed to close", failure);
        }
      }
    }
    handles.clear();
    freeCount = 0;
  }
}

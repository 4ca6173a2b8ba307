package io.pie4j.component.model;

import io.pie4j.component.abi.GuestTrap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One instance of a component while it lives: what it holds, what the resources in its types are,
 * and whether it may be called or call now.
 */
final class InstanceState {
  private final Optional<InstanceState> parent;
  private final Handles handles = new Handles();
  private final Map<ResourceType, Resource> resources = new HashMap<>();
  private boolean mayEnter = true;
  private boolean mayLeave = true;

  InstanceState(Optional<InstanceState> parent) {
    this.parent = parent;
  }

  Handles handles() {
    return handles;
  }

  void define(ResourceType type, Resource resource) {
    resources.put(type, resource);
  }

  Resource resource(ResourceType type) {
    Resource resource = resources.get(type);
    if (resource == null) {
      throw new IllegalStateException("resource " + type + " was not bound");
    }
    return resource;
  }

  /**
   * A call comes in: from the host, or from {@code caller}, which may contain this instance or
   * stand beside it. An instance that has not returned cannot be entered again, nor can one around
   * it.
   */
  void enter(Optional<InstanceState> caller) {
    for (InstanceState entered = this; ; entered = entered.parent.get()) {
      if (isOrContains(entered, caller)) {
        return;
      }
      if (!entered.mayEnter) {
        throw new GuestTrap("cannot enter component instance: it is called while it calls out");
      }
      entered.mayEnter = false;
      if (entered.parent.isEmpty()) {
        return;
      }
    }
  }

  void leave(Optional<InstanceState> caller) {
    for (InstanceState left = this; ; left = left.parent.get()) {
      if (isOrContains(left, caller)) {
        return;
      }
      left.mayEnter = true;
      if (left.parent.isEmpty()) {
        return;
      }
    }
  }

  private static boolean isOrContains(InstanceState outer, Optional<InstanceState> inner) {
    for (Optional<InstanceState> at = inner; at.isPresent(); at = at.get().parent) {
      if (at.get().equals(outer)) {
        return true;
      }
    }
    return false;
  }

  /** Calls out are forbidden while memory is allocated or results are freed. */
  void requireMayLeave() {
    if (!mayLeave) {
      throw new GuestTrap(
          "cannot leave component instance: while it allocates or after it returned");
    }
  }

  void setMayLeave(boolean may) {
    mayLeave = may;
  }
}

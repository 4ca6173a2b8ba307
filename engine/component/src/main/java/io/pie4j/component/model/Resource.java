package io.pie4j.component.model;

import io.pie4j.component.CoreFunction;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A kind of resource at run time. What a handle stands for, its representation, is a number to the
 * component instance that defined it, a Java object if the host did, and the number of a handle if
 * generated bindings keep the handles themselves.
 */
sealed interface Resource {
  /** Ends a value that nobody owns any more. */
  void drop(Object representation, Optional<InstanceState> caller);

  /** The instance that sees representations in place of handles that it is lent. */
  default boolean isOf(InstanceState instance) {
    return false;
  }

  /** Defined by a component: each instance's own, equal to itself alone. */
  final class Defined implements Resource {
    private final InstanceState owner;
    private final Optional<CoreFunction> destructor;

    Defined(InstanceState owner, Optional<CoreFunction> destructor) {
      this.owner = owner;
      this.destructor = destructor;
    }

    @Override
    public void drop(Object representation, Optional<InstanceState> caller) {
      destructor.ifPresent(function -> {
        owner.enter(caller);
        long[] _ = function.call((int) representation);
        owner.leave(caller);
      });
    }

    @Override
    public boolean isOf(InstanceState instance) {
      return owner.equals(instance);
    }
  }

  /** Defined by the host. */
  record Hosted(String name, Consumer<Object> dropped) implements Resource {
    @Override
    public void drop(Object representation, Optional<InstanceState> caller) {
      dropped.accept(representation);
    }
  }

  /** Its handles are kept by bindings, which know what is alive. */
  record Bound(String name, Consumer<Integer> dropped) implements Resource {
    @Override
    public void drop(Object representation, Optional<InstanceState> caller) {
      dropped.accept((Integer) representation);
    }
  }
}

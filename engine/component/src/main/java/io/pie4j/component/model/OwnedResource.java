package io.pie4j.component.model;

import io.pie4j.component.Store;

/**
 * A resource that a component defined, in the host's hands: what a function gave to own, or lent to
 * a host function for the time of a call. To be passed on, lent, or dropped ({@link
 * ComponentInstance#drop}); passed on or dropped it is gone.
 */
public final class OwnedResource {
  private final Resource.Defined resource;
  private final int representation;
  private boolean gone;

  OwnedResource(Resource.Defined resource, int representation) {
    this.resource = resource;
    this.representation = representation;
  }

  Resource.Defined resource() {
    return resource;
  }

  int representation() {
    if (gone) {
      throw Store.failure(
          new IllegalStateException("the resource was passed on or dropped before"));
    }
    return representation;
  }

  /** The representation, for a new owner. */
  int take() {
    int taken = representation();
    gone = true;
    return taken;
  }
}

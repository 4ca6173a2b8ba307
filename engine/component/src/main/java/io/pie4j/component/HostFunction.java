package io.pie4j.component;

import org.jspecify.annotations.Nullable;

/**
 * A function that the host offers to guests. It runs on the instance's thread. Numbers travel as
 * their bits: an i32 in the low half, an f32 as its raw int bits, an f64 as its raw long bits.
 *
 * <p>A {@link io.pie4j.component.abi.GuestTrap} ends the instance; an {@link InterruptedException}
 * ends it as stopped; anything else a host function throws is the host's own failure and comes out
 * of {@link Instance#call} unchanged.
 */
@FunctionalInterface
public interface HostFunction {
  /** Takes numbers and gives a number (ignored when the signature has no result). */
  long call(Guest guest, long[] arguments) throws InterruptedException;

  /** Takes numbers and references, each at its parameter's index, and gives a number. */
  @FunctionalInterface
  interface OfReferences {
    long call(Guest guest, long[] arguments, @Nullable Object[] references)
        throws InterruptedException;
  }

  /** Takes numbers and references, each at its parameter's index, and gives a reference. */
  @FunctionalInterface
  interface ToReference {
    @Nullable Object call(Guest guest, long[] arguments, @Nullable Object[] references)
        throws InterruptedException;
  }
}

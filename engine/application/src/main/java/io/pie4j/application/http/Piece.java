package io.pie4j.application.http;

import java.util.concurrent.CompletableFuture;

/** Bytes of a body that a program asked for. They count as held until {@link #release}. */
public final class Piece {
  private final Caller caller;
  private final CompletableFuture<byte[]> bytes = new CompletableFuture<>();
  private long held;
  private boolean released;

  Piece(Caller caller) {
    this.caller = caller;
  }

  /**
   * Completes with at least one byte, or none at the body's end; fails with QUOTA_EXCEEDED, FAILED
   * or TIMED_OUT.
   */
  public CompletableFuture<byte[]> bytes() {
    return bytes;
  }

  /** The program has them, or does not want them any more. */
  public synchronized void release() {
    released = true;
    caller.unhold(held);
    held = 0;
  }

  /** Whether so many bytes more may be held. */
  synchronized boolean hold(long more) {
    if (released) {
      return true;
    }
    boolean room = caller.hold(more);
    held += room ? more : 0;
    return room;
  }

  /** Of what was held only so much is needed. */
  synchronized void shrinkTo(long needed) {
    if (!released && needed < held) {
      caller.unhold(held - needed);
      held = needed;
    }
  }

  synchronized boolean isReleased() {
    return released;
  }
}

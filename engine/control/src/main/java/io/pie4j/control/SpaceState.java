package io.pie4j.control;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What the loop knows of a program. Belongs to the loop, save for the idle scopes. */
final class SpaceState {
  final Quotas quotas;
  final UserAccount user;
  final List<QueueState> queues = new ArrayList<>();
  int pagesHeld;
  int embedsHeld;
  boolean closed;

  /** The pass that gave this program an answer which it has not followed up yet, or 0. */
  long answeredBy;

  /** The last pass that used this program, for the trace. */
  long tracedIn;

  /** Idle scopes that the program has open; it changes this itself. */
  final AtomicInteger idleScopes = new AtomicInteger();

  SpaceState(Quotas quotas, UserAccount user) {
    this.quotas = quotas;
    this.user = user;
  }
}

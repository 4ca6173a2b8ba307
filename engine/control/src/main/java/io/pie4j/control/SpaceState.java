package io.pie4j.control;

import java.util.ArrayList;
import java.util.List;

/** What the loop knows of a program. Belongs to the loop. */
final class SpaceState {
  final Quotas quotas;
  final List<QueueState> queues = new ArrayList<>();
  int pagesHeld;
  int embedsHeld;
  boolean closed;

  /** The pass that gave this program an answer which it has not followed up yet, or 0. */
  long answeredBy;

  SpaceState(Quotas quotas) {
    this.quotas = quotas;
  }
}

package io.pie4j.component.model;

import io.pie4j.component.abi.GuestTrap;
import java.util.ArrayList;
import java.util.List;

/**
 * What is lent for the time of one call: handles of the caller that may not be dropped meanwhile,
 * and handles that the callee was given and has to drop.
 */
final class CallScope {
  private final List<Handles.Handle> lent = new ArrayList<>(0);
  private int borrowed;

  void lend(Handles.Handle handle) {
    handle.lend();
    lent.add(handle);
  }

  void borrowed() {
    borrowed++;
  }

  void returned() {
    borrowed--;
  }

  /** The callee is done. */
  void returns() {
    if (borrowed > 0) {
      throw new GuestTrap(
          "borrow handles still remain at the end of the call: " + borrowed + " were not dropped");
    }
  }

  /** The caller goes on. */
  void ends() {
    for (Handles.Handle handle : lent) {
      handle.giveBack();
    }
  }
}

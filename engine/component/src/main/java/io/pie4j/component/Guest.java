package io.pie4j.component;

import io.pie4j.component.abi.GuestMemory;
import io.pie4j.component.abi.Realloc;
import java.util.concurrent.Callable;

/**
 * The program that calls a host function: its memory and allocator for this call, what the host
 * attached to it, and its clock.
 */
public sealed interface Guest permits Instance, Store.Caller {
  /** The linear memory. A module without one has a memory of no bytes. */
  GuestMemory memory();

  /** The guest's allocator; traps if there is none. */
  Realloc realloc();

  /** What was attached to the program. */
  <T> T host(Class<T> type);

  /** Waits in a host function: the time is not the program's, and a new burst begins afterwards. */
  <T> T waiting(Callable<T> wait) throws Exception;

  /** Begins a wait by hand; {@link #endWait} must follow on the same thread. */
  void beginWait();

  void endWait();

  /** Stops the program from any thread, running or waiting, for a reason told in the end. */
  void stop(String reason);
}

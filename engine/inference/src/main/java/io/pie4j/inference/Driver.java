package io.pie4j.inference;

import java.util.concurrent.CompletableFuture;

/**
 * What executes passes on some hardware (paper §5.3).
 *
 * <p>A driver owns the memory of pages and embeds but decides nothing about it: the control layer
 * says which physical page, slot and embed every command uses, and guarantees that no two commands
 * of one stage of a pass write the same place or read what another of that stage writes. A later
 * stage may write again what an earlier one wrote: a decode step embeds into and reads out of the
 * same embed.
 */
public interface Driver extends AutoCloseable {

  DriverInfo info();

  /**
   * Runs one pass: saves, then loads, then copies, then embeds, then forwards, then readouts.
   *
   * <p>One pass at a time: the caller waits for the future before the next call. The future may
   * complete on any thread, and its dependents must be short. It fails with a {@link
   * DriverException} if the pass could not be run at all; what the pass would have written is then
   * undefined.
   */
  CompletableFuture<PassResult> execute(Pass pass);

  /**
   * Makes an adapter ready for {@link Forward#adapter}; may take a while, beside passes.
   *
   * @throws DriverException if the weights do not fit the model, or no place or memory is left
   */
  default int loadAdapter(AdapterWeights weights) {
    throw new DriverException("this driver has no adapters");
  }

  /** Frees an adapter, which no later pass names. A pass under way may still use it. */
  default void unloadAdapter(int adapter) {
    throw new DriverException("there is no adapter " + adapter);
  }

  /** Frees all memory; waits for a pass under way. */
  @Override
  void close();
}

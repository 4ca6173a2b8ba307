package io.pie4j.control;

/**
 * What the trace keeps of a pass. Times are the controller's clock, in nanoseconds.
 *
 * @param number from 1
 * @param formedNanos when the loop began to form it
 * @param startedNanos when the driver got it
 * @param endedNanos when the loop saw that it was over
 * @param driverNanos what the driver says it worked; 0 if it failed
 * @param failed whether the driver could not run it
 * @param queues whose commands it carried
 * @param programs whose queues these were
 * @param copies page copies, copies on write included
 * @param embeds embed commands
 * @param forwards forwards, a chunk counts as one
 * @param readouts distributions, draws and scores
 * @param tokens new tokens in its forwards
 * @param saves pages written to memory
 * @param loads pages read back
 * @param commandsWaiting commands that had arrived and that it left waiting
 * @param pagesFree physical pages that nobody held when it was formed
 */
public record TracedPass(
    long number,
    long formedNanos,
    long startedNanos,
    long endedNanos,
    long driverNanos,
    boolean failed,
    int queues,
    int programs,
    int copies,
    int embeds,
    int forwards,
    int readouts,
    int tokens,
    int saves,
    int loads,
    int commandsWaiting,
    int pagesFree) {}

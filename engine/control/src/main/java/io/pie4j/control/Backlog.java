package io.pie4j.control;

/**
 * What a {@link DispatchPolicy} sees when the driver is idle and commands wait.
 *
 * @param ready what a batch could be made of: in form {@link DispatchForm#PASSES} the waiting
 *     commands that a program can wait for (a step of a program has one), in form {@link
 *     DispatchForm#ONE_TYPE} the commands of the type at the front of their queues
 * @param futures waiting commands of all queues and types that a program can wait for
 * @param programsExpected programs that the last pass gave an answer and that have not asked for
 *     the next one since
 * @param nanosWaited since the oldest of them arrived
 * @param nanosReady how long the oldest could have run: since it arrived, or since the driver is
 *     idle if that is later
 * @param nanosQuiet time since the last command arrived, or since the last pass ended
 * @param lastPassNanos how long the last pass took, seen from here
 */
public record Backlog(
    int ready,
    int futures,
    int programsExpected,
    long nanosWaited,
    long nanosReady,
    long nanosQuiet,
    long lastPassNanos) {}

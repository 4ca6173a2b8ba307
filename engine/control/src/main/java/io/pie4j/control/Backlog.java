package io.pie4j.control;

/**
 * What a {@link DispatchPolicy} sees when the driver is idle and commands wait.
 *
 * @param commands waiting commands of all queues
 * @param futures those among them that a program can wait for
 * @param programsExpected programs that the last pass gave an answer and that have not asked for
 *     the next one since
 * @param nanosReady how long the oldest waiting command could have run: since it arrived, or since
 *     the driver is idle if that is later
 * @param nanosQuiet time since the last command arrived, or since the last pass ended
 * @param lastPassNanos how long the last pass took, seen from here
 */
public record Backlog(
    int commands,
    int futures,
    int programsExpected,
    long nanosReady,
    long nanosQuiet,
    long lastPassNanos) {}

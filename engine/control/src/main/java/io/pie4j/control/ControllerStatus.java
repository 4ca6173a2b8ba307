package io.pie4j.control;

/**
 * A controller's counters at one moment, as its loop last published them.
 *
 * @param pagesFree physical pages that nobody holds
 * @param pagesUsed all others, those that a pass under way still uses included
 * @param embedsFree physical embeds that nobody holds
 * @param embedsUsed all others
 * @param programs open address spaces
 * @param queues open command queues
 * @param commandsWaiting commands that have arrived and are in no pass
 * @param commandsDone commands that have left their queues, failed ones included
 * @param passes finished passes
 * @param passesFailed those that the driver could not run
 * @param tokens new tokens over all passes
 * @param queuesServed queues over all passes; divided by the passes it is the mean batch size
 * @param lastPassTokens new tokens of the last pass
 * @param lastPassQueues queues in the last pass
 * @param driverNanos time the driver spent, by its own account
 */
public record ControllerStatus(
    int pagesFree,
    int pagesUsed,
    int embedsFree,
    int embedsUsed,
    int programs,
    int queues,
    long commandsWaiting,
    long commandsDone,
    long passes,
    long passesFailed,
    long tokens,
    long queuesServed,
    int lastPassTokens,
    int lastPassQueues,
    long driverNanos) {}

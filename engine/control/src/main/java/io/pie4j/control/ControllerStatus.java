package io.pie4j.control;

/**
 * A controller's counters at one moment, as its loop last published them.
 *
 * @param pagesFree physical pages that nobody holds
 * @param pagesUsed all others, those that a pass under way still uses included
 * @param pagesExported pages under all names together; programs may share them
 * @param pagesInMemory pages that were moved out to memory of the host
 * @param pagesInFile pages that were moved out to the swap file
 * @param programsSuspended programs whose pages may be elsewhere
 * @param suspensions how often a program had to give way
 * @param restores how often a program came back
 * @param terminations programs that were ended to free memory
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
    int pagesExported,
    int pagesInMemory,
    int pagesInFile,
    int programsSuspended,
    long suspensions,
    long restores,
    long terminations,
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

package io.pie4j.control.messaging;

/**
 * A message that waits.
 *
 * @param number its place in its line
 * @param payer whose bounds it counts for
 */
record Message(long number, String text, Account payer) {}

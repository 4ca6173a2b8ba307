package io.pie4j.control.messaging;

/**
 * Bounds of messaging.
 *
 * @param subscriptionsPerUserMax subscriptions of a user at once
 * @param subscriptionMessagesMax messages that wait in a subscription; the oldest is lost to one
 *     more
 * @param mailboxesPerUserMax mailboxes of a user in which messages or askers wait
 * @param mailboxMessagesMax messages that wait in a mailbox
 * @param askersPerUserMax calls of a user that wait for a message or have one that the program did
 *     not look at yet
 * @param messagesPerUserMax messages of a user that wait anywhere
 * @param bytesPerUserMax what those take in memory: two bytes a character and 64 a message
 */
public record MessagingSettings(
    int subscriptionsPerUserMax,
    int subscriptionMessagesMax,
    int mailboxesPerUserMax,
    int mailboxMessagesMax,
    int askersPerUserMax,
    int messagesPerUserMax,
    long bytesPerUserMax) {

  public MessagingSettings {
    requirePositive("subscriptionsPerUserMax", subscriptionsPerUserMax);
    requirePositive("subscriptionMessagesMax", subscriptionMessagesMax);
    requirePositive("mailboxesPerUserMax", mailboxesPerUserMax);
    requirePositive("mailboxMessagesMax", mailboxMessagesMax);
    requirePositive("askersPerUserMax", askersPerUserMax);
    requirePositive("messagesPerUserMax", messagesPerUserMax);
    requirePositive("bytesPerUserMax", bytesPerUserMax);
  }

  /** 4,096 subscriptions and mailboxes of 1,024 messages; 65,536 messages and 64 MiB a user. */
  public static MessagingSettings standard() {
    return new MessagingSettings(4_096, 1_024, 4_096, 1_024, 16_384, 65_536, 64L << 20);
  }

  private static void requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be positive, is " + value);
    }
  }
}

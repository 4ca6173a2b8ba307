package io.pie4j.control.messaging;

import io.pie4j.control.ControlException;
import java.util.concurrent.atomic.AtomicLong;

/** What one user's programs use of messaging, together. Any thread, no locks. */
final class Account {
  private static final long MESSAGE_OVERHEAD_BYTES = 64;

  private final MessagingSettings settings;
  private final AtomicLong messages = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong subscriptions = new AtomicLong();
  private final AtomicLong mailboxes = new AtomicLong();
  private final AtomicLong askers = new AtomicLong();

  Account(MessagingSettings settings) {
    this.settings = settings;
  }

  /** Whether a message is within the bounds; if so, it counts until it is given back. */
  boolean takeMessage(String text) {
    if (!take(messages, 1, settings.messagesPerUserMax())) {
      return false;
    }
    if (!take(bytes, bytesOf(text), settings.bytesPerUserMax())) {
      messages.decrementAndGet();
      return false;
    }
    return true;
  }

  void giveMessage(String text) {
    messages.decrementAndGet();
    bytes.addAndGet(-bytesOf(text));
  }

  void requireMessageRoom(String call, String text) {
    if (!takeMessage(text)) {
      throw quota(
          "%s: %d messages of the user wait, of %d bytes; one more of %d would exceed %d messages (messagesPerUserMax) or %d bytes (bytesPerUserMax); receive some first"
              .formatted(
                  call,
                  messages.get(),
                  bytes.get(),
                  bytesOf(text),
                  settings.messagesPerUserMax(),
                  settings.bytesPerUserMax()));
    }
  }

  void takeSubscription() {
    if (!take(subscriptions, 1, settings.subscriptionsPerUserMax())) {
      throw quota(
          "subscribe: the user has %d subscriptions (subscriptionsPerUserMax); drop one first"
              .formatted(settings.subscriptionsPerUserMax()));
    }
  }

  void giveSubscription() {
    subscriptions.decrementAndGet();
  }

  void takeMailbox(String call) {
    if (!take(mailboxes, 1, settings.mailboxesPerUserMax())) {
      throw quota(
          "%s: the user has %d mailboxes in use (mailboxesPerUserMax); empty one first"
              .formatted(call, settings.mailboxesPerUserMax()));
    }
  }

  void giveMailbox() {
    mailboxes.decrementAndGet();
  }

  void takeAsker(String call) {
    if (!take(askers, 1, settings.askersPerUserMax())) {
      throw quota(
          "%s: the user waits for %d messages already (askersPerUserMax)"
              .formatted(call, settings.askersPerUserMax()));
    }
  }

  void giveAsker() {
    askers.decrementAndGet();
  }

  boolean isIdle() {
    return messages.get() == 0
        && bytes.get() == 0
        && subscriptions.get() == 0
        && mailboxes.get() == 0
        && askers.get() == 0;
  }

  private static boolean take(AtomicLong used, long more, long most) {
    if (used.addAndGet(more) > most) {
      used.addAndGet(-more);
      return false;
    }
    return true;
  }

  private static long bytesOf(String text) {
    return MESSAGE_OVERHEAD_BYTES + 2L * text.length();
  }

  private static ControlException quota(String message) {
    return new ControlException(ControlException.Code.QUOTA_EXCEEDED, message);
  }
}

package io.pie4j.control.messaging;

import io.pie4j.control.ControlException;
import java.util.LinkedHashSet;
import java.util.TreeMap;

/**
 * Messages in their order, and those who ask for them in theirs; never do both wait.
 *
 * <p>A message that was answered with counts as waiting until the program has seen it, and takes
 * its old place again if the program never does. So nothing is lost between the engine and a
 * program that ends.
 *
 * <p>Any thread. The lock is held for a few steps; futures are completed under it, so that an asker
 * who goes at the same moment gets either the message or nothing, and what hangs on them is short.
 */
final class Line {
  /** What happened to an offer. */
  enum Offer {
    TAKEN,
    FULL,
    CLOSED
  }

  private final int messagesMax;
  private final TreeMap<Long, Message> waiting = new TreeMap<>();
  private final LinkedHashSet<Asked> askers = new LinkedHashSet<>();
  private long nextNumber;

  /** Messages that were answered with and not seen yet. */
  private int unseen;

  /** Askers who wait or have not seen their answer. */
  private int askersOpen;

  private long lost;
  private boolean closed;

  Line(int messagesMax) {
    this.messagesMax = messagesMax;
  }

  /**
   * Puts a message at the end.
   *
   * @throws ControlException if it is beyond the payer's bounds
   */
  synchronized Offer offer(String call, String text, Account payer) {
    if (closed) {
      return Offer.CLOSED;
    }
    if (waiting.size() + unseen >= messagesMax) {
      return Offer.FULL;
    }
    payer.requireMessageRoom(call, text);
    put(new Message(nextNumber++, text, payer));
    return Offer.TAKEN;
  }

  /** Puts a message at the end, for which the oldest give way; false if the line is closed. */
  synchronized boolean offerPushingOut(String text, Account payer) {
    if (closed) {
      return false;
    }
    while (waiting.size() + unseen >= messagesMax && !waiting.isEmpty()) {
      loseOldest();
    }
    boolean room = waiting.size() + unseen < messagesMax && payer.takeMessage(text);
    while (!room && !waiting.isEmpty()) {
      loseOldest();
      room = payer.takeMessage(text);
    }
    if (room) {
      put(new Message(nextNumber++, text, payer));
    } else {
      lost++;
    }
    return true;
  }

  /**
   * Asks for the oldest message; first of all the asker learns of losses.
   *
   * @return false if the line is closed
   */
  synchronized boolean ask(Asked asker) {
    if (closed) {
      return false;
    }
    askersOpen++;
    if (lost > 0) {
      asker.fail(lost(lost));
      lost = 0;
    } else if (waiting.isEmpty()) {
      askers.add(asker);
    } else {
      hand(asker);
    }
    return true;
  }

  /** Ends an asker; false if it had ended before. */
  synchronized boolean settle(Asked asker, boolean seen) {
    if (asker.isOver()) {
      return false;
    }
    askersOpen--;
    Message message = asker.end();
    if (message == null) {
      askers.remove(asker);
      asker.fail(gone());
    } else {
      unseen--;
      if (seen || closed) {
        message.payer().giveMessage(message.text());
      } else {
        put(message);
      }
    }
    return true;
  }

  /** Closes the line if nothing and nobody waits in it; whether it is closed. */
  synchronized boolean closeIfEmpty() {
    closed |= waiting.isEmpty() && askersOpen == 0;
    return closed;
  }

  /** Nobody will ask again: messages are dropped, askers are told. */
  synchronized void close() {
    closed = true;
    waiting.values().forEach(message -> message.payer().giveMessage(message.text()));
    waiting.clear();
    askers.forEach(asker -> asker.fail(gone()));
    askers.clear();
  }

  private void put(Message message) {
    waiting.put(message.number(), message);
    if (!askers.isEmpty()) {
      hand(askers.removeFirst());
    }
  }

  private void hand(Asked asker) {
    unseen++;
    asker.answer(waiting.pollFirstEntry().getValue());
  }

  private void loseOldest() {
    Message oldest = waiting.pollFirstEntry().getValue();
    oldest.payer().giveMessage(oldest.text());
    lost++;
  }

  private ControlException lost(long count) {
    return new ControlException(
        ControlException.Code.QUOTA_EXCEEDED,
        "receive: %d messages were lost: more than %d waited (subscriptionMessagesMax) or the user's bounds were reached; receive more often"
            .formatted(count, messagesMax));
  }

  static ControlException gone() {
    return new ControlException(
        ControlException.Code.TERMINATED, "receive: nobody waits for this message any more");
  }
}

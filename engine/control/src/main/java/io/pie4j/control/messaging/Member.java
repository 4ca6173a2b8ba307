package io.pie4j.control.messaging;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One program's part in messaging: what it listens to and waits for. Closing it ends its
 * subscriptions and gives back the messages that it asked for and never saw. Any thread.
 */
public final class Member implements AutoCloseable {
  private final Switchboard switchboard;
  private final String user;
  private final Account account;
  private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();
  private final Set<Asked> asked = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Member(Switchboard switchboard, String user, Account account) {
    this.switchboard = switchboard;
    this.user = user;
    this.account = account;
  }

  /** Sends a message to every subscription of a topic; to how many it went. */
  public int broadcast(String topic, String message) {
    return switchboard.broadcast(topic, message);
  }

  /**
   * Listens to a topic from now on.
   *
   * @throws io.pie4j.control.ControlException QUOTA_EXCEEDED if the user has too many
   */
  public Subscription subscribe(String topic) {
    Subscription subscription = switchboard.subscribe(this, topic);
    subscriptions.add(subscription);
    if (closed) {
      subscription.close();
    }
    return subscription;
  }

  /**
   * Puts a message in a mailbox.
   *
   * @throws io.pie4j.control.ControlException QUOTA_EXCEEDED if the mailbox or the user's bounds
   *     are full
   */
  public void push(String mailbox, String message) {
    switchboard.push(this, mailbox, message);
  }

  /**
   * Asks for a mailbox's oldest message; who asked first gets it.
   *
   * @throws io.pie4j.control.ControlException QUOTA_EXCEEDED if the user waits for too many
   */
  public Asked pull(String mailbox) {
    Asked pulled = switchboard.pull(this, mailbox);
    if (closed) {
      pulled.abandon();
    }
    return pulled;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    subscriptions.forEach(Subscription::close);
    asked.forEach(Asked::abandon);
    switchboard.leave(user);
  }

  Account account() {
    return account;
  }

  /** An asker that counts for the user until it is over. */
  Asked asker(String call, Line line, Runnable whenOver) {
    account.takeAsker(call);
    Asked asker = new Asked(this, line, whenOver);
    asked.add(asker);
    return asker;
  }

  /** Called once for every asker. */
  void over(Asked asker) {
    asked.remove(asker);
    account.giveAsker();
  }

  void drop(Subscription subscription) {
    subscriptions.remove(subscription);
    switchboard.unsubscribe(subscription);
    account.giveSubscription();
  }
}

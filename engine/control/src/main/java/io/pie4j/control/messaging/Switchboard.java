package io.pie4j.control.messaging;

import io.pie4j.control.ControlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All topics and mailboxes of an engine (paper §4.3), by name. Both are there as long as somebody
 * listens to them, or something or somebody waits in them. Names are as the caller makes them; who
 * keeps users apart is above.
 *
 * <p>Bounds count for the user whose program acts: a message in a mailbox for who pushed it, a
 * message in a subscription for who listens, so that nobody is stopped by what others leave unread.
 */
public final class Switchboard {
  private final MessagingSettings settings;
  private final Map<String, List<Subscription>> topics = new ConcurrentHashMap<>();
  private final Map<String, Mailbox> mailboxes = new ConcurrentHashMap<>();
  private final Map<String, Users> users = new ConcurrentHashMap<>();

  private record Mailbox(String name, Line line, Account maker) {}

  /** A user's account, and how many of its programs take part. */
  private record Users(Account account, int members) {}

  public Switchboard(MessagingSettings settings) {
    this.settings = settings;
  }

  /** A program of a user takes part until it closes what is returned. */
  public Member join(String user) {
    Users joined =
        users.merge(
            user,
            new Users(new Account(settings), 1),
            (now, first) -> new Users(now.account(), now.members() + 1));
    return new Member(this, user, joined.account());
  }

  /** Topics to which somebody listens, mailboxes in use, and users with either: for figures. */
  public Status status() {
    return new Status(topics.size(), mailboxes.size(), users.size());
  }

  /**
   * What there is at the moment.
   *
   * @param topics with at least one subscription
   * @param mailboxes in which messages or askers wait
   * @param users with programs that take part, or messages that wait
   */
  public record Status(int topics, int mailboxes, int users) {}

  int broadcast(String topic, String message) {
    int heard = 0;
    for (Subscription subscription : topics.getOrDefault(topic, List.of())) {
      if (subscription.hear(message)) {
        heard++;
      }
    }
    return heard;
  }

  Subscription subscribe(Member member, String topic) {
    member.account().takeSubscription();
    Subscription subscription = new Subscription(member, topic, settings.subscriptionMessagesMax());
    topics.merge(
        topic,
        List.of(subscription),
        (now, more) -> {
          List<Subscription> all = new ArrayList<>(now);
          all.addAll(more);
          return List.copyOf(all);
        });
    return subscription;
  }

  void unsubscribe(Subscription gone) {
    topics.computeIfPresent(
        gone.topic(),
        (topic, now) -> {
          List<Subscription> left = now.stream().filter(one -> one != gone).toList();
          return left.isEmpty() ? null : left;
        });
  }

  void push(Member member, String mailbox, String message) {
    Line.Offer offer = Line.Offer.CLOSED;
    while (offer == Line.Offer.CLOSED) {
      Mailbox box = mailbox("push", member, mailbox);
      try {
        offer = box.line().offer("push", message, member.account());
      } finally {
        tidy(box);
      }
    }
    if (offer == Line.Offer.FULL) {
      throw new ControlException(
          ControlException.Code.QUOTA_EXCEEDED,
          "push: %d messages wait in the mailbox (mailboxMessagesMax); pull some first"
              .formatted(settings.mailboxMessagesMax()));
    }
  }

  Asked pull(Member member, String mailbox) {
    while (true) {
      Mailbox box = mailbox("pull", member, mailbox);
      Asked asked;
      try {
        asked = member.asker("pull", box.line(), () -> tidy(box));
      } catch (ControlException quota) {
        tidy(box);
        throw quota;
      }
      if (box.line().ask(asked)) {
        return asked;
      }
      member.over(asked);
    }
  }

  /** Takes a mailbox away in which nothing and nobody waits. */
  private void tidy(Mailbox box) {
    if (box.line().closeIfEmpty() && mailboxes.remove(box.name(), box)) {
      box.maker().giveMailbox();
    }
  }

  /** One of the user's programs is gone. */
  void leave(String user) {
    users.computeIfPresent(
        user,
        (name, now) -> {
          Users left = new Users(now.account(), now.members() - 1);
          return left.members() == 0 && left.account().isIdle() ? null : left;
        });
  }

  private Mailbox mailbox(String call, Member member, String name) {
    return mailboxes.computeIfAbsent(
        name,
        absent -> {
          member.account().takeMailbox(call);
          return new Mailbox(name, new Line(settings.mailboxMessagesMax()), member.account());
        });
  }
}

package io.pie4j.inferlets.contract;

import io.pie4j.api.ErrorCode;
import io.pie4j.api.FutureText;
import io.pie4j.api.Messaging;
import io.pie4j.api.Subscription;
import java.util.List;

/** Messages between the programs of a user. */
final class MessagingChecks {
  private MessagingChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of(
            "broadcast-and-subscribe",
            MessagingChecks::topics,
            "messaging.broadcast",
            "messaging.subscribe",
            "messaging.subscription.receive"),
        Check.of("push-and-pull", MessagingChecks::mailboxes, "messaging.push", "messaging.pull"),
        Check.of("topics-reach-other-programs", MessagingChecks::others, "messaging.subscribe"),
        Check.of("messaging-refuses", MessagingChecks::refuses));
  }

  private static Messaging messaging(Stage stage) {
    return stage.api().messaging();
  }

  private static void topics(Stage stage) {
    String topic = "topic " + stage.told("marker");
    Expect.equal(messaging(stage).broadcast(topic, "nobody"), 0, "receivers without any");
    try (Subscription one = messaging(stage).subscribe(topic)) {
      Expect.equal(messaging(stage).broadcast(topic, "first"), 1, "receivers with one");
      try (Subscription two = messaging(stage).subscribe(topic)) {
        Expect.equal(messaging(stage).broadcast(topic, "second"), 2, "receivers with two");
        Expect.equal(messaging(stage).broadcast(topic + "x", "other"), 0, "another topic's");
        Expect.equal(stage.text(two.receive(), "a message"), "second", "what the later one hears");
      }
      Expect.equal(stage.text(one.receive(), "a message"), "first", "what is heard first");
      Expect.equal(stage.text(one.receive(), "a message"), "second", "what is heard then");
      try (FutureText later = one.receive()) {
        Expect.that(later.get().isEmpty(), "a message too many");
        Expect.equal(messaging(stage).broadcast(topic, "third"), 1, "receivers when one has gone");
        Expect.equal(stage.text(later, "a message that is waited for"), "third", "heard last");
      }
    }
    Expect.equal(messaging(stage).broadcast(topic, "nobody"), 0, "receivers when all have gone");
  }

  private static void mailboxes(Stage stage) {
    String box = "box " + stage.told("marker");
    messaging(stage).push(box, "first");
    messaging(stage).push(box, "second");
    Expect.equal(stage.text(messaging(stage).pull(box), "a message"), "first", "pulled first");
    Expect.equal(stage.text(messaging(stage).pull(box), "a message"), "second", "pulled then");
    try (FutureText one = messaging(stage).pull(box);
        FutureText two = messaging(stage).pull(box)) {
      Expect.that(one.get().isEmpty() && two.get().isEmpty(), "a message too many");
      messaging(stage).push(box, "third");
      Expect.equal(stage.text(one, "a message"), "third", "what who asked first gets");
      Expect.that(two.get().isEmpty(), "two got one message");
    }
  }

  private static void others(Stage stage) {
    String name = "topic_" + stage.told("marker");
    try (Subscription subscription = messaging(stage).subscribe(name)) {
      Expect.equal(
          stage.ask("run as stranger " + Role.BROADCAST.argument() + " " + name),
          "0",
          "receivers of a stranger's topic");
      Expect.equal(
          stage.ask("run as me " + Role.BROADCAST.argument() + " " + name),
          "1",
          "receivers of the user's other program");
      Expect.equal(stage.text(subscription.receive(), "a message"), name, "what it said");
    }
  }

  private static void refuses(Stage stage) {
    Expect.refused(
        ErrorCode.INVALID_ARGUMENT, () -> messaging(stage).broadcast("", "x"), "broadcast");
    Expect.refused(
        ErrorCode.INVALID_ARGUMENT, () -> messaging(stage).subscribe("a\nb"), "subscribe");
    Expect.refused(
        ErrorCode.INVALID_ARGUMENT, () -> messaging(stage).push("x".repeat(1000), "x"), "push");
    Expect.refused(
        ErrorCode.DENIED, () -> messaging(stage).broadcast("shared/all", "x"), "broadcast");
    Expect.refused(ErrorCode.DENIED, () -> messaging(stage).push("shared/all", "x"), "push");
    topics(stage); // the program goes on
  }
}

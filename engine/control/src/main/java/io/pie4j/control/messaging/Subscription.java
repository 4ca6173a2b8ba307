package io.pie4j.control.messaging;

import java.util.concurrent.atomic.AtomicBoolean;

/** What was broadcast to a topic since it was made, for one program. Any thread. */
public final class Subscription implements AutoCloseable {
  private final Member member;
  private final String topic;
  private final Line line;
  private final AtomicBoolean open = new AtomicBoolean(true);

  Subscription(Member member, String topic, int messagesMax) {
    this.member = member;
    this.topic = topic;
    line = new Line(messagesMax);
  }

  /**
   * The next message. Fails once with QUOTA_EXCEEDED if messages were lost because too many waited.
   */
  public Asked receive() {
    Asked asked = member.asker("receive", line, () -> {});
    if (!line.ask(asked)) {
      member.over(asked);
      asked.fail(Line.gone());
    }
    return asked;
  }

  /** Ends it; messages that wait are dropped. */
  @Override
  public void close() {
    if (open.getAndSet(false)) {
      member.drop(this);
      line.close();
    }
  }

  String topic() {
    return topic;
  }

  /** False if it has ended. */
  boolean hear(String message) {
    return line.offerPushingOut(message, member.account());
  }
}

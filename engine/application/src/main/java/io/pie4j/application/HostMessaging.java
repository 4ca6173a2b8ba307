package io.pie4j.application;

import io.pie4j.api.ApiException;
import io.pie4j.api.FutureText;
import io.pie4j.api.Messaging;
import io.pie4j.api.Subscription;
import io.pie4j.application.Namespace.Use;
import io.pie4j.control.messaging.Asked;
import io.pie4j.control.messaging.Member;
import org.jspecify.annotations.Nullable;

/** Topics and mailboxes, as one program sees them. It takes part from its first call. */
final class HostMessaging implements Messaging, AutoCloseable {
  private final HostSide host;
  private @Nullable Member member;

  HostMessaging(HostSide host) {
    this.host = host;
  }

  @Override
  public int broadcast(String topic, String message) {
    String key = key("broadcast", "topic", topic, Use.CHANGE);
    host.requireMessageSize("broadcast", message);
    return HostSide.controlled(() -> member().broadcast(key, message));
  }

  @Override
  public Subscription subscribe(String topic) {
    String key = key("subscribe", "topic", topic, Use.READ);
    return new HostSubscription(host, HostSide.controlled(() -> member().subscribe(key)));
  }

  @Override
  public void push(String mailbox, String message) {
    String key = key("push", "mailbox", mailbox, Use.CHANGE);
    host.requireMessageSize("push", message);
    HostSide.controlled(() -> {
      member().push(key, message);
      return true;
    });
  }

  @Override
  public FutureText pull(String mailbox) {
    String key = key("pull", "mailbox", mailbox, Use.READ);
    return future(host, HostSide.controlled(() -> member().pull(key)));
  }

  @Override
  public synchronized void close() {
    if (member != null) {
      member.close();
    }
  }

  private synchronized Member member() {
    Member joined = member;
    if (joined == null) {
      joined = host.services().switchboard().join(host.instance().user().name());
      member = joined;
    }
    return joined;
  }

  private String key(String call, String argument, String name, Use use) {
    host.require(call, Right.MESSAGING);
    return host.namespace().key(call, argument, name, use);
  }

  private static FutureText future(HostSide host, Asked asked) {
    return new HostFuture.Text(host, Answer.event(asked.text(), asked::received, asked::abandon));
  }

  private record HostSubscription(
      HostSide host, io.pie4j.control.messaging.Subscription subscription) implements Subscription {
    @Override
    public FutureText receive() {
      try {
        return future(host, HostSide.controlled(subscription::receive));
      } catch (ApiException refused) {
        return new HostFuture.Text(host, Answer.failed(refused));
      }
    }

    @Override
    public void close() {
      subscription.close();
    }
  }
}

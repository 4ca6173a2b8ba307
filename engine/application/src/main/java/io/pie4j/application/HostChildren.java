package io.pie4j.application;

import io.pie4j.api.ApiException;
import io.pie4j.api.Child;
import io.pie4j.api.Children;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.FutureText;
import io.pie4j.api.Pollable;
import io.pie4j.component.WasmException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The instances that a program launches; they end when it does. */
final class HostChildren implements Children, AutoCloseable {
  private final HostSide host;
  private final Lifecycle lifecycle;
  private final Allowance allowance;
  private final Set<Instance> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  HostChildren(HostSide host, Lifecycle lifecycle) {
    this.host = host;
    this.lifecycle = lifecycle;
    allowance = new Allowance(host.instance().settings().children().bytesMax());
  }

  @Override
  public Child launch(String program, List<String> arguments) {
    requireGranted();
    Program found = find(program);
    ChildMail mail = new ChildMail(host.instance().settings().inboxMessagesMax(), allowance);
    Instance child;
    try {
      child = lifecycle.launchChild(host.instance(), found, arguments, mail);
    } catch (LaunchException refused) {
      throw new ApiException(ErrorCode.QUOTA_EXCEEDED, "launch: " + refused.getMessage());
    }
    keep(child);
    return new HostChild(host, child, mail);
  }

  private Program find(String name) {
    Optional<Program> found;
    try {
      found = host.await(Answer.event(lifecycle.shelf().fetch(name)));
    } catch (WasmException | LaunchException broken) {
      throw new ApiException(
          ErrorCode.NOT_FOUND,
          "launch: the installed program '%s' cannot be used: %s"
              .formatted(
                  Namespace.visible(name), Namespace.visible(String.valueOf(broken.getMessage()))));
    }
    return found.orElseThrow(() ->
        new ApiException(
            ErrorCode.NOT_FOUND,
            "launch: there is no installed program '%s'".formatted(Namespace.visible(name))));
  }

  /** Ends all that run, and waits for none. */
  @Override
  public void close() {
    closed = true;
    running.forEach(this::end);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the removal is all that matters
  private void keep(Instance child) {
    running.add(child);
    child.outcome().thenRun(() -> running.remove(child));
    if (closed) {
      end(child);
    }
  }

  private void end(Instance child) {
    child.terminate("the program that launched it, " + host.instance().shortId() + ", has ended");
  }

  private void requireGranted() {
    if (host.capabilities().children() == 0) {
      throw new ApiException(
          ErrorCode.DENIED,
          "launch: takes the capability 'children'; the program was not granted it (its manifest must ask for it, and the policy allow it to user %s)"
              .formatted(host.instance().user()));
    }
    int depthMax = host.instance().settings().children().depthMax();
    if (host.instance().terms().depth() >= depthMax) {
      throw new ApiException(
          ErrorCode.QUOTA_EXCEEDED,
          "launch: this program is %d launches below the one that a client launched, and the limit is %d (children.depthMax)"
              .formatted(host.instance().terms().depth(), depthMax));
    }
  }

  private static final class HostChild implements Child {
    private final HostSide host;
    private final Instance child;
    private final ChildMail mail;
    private final HostFuture.Text result;

    HostChild(HostSide host, Instance child, ChildMail mail) {
      this.host = host;
      this.child = child;
      this.mail = mail;
      result = new HostFuture.Text(host, Answer.event(mail.result()));
    }

    @Override
    public String id() {
      return child.id().toString();
    }

    @Override
    public void send(String message) {
      if (child.hasEnded()) {
        throw new ApiException(
            ErrorCode.NOT_FOUND, "send: child " + child.shortId() + " has ended");
      }
      try {
        child.send(message);
      } catch (LaunchException refused) {
        throw new ApiException(ErrorCode.QUOTA_EXCEEDED, "send: " + refused.getMessage());
      }
    }

    @Override
    public FutureText receive() {
      return new HostFuture.Text(host, Answer.event(mail.messages().take()));
    }

    @Override
    public Pollable subscribe() {
      return result.subscribe();
    }

    @Override
    public Optional<String> get() {
      return result.get();
    }

    @Override
    public String await() {
      return result.await();
    }

    @Override
    public void cancel() {
      child.terminate("cancelled by the program that launched it");
    }

    @Override
    public void close() {
      mail.drop();
    }
  }
}

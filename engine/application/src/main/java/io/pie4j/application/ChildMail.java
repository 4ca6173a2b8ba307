package io.pie4j.application;

import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import java.util.concurrent.CompletableFuture;

/**
 * What a child says, kept for its parent: the child's audience. A parent that takes nothing does
 * not hold up its child for ever; the child is told that there is no more room.
 */
final class ChildMail implements Audience {
  private final Allowance allowance;
  private final Inbox messages;
  private final CompletableFuture<String> result = new CompletableFuture<>();

  // Guarded by this object's lock.
  private final StringBuilder printed = new StringBuilder();
  private long printedBytes;
  private boolean dropped;

  /**
   * @param allowance shared by all children of the parent
   */
  ChildMail(int messagesMax, Allowance allowance) {
    this.allowance = allowance;
    messages = new Inbox(messagesMax, allowance);
  }

  Inbox messages() {
    return messages;
  }

  /** All that the child printed, once it has returned; fails if it ended otherwise. */
  CompletableFuture<String> result() {
    return result;
  }

  /** The parent will not ask any more. */
  void drop() {
    messages.drop();
    synchronized (this) {
      dropped = true;
      printed.setLength(0);
      printed.trimToSize();
      allowance.giveBack(printedBytes);
      printedBytes = 0;
    }
  }

  @Override
  public synchronized void printed(Instance child, String text) {
    if (dropped) {
      return;
    }
    if (!allowance.take(text)) {
      throw full("print");
    }
    printedBytes += Allowance.bytes(text);
    printed.append(text);
  }

  @Override
  public void message(Instance child, String message) {
    if (!messages.offer(message)) {
      throw full("send");
    }
  }

  /** A parent has no call for files. */
  @Override
  public void file(Instance child, String name, byte[] content) {
    throw new ApiException(
        ErrorCode.DENIED,
        "send-file: this program's client is the program that launched it, which takes no files; send a message, or keep the bytes in the store");
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // what it does is all that matters
  public void ended(Instance child, Outcome outcome) {
    messages.end(
        new ApiException(
            ErrorCode.NOT_FOUND,
            "receive: child %s has ended (%s) and left no more messages"
                .formatted(child.shortId(), line(outcome))));
    // Its result is there when everything that it held is back.
    child.outcome().thenAccept(how -> complete(child, how));
  }

  private void complete(Instance child, Outcome outcome) {
    String name = child.program() + " " + child.shortId();
    switch (outcome) {
      case Outcome.Finished finished -> result.complete(takePrinted());
      case Outcome.Terminated terminated ->
          result.completeExceptionally(
              new ApiException(ErrorCode.TERMINATED, "child " + name + " was " + line(terminated)));
      case Outcome.Failed failed -> fail(name, failed);
      case Outcome.Stopped stopped -> fail(name, stopped);
      case Outcome.EngineFailure failure -> fail(name, failure);
    }
  }

  private void fail(String name, Outcome outcome) {
    result.completeExceptionally(
        new ApiException(ErrorCode.FAILED, "child " + name + ": " + line(outcome)));
  }

  /** The text moves from the builder to the result; its bytes stay counted until it is dropped. */
  private synchronized String takePrinted() {
    String text = printed.toString();
    printed.setLength(0);
    printed.trimToSize();
    return text;
  }

  /** Text of the child's own making: a short line of it. */
  private static String line(Outcome outcome) {
    return Namespace.visible(outcome.message());
  }

  private ApiException full(String call) {
    return new ApiException(
        ErrorCode.QUOTA_EXCEEDED,
        "%s: the parent has not taken %d bytes that its children said, of %d (children.bytesMax), or too many of this child's messages (inboxMessagesMax); it must receive them first"
            .formatted(call, allowance.taken(), allowance.bytesMax()));
  }
}

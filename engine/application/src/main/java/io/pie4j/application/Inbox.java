package io.pie4j.application;

import io.pie4j.api.ApiException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Messages for a reader that has not asked for them yet, and askers for whom there is no message
 * yet; never both.
 */
final class Inbox {
  private final int messagesMax;
  private final Allowance allowance;
  private final Deque<String> messages = new ArrayDeque<>();
  private final Deque<CompletableFuture<String>> askers = new ArrayDeque<>();
  private Optional<ApiException> end = Optional.empty();
  private boolean dropped;

  Inbox(int messagesMax, Allowance allowance) {
    this.messagesMax = messagesMax;
    this.allowance = allowance;
  }

  /** False if it is full. */
  synchronized boolean offer(String message) {
    if (dropped) {
      return true;
    }
    while (!askers.isEmpty()) {
      // An asker that has gone does not take the message along.
      if (askers.removeFirst().complete(message)) {
        return true;
      }
    }
    return messages.size() < messagesMax && allowance.take(message) && messages.add(message);
  }

  synchronized CompletableFuture<String> take() {
    if (!messages.isEmpty()) {
      String message = messages.removeFirst();
      allowance.giveBack(message);
      return CompletableFuture.completedFuture(message);
    }
    if (end.isPresent()) {
      return CompletableFuture.failedFuture(end.get());
    }
    askers.removeIf(CompletableFuture::isDone);
    CompletableFuture<String> asker = new CompletableFuture<>();
    askers.add(asker);
    return asker;
  }

  /** No message comes any more: who asks for one fails so, once those that wait are taken. */
  void end(ApiException because) {
    List<CompletableFuture<String>> left;
    synchronized (this) {
      end = Optional.of(because);
      left = new ArrayList<>(askers);
      askers.clear();
    }
    left.forEach(asker -> asker.completeExceptionally(because));
  }

  /** Nobody reads any more: what waits is forgotten, and so is what comes. */
  synchronized void drop() {
    dropped = true;
    messages.forEach(allowance::giveBack);
    messages.clear();
  }
}

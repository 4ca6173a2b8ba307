package io.pie4j.application;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * Messages for a program that has not asked for them yet, and askers for whom there is no message
 * yet; never both.
 */
final class Inbox {
  private final int messagesMax;
  private final Deque<String> messages = new ArrayDeque<>();
  private final Deque<CompletableFuture<String>> askers = new ArrayDeque<>();

  Inbox(int messagesMax) {
    this.messagesMax = messagesMax;
  }

  /** False if it is full. */
  synchronized boolean offer(String message) {
    while (!askers.isEmpty()) {
      // An asker that has gone does not take the message along.
      if (askers.removeFirst().complete(message)) {
        return true;
      }
    }
    return messages.size() < messagesMax && messages.add(message);
  }

  synchronized CompletableFuture<String> take() {
    if (!messages.isEmpty()) {
      return CompletableFuture.completedFuture(messages.removeFirst());
    }
    askers.removeIf(CompletableFuture::isDone);
    CompletableFuture<String> asker = new CompletableFuture<>();
    askers.add(asker);
    return asker;
  }
}

package io.pie4j.application;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Remembers what one instance says. */
final class Transcript implements Audience {
  private final StringBuilder printed = new StringBuilder();
  private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();

  synchronized String printed() {
    return printed.toString();
  }

  String nextMessage() throws InterruptedException {
    return messages.take();
  }

  @Override
  public synchronized void printed(Instance instance, String text) {
    printed.append(text);
  }

  @Override
  public void message(Instance instance, String message) {
    messages.add(message);
  }

  @Override
  public void ended(Instance instance, Outcome outcome) {}
}

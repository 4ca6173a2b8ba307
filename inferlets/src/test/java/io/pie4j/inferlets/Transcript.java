package io.pie4j.inferlets;

import io.pie4j.application.Audience;
import io.pie4j.application.Instance;
import io.pie4j.application.Outcome;
import java.util.ArrayList;
import java.util.List;

/** Remembers what an instance says. */
final class Transcript implements Audience {
  private final StringBuilder printed = new StringBuilder();
  private final List<String> messages = new ArrayList<>();

  synchronized String text() {
    return printed.toString();
  }

  synchronized List<String> messages() {
    return List.copyOf(messages);
  }

  @Override
  public synchronized void printed(Instance instance, String text) {
    printed.append(text);
  }

  @Override
  public synchronized void message(Instance instance, String message) {
    messages.add(message);
  }

  @Override
  public void ended(Instance instance, Outcome outcome) {}
}

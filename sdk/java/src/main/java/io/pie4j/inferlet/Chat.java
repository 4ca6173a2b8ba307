package io.pie4j.inferlet;

import io.pie4j.api.ChatMessage;
import io.pie4j.api.Model;
import java.util.ArrayList;
import java.util.List;

/**
 * A conversation, written by the model's chat template piece by piece.
 *
 * <p>Templates render whole conversations. What a context still lacks is the difference between the
 * rendering of all messages and what it already holds: the pieces rendered before and the model's
 * own words as generated.
 */
final class Chat {
  private final Model model;
  private final List<ChatMessage> messages = new ArrayList<>();
  private final StringBuilder held = new StringBuilder();
  private boolean fresh;

  Chat(Model model) {
    this.model = model;
  }

  void add(String role, String content) {
    messages.add(new ChatMessage(role, content));
    fresh = true;
  }

  /**
   * The model answered: {@code content} as text, {@code exact} with special tokens, as the context
   * holds it.
   */
  void generated(String content, String exact) {
    if (!messages.isEmpty()) {
      messages.add(new ChatMessage("assistant", content));
      held.append(exact);
    }
  }

  /**
   * What to add to the context for the messages since the last call, with the cue for an answer if
   * one comes next.
   */
  String take(boolean answerNext) {
    if (!fresh) {
      return "";
    }
    String all = model.formatChat(messages, answerNext);
    if (!startsWith(all, held)) {
      throw new IllegalStateException(
          "the chat template of model "
              + model.name()
              + " writes earlier messages differently once others follow; fill the text of the new message by fillTokens");
    }
    fresh = false;
    String missing = all.substring(held.length());
    held.append(missing);
    return missing;
  }

  private static boolean startsWith(String text, CharSequence prefix) {
    return text.length() >= prefix.length()
        && text.substring(0, prefix.length()).contentEquals(prefix);
  }
}

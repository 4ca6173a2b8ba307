package io.pie4j.inferlet.tools;

/** What a model's answer turns out to be, as it comes. */
public sealed interface ToolEvent {
  /** A piece of text for the user, never empty. */
  record Text(String text) implements ToolEvent {}

  /** A complete call. */
  record Call(ToolCall call) implements ToolEvent {}

  /**
   * Something that was to be a call and is none.
   *
   * @param text what the model wrote
   * @param reason one line, for the model to do it better
   */
  record Malformed(String text, String reason) implements ToolEvent {}
}

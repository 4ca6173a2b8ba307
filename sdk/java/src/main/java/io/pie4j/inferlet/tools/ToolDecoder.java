package io.pie4j.inferlet.tools;

import java.util.List;

/**
 * Tells a model's calls from its text as they come; one for each answer. Text is given as soon as
 * it cannot be the beginning of a call.
 *
 * <pre>{@code
 * for (ToolEvent event : decoder.feed(steps.text())) {
 *   switch (event) {
 *     case ToolEvent.Text(String text) -> api.runtime().print(text);
 *     case ToolEvent.Call(ToolCall call) -> calls.add(call);
 *     case ToolEvent.Malformed(String text, String reason) -> api.runtime().print(reason);
 *   }
 * }
 * }</pre>
 */
public sealed interface ToolDecoder permits HermesDecoder, LlamaDecoder {
  /** What a further piece of the answer makes certain. */
  List<ToolEvent> feed(String piece);

  /** What is left at the answer's end; a call that lacks its end is one if it is complete. */
  List<ToolEvent> finish();
}

package io.pie4j.model.chat;

import java.time.Clock;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A compiled chat template: the Jinja text of a model file that turns messages into the prompt the
 * model was trained on. Means what Python's {@code jinja2} 3.1 makes of it with the settings of
 * Hugging Face's {@code apply_chat_template}: trimmed blocks, loop controls, the {@code generation}
 * tag, {@code tojson} without HTML escaping, {@code raise_exception} and {@code strftime_now}.
 * Template inheritance and imports are refused.
 *
 * <p>Inputs are plain Java values: {@code String}, {@code Boolean}, whole numbers, {@code Double},
 * {@code List} and {@code Map} (which should keep its order), nested as JSON is, and {@link
 * ChatMessage}. A null inside of them is Python's {@code None}; a variable or key that is not there
 * is undefined. The two differ: {@code tools is defined} holds for null.
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class ChatTemplate {
  private final Source source;
  private final List<Stmt> body;
  private final TemplateLimits limits;

  private ChatTemplate(Source source, List<Stmt> body, TemplateLimits limits) {
    this.source = source;
    this.body = body;
    this.limits = limits;
  }

  /**
   * Compiles a template with the default limits.
   *
   * @throws ChatTemplateException.Malformed if it is not a template, with the place
   */
  public static ChatTemplate compile(String source) {
    return compile(source, TemplateLimits.DEFAULTS);
  }

  /**
   * Compiles a template whose renderings may cost at most {@code limits}.
   *
   * @throws ChatTemplateException.Malformed if it is not a template, with the place
   */
  public static ChatTemplate compile(String source, TemplateLimits limits) {
    if (source.length() > limits.sourceCharsMax()) {
      throw new ChatTemplateException.Malformed(
          1,
          1,
          "the template has "
              + source.length()
              + " characters; the limit is "
              + limits.sourceCharsMax()
              + " (sourceCharsMax)");
    }
    Source normal = Source.of(source);
    return new ChatTemplate(normal, TemplateParser.parse(normal, limits.nestingMax()), limits);
  }

  /**
   * Renders the template; {@code strftime_now} sees the system's clock and time zone.
   *
   * @throws ChatTemplateException if the template raises an error, fails on these inputs or exceeds
   *     its limits
   */
  public String render(Map<String, ?> inputs) {
    return render(inputs, Clock.system(ZoneId.systemDefault()));
  }

  /**
   * Renders the template at the time of {@code clock}.
   *
   * @throws ChatTemplateException if the template raises an error, fails on these inputs or exceeds
   *     its limits
   */
  public String render(Map<String, ?> inputs, Clock clock) {
    Budget budget = new Budget(limits);
    Evaluator evaluator = new Evaluator(budget, clock);
    try {
      Scope globals = Scope.outermost();
      Globals.define(globals);
      new Inputs(budget).define(inputs, globals);
      Output out = new Output(budget);
      new Renderer(evaluator).run(body, globals.inner(), out);
      return out.toString();
    } catch (Fault fault) {
      throw fault.at(source, evaluator.at());
    }
  }

  /**
   * Renders a conversation. {@code tools} and {@code documents} are None unless {@code extras} has
   * them, as they are in Python.
   *
   * @param messages the conversation so far
   * @param addGenerationPrompt whether to end with what makes the model answer
   * @param extras further variables such as {@code bos_token}, {@code tools} or {@code
   *     enable_thinking}
   * @throws ChatTemplateException if the template raises an error, fails on these inputs or exceeds
   *     its limits
   */
  public String render(
      List<ChatMessage> messages, boolean addGenerationPrompt, Map<String, ?> extras) {
    Map<String, @Nullable Object> inputs = new LinkedHashMap<>();
    inputs.put("tools", null);
    inputs.put("documents", null);
    inputs.put("messages", messages);
    inputs.put("add_generation_prompt", addGenerationPrompt);
    inputs.putAll(extras);
    return render(inputs);
  }
}

package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Distribution;
import io.pie4j.api.FutureText;
import io.pie4j.api.Model;
import io.pie4j.api.Program;
import io.pie4j.api.Sampling;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Generation;
import io.pie4j.inferlet.JsonObject;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Task;
import io.pie4j.inferlet.constraint.Constrained;
import io.pie4j.inferlet.constraint.Grammar;
import io.pie4j.inferlet.constraint.Vocabulary;
import io.pie4j.inferlet.guest.Guest;
import io.pie4j.inferlet.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Answers a request for a chat completion as OpenAI's interface has it (Chat Completions, API
 * reference): a server needs nothing but to pass requests and answers on. Several choices are forks
 * of one context. With {@code stream}, chunks go to the client as messages.
 */
public final class OpenaiChat implements Program {
  private static final String EXAMPLE =
      "{\"messages\":[{\"role\":\"user\",\"content\":\"What is the capital of France?\"}],"
          + "\"temperature\":0}";

  private final long created = System.currentTimeMillis() / 1000;

  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new OpenaiChat());
  }

  @Override
  public void run(Api api) throws Exception {
    Arguments arguments =
        Arguments.parse(
            "openai-chat",
            "answers a chat completion request of OpenAI's form",
            api.runtime().arguments(),
            Option.withDefault("request", "JSON", EXAMPLE, "the request"),
            Option.flag("receive", "the client's next message is the request"),
            Option.flag("json", "changes nothing: the answer is JSON"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    List<Model> models = api.models().availableModels();
    try {
      ChatRequest request =
          ChatRequest.parse(arguments.flag("receive") ? received(api) : arguments.text("request"));
      Model model = chosen(models, request.model());
      if (request.form().isPresent()) {
        answerInForm(api, request, model, request.form().get());
      } else {
        answer(api, request, model);
      }
    } catch (IllegalArgumentException wrong) {
      api.runtime().print(error(String.valueOf(wrong.getMessage())) + "\n");
      throw wrong;
    } finally {
      models.forEach(Model::close);
    }
  }

  /** As OpenAI's interface says that a request is wrong. */
  private static JsonObject error(String message) {
    String format = "response_format";
    JsonValue none = new JsonValue.Null();
    return new JsonObject()
        .put(
            "error",
            new JsonObject()
                .put("message", message)
                .put("type", "invalid_request_error")
                .put(
                    "param",
                    message.startsWith("request: " + format) ? new JsonValue.Str(format) : none)
                .put("code", none));
  }

  private static String received(Api api) throws Exception {
    try (FutureText message = api.client().receive()) {
      return message.await();
    }
  }

  private static Model chosen(List<Model> models, String name) {
    for (Model model : models) {
      if (name.isEmpty() || model.name().equals(name)) {
        return model;
      }
    }
    throw new IllegalArgumentException("request: there is no model '" + name + "'");
  }

  private void answer(Api api, ChatRequest request, Model model) {
    List<Context> forks = new ArrayList<>();
    List<Choice> choices = new ArrayList<>();
    try (Context prompt = Context.create(api, model)) {
      for (ChatRequest.Message message : request.messages()) {
        fill(prompt, message);
      }
      List<Task<Generation>> tasks = new ArrayList<>();
      for (int i = 0; i < request.choices(); i++) {
        Choice choice = choice(api, request, model, i);
        choices.add(choice);
        forks.add(prompt.fork());
        tasks.add(forks.get(i).generation(choice, choice));
      }
      List<Generation> generations = Task.all(tasks).await(api);
      List<JsonObject> results = new ArrayList<>();
      long completion = 0;
      for (int i = 0; i < choices.size(); i++) {
        Choice choice = choices.get(i);
        JsonObject result =
            new JsonObject()
                .put("index", (long) i)
                .put("message", message("assistant", choice.text()))
                .put("finish_reason", choice.finish());
        if (request.topLogprobs().isPresent()) {
          result.put("logprobs", logprobs(api, model, request, generations.get(i), choice));
        }
        results.add(result);
        completion += choice.tokens();
      }
      long asked = (long) forks.getFirst().size() - choices.getFirst().tokens();
      print(api, model, results, asked, completion);
    } finally {
      forks.forEach(Context::close);
      choices.forEach(Choice::close);
    }
  }

  private void print(Api api, Model model, List<JsonObject> results, long asked, long completion) {
    JsonObject usage =
        new JsonObject()
            .put("prompt_tokens", asked)
            .put("completion_tokens", completion)
            .put("total_tokens", asked + completion);
    api.runtime()
        .print(
            head(api, model, "chat.completion").put("choices", results).put("usage", usage) + "\n");
  }

  /** One choice after the other; each is whole even if it has to end at the bound of tokens. */
  private void answerInForm(Api api, ChatRequest request, Model model, Grammar form) {
    Vocabulary vocabulary = Vocabulary.of(api, model);
    List<JsonObject> results = new ArrayList<>();
    try (Context prompt = Context.create(api, model)) {
      for (ChatRequest.Message message : request.messages()) {
        fill(prompt, message);
      }
      long asked = 0;
      long completion = 0;
      for (int i = 0; i < request.choices(); i++) {
        try (Context fork = prompt.fork()) {
          Constrained made =
              Constrained.generate(
                  fork,
                  vocabulary,
                  form.over(vocabulary),
                  new Sampling(request.temperature(), 0, request.topP(), 0, seed(api, request, i)),
                  request.maxTokens(),
                  onText(api, request, model, i));
          results.add(
              new JsonObject()
                  .put("index", (long) i)
                  .put("message", message("assistant", made.text()))
                  .put("finish_reason", made.closing() == 0 ? "stop" : "length"));
          completion += made.tokens().length;
          asked = (long) fork.size() - made.tokens().length;
        }
      }
      print(api, model, results, asked, completion);
    }
  }

  private static void fill(Context prompt, ChatRequest.Message message) {
    switch (message.role()) {
      case "system" -> prompt.fillSystem(message.content());
      case "user" -> prompt.fillUser(message.content());
      case "assistant" -> prompt.fillAssistant(message.content());
      case "tool" -> prompt.fillTool(message.content());
      default ->
          throw new IllegalArgumentException(
              "request: a message's role must be system, user, assistant or tool, is '"
                  + message.role()
                  + "'");
    }
  }

  private Choice choice(Api api, ChatRequest request, Model model, int index) {
    Sampler draws = Sampler.topP(request.temperature(), request.topP(), seed(api, request, index));
    return new Choice(
        request,
        draws,
        model.stopTokens(),
        api.tokenize().stream(model, true),
        onText(api, request, model, index));
  }

  private static long seed(Api api, ChatRequest request, int index) {
    return request.seed().orElseGet(() -> api.runtime().random()) + index;
  }

  private Consumer<String> onText(Api api, ChatRequest request, Model model, int index) {
    return request.stream()
        ? text -> api.client().send(chunk(api, model, index, text))
        : text -> {};
  }

  private String chunk(Api api, Model model, int index, String text) {
    JsonObject choice =
        new JsonObject().put("index", (long) index).put("delta", message("assistant", text));
    return head(api, model, "chat.completion.chunk").put("choices", List.of(choice)).toString();
  }

  private JsonObject head(Api api, Model model, String kind) {
    return new JsonObject()
        .put("id", "chatcmpl-" + api.runtime().instanceId())
        .put("object", kind)
        .put("created", created)
        .put("model", model.name());
  }

  private static JsonObject message(String role, String content) {
    return new JsonObject().put("role", role).put("content", content);
  }

  private static JsonObject logprobs(
      Api api, Model model, ChatRequest request, Generation generation, Choice choice) {
    List<JsonObject> content = new ArrayList<>();
    for (int i = 0; i < choice.distributions().size(); i++) {
      Distribution distribution = choice.distributions().get(i);
      List<JsonObject> top = new ArrayList<>();
      for (int j = 0;
          j < Math.min(request.topLogprobs().orElse(0), distribution.ids().length);
          j++) {
        float logprob = (float) Math.log(distribution.probabilities()[j]);
        top.add(token(api, model, distribution.ids()[j], logprob));
      }
      content.add(
          token(api, model, generation.tokens()[i], generation.logProbabilities()[i])
              .put("top_logprobs", top));
    }
    return new JsonObject().put("content", content);
  }

  private static JsonObject token(Api api, Model model, int token, float logprob) {
    return new JsonObject()
        .put("token", api.tokenize().detokenize(model, new int[] {token}, false))
        .put("logprob", logprob);
  }
}

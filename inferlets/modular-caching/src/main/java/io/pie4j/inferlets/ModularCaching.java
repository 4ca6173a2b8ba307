package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.ChatMessage;
import io.pie4j.api.Model;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Generation;
import io.pie4j.inferlet.JsonObject;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.guest.Guest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Prompts made of modules that are computed once, each by itself at the positions that a schema
 * gives it, and reused in any order and choice (Prompt Cache, Gim et al., arXiv 2311.04934).
 */
public final class ModularCaching implements Program {
  public static void main(String[] args) {
    Guest.start(new ModularCaching());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "modular-caching",
            "answers from prompt modules that are computed once and put together as asked",
            api.runtime().arguments(),
            Option.withDefault(
                "schema",
                "TEXT|TEXT",
                "You are a helpful assistant.| Be kind.| Answer in a short sentence.",
                "all modules, in the order of their positions"),
            Option.withDefault("use", "N|N", "3|1", "numbers of the modules, in the order wanted"),
            Option.withDefault(
                "question", "TEXT", "What is the capital of France?", "asked behind them"),
            Option.withDefault("name", "NAME", "modules", "under which modules are kept"),
            Option.withDefault("max-tokens", "N", "64", "of the answer"),
            Option.flag("json", "print one JSON object"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    try (Context prompt = Context.create(api)) {
      Model model = prompt.model();
      // What the chat template writes around the modules: they are the system text.
      String frame = "MODULES";
      String question = arguments.text("question");
      List<ChatMessage> messages =
          List.of(new ChatMessage("system", frame), new ChatMessage("user", question));
      String chat = model.formatChat(messages, true);
      int at = chat.indexOf(frame);
      List<int[]> schema = new ArrayList<>();
      schema.add(api.tokenize().tokenize(model, chat.substring(0, at), true));
      for (String module : arguments.list("schema")) {
        schema.add(api.tokenize().tokenize(model, module, false));
      }
      int reused = attach(api, prompt, arguments.text("name"), schema, 0);
      for (int module : arguments.integers("use", 1, schema.size() - 1)) {
        reused += attach(api, prompt, arguments.text("name"), schema, module);
      }
      prompt.startAt(position(schema, schema.size())); // behind all modules, used or not
      prompt.fillTokens(api.tokenize().tokenize(model, chat.substring(at + frame.length()), true));
      Stop stop = Stop.maxTokens(arguments.integer("max-tokens", 1, 4096)).or(Stop.eos(model));
      Generation answer = prompt.generate(Sampler.greedy(), stop);
      JsonObject result = new JsonObject().put("text", answer.text()).put("tokens_reused", reused);
      api.runtime()
          .print(
              arguments.flag("json")
                  ? result + "\n"
                  : answer.text() + "\n" + reused + " tokens of modules reused\n");
    }
  }

  /** Puts a module behind the prompt; the number of its tokens that were not computed. */
  private static int attach(Api api, Context prompt, String name, List<int[]> schema, int module) {
    int[] tokens = schema.get(module);
    int start = position(schema, module);
    String key = name + "-" + start + "-" + Integer.toHexString(Arrays.hashCode(tokens));
    Optional<Context> kept = Context.open(api, prompt.model(), key);
    if (kept.isPresent()) {
      try (Context context = kept.get()) {
        prompt.append(context);
        return tokens.length;
      }
    }
    try (Context context = Context.create(api, prompt.model())) {
      context.startAt(start);
      context.fillTokens(tokens);
      context.save(key);
      prompt.append(context);
      return 0;
    }
  }

  /** Where a module begins: behind all that come before it in the schema. */
  private static int position(List<int[]> schema, int module) {
    int position = 0;
    for (int[] earlier : schema.subList(0, module)) {
      position += earlier.length;
    }
    return position;
  }
}

package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.IdleScope;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Steps;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.Task;
import io.pie4j.inferlet.tools.Tool;
import io.pie4j.inferlet.tools.ToolCall;
import io.pie4j.inferlet.tools.ToolDecoder;
import io.pie4j.inferlet.tools.ToolEvent;
import io.pie4j.inferlet.tools.ToolLimits;
import io.pie4j.inferlet.tools.ToolSyntax;
import io.pie4j.inferlet.tools.Tools;
import io.pie4j.inferlet.tools.Web;
import java.util.ArrayList;
import java.util.List;

/** The listings of docs/agents.md. */
final class AgentListings implements Program {
  private final String address;

  AgentListings(String address) {
    this.address = address;
  }

  @Override
  public void run(Api api) {
    agent(api);
    steps(api);
  }

  private void agent(Api api) {
    // agent
    Web web = new Web(api, address);
    Tool weather =
        Tool.named("get_weather", "Get the weather in a city")
            .taking("city", "string")
            .doing(call -> web.get("/weather", "q", call.text("city")));
    Tool add =
        Tool.named("add", "Add two numbers")
            .taking("a", "integer")
            .taking("b", "integer")
            .giving(call -> Long.toString((long) (call.number("a") + call.number("b"))));

    try (Context context = Context.create(api)) {
      Tools tools = new Tools(api, ToolSyntax.of(context.model()), List.of(weather, add));
      Stop stop = Stop.maxTokens(256).or(Stop.eos(context.model()));
      tools.equip(context, "You are a helpful assistant.");
      context.fillUser("What is the weather in Paris?");
      api.runtime().print(tools.run(context, Sampler.greedy(), stop, event -> {}) + "\n");
    }
    // end
  }

  private void steps(Api api) {
    Web web = new Web(api, address);
    Tool weather =
        Tool.named("get_weather", "Get the weather in a city")
            .taking("city", "string")
            .doing(call -> web.get("/weather", "q", call.text("city")));
    // steps
    try (Context context = Context.create(api)) {
      ToolLimits limits = new ToolLimits(2, 1, 1_000, 4_000);
      Tools tools = new Tools(api, ToolSyntax.HERMES, List.of(weather), limits);
      tools.equip(context, "");
      context.fillUser("What is the weather in Rome?");
      ToolDecoder decoder = tools.decoder();
      List<Task<String>> results = new ArrayList<>();
      try (Steps steps = context.steps(Sampler.greedy(), Stop.maxTokens(256))) {
        while (results.isEmpty() && steps.next()) { // not a token more once there is a call
          for (ToolEvent event : decoder.feed(steps.text())) {
            switch (event) {
              case ToolEvent.Text(String text) -> api.runtime().print(text);
              case ToolEvent.Call(ToolCall call) -> results.add(tools.start(call));
              case ToolEvent.Malformed(String _, String reason) ->
                  results.add(Task.completed("error: " + reason));
            }
          }
        }
      }
      try (IdleScope _ = context.idle()) { // the pages may serve others meanwhile
        tools.answer(context, Task.all(results).await(api));
      }
      Stop stop = Stop.maxTokens(256).or(Stop.eos(context.model()));
      context.generate(Sampler.greedy(), stop, api.runtime()::print);
    }
    // end
  }
}

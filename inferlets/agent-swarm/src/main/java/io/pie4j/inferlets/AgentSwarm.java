package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Child;
import io.pie4j.api.Program;
import io.pie4j.api.Subscription;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.Task;
import io.pie4j.inferlet.guest.Guest;
import io.pie4j.inferlet.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/**
 * A swarm of agents (after GPTSwarm, Zhuge et al. 2024, arXiv:2402.16823; paper §7.1): four
 * programs, each with a role and a model's context of its own, write a story together. Each listens
 * to the topic of the one before it and broadcasts to its own, so that several stories are in the
 * works at a time. The topics bear the group's name: groups do not hear each other.
 */
public final class AgentSwarm implements Program {
  /** Who an agent is and what it does; in the order of their work below. */
  private record Role(String system, String task) {}

  private static final List<Role> ROLES =
      List.of(
          new Role(
              "You are an idea generator for stories.", "Write a story concept in one sentence."),
          new Role("You are a plot developer.", "Write the plot in three short steps."),
          new Role("You are a character creator.", "Describe the main characters."),
          new Role("You are a dialogue writer.", "Write a short dialogue between the characters."));

  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new AgentSwarm());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "agent-swarm",
            "four programs write a story together, over topics",
            api.runtime().arguments(),
            Option.withDefault(
                "about",
                "TEXT",
                "Anna, a fox and a key; Max, an owl and a lantern",
                "who and what is in the stories, one behind each semicolon"),
            Option.optional("group", "NAME", "the group's name; this instance's id if none"),
            Option.optional("role", "N", "be this agent of a group (what the program launches)"),
            Option.withDefault("max-tokens", "N", "128", "tokens of one part"),
            Option.flag("json", "print one JSON object at the end and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    String group = arguments.find("group").orElseGet(api.runtime()::instanceId);
    if (arguments.find("role").isPresent()) {
      act(api, arguments, group, arguments.integer("role", 0, 3));
    } else {
      lead(api, arguments, group);
    }
  }

  /**
   * Where an agent listens; the one behind it broadcasts there, and the last one's is the leader's.
   */
  private static String topic(String group, int role) {
    return "swarm/" + group + "/" + role;
  }

  /** Launches the agents, hands the first the tasks, and takes the stories from the last. */
  private static void lead(Api api, Arguments arguments, String group) {
    List<Child> agents = new ArrayList<>();
    try (Subscription stories = api.messaging().subscribe(topic(group, ROLES.size()))) {
      for (int role = 0; role < ROLES.size(); role++) {
        List<String> line =
            List.of(
                "--role=" + role,
                "--group=" + group,
                "--max-tokens=" + arguments.text("max-tokens"));
        agents.add(api.children().launch("agent-swarm", line));
      }
      for (Child agent : agents) {
        Task.of(agent.receive()).await(api); // it listens
      }
      List<String> subjects = parts(arguments.text("about"));
      subjects.forEach(subject -> api.messaging().broadcast(topic(group, 0), "about " + subject));
      List<JsonValue> told = new ArrayList<>();
      for (String subject : subjects) {
        String story = next(api, stories, agents);
        told.add(new JsonValue.Str(story));
        if (!arguments.flag("json")) {
          api.runtime().print("About " + subject + "\n\n" + story + "\n\n");
        }
      }
      if (arguments.flag("json")) {
        api.runtime().print("{\"stories\":" + new JsonValue.Arr(told) + "}\n");
      }
    } finally {
      agents.forEach(Child::cancel);
      agents.forEach(Child::close);
    }
  }

  /** The next story; if an agent ends before, that fails. */
  private static String next(Api api, Subscription stories, List<Child> agents) {
    List<Task<String>> either = new ArrayList<>();
    either.add(Task.of(stories.receive()));
    agents.forEach(agent -> either.add(Task.of(agent)));
    return Task.first(either).await(api);
  }

  /** One agent: takes what the one before it has, adds its part, and passes it on, without end. */
  private static void act(Api api, Arguments arguments, String group, int number) {
    Role role = ROLES.get(number);
    try (Context context = Context.create(api);
        Subscription input = api.messaging().subscribe(topic(group, number))) {
      Stop stop =
          Stop.maxTokens(arguments.integer("max-tokens", 1, 4096)).or(Stop.eos(context.model()));
      context.fillSystem(role.system());
      context.flush(); // once: the contexts of all stories share it
      api.client().send("listening");
      while (true) {
        String before = Task.of(input.receive()).await(api);
        try (Context own = context.fork()) {
          own.fillUser(
              number == 0 ? role.task() + " It should be " + before + "." : question(role, before));
          String part = own.generate(Sampler.greedy(), stop).text();
          String story = number == 0 ? part : before + "\n\n" + part;
          api.messaging().broadcast(topic(group, number + 1), story);
        }
      }
    }
  }

  private static String question(Role role, String before) {
    return "**Previous Story Elements:**\n---\n"
        + before
        + "\n---\n\n**Your Specific Task:**\n"
        + role.task();
  }

  private static List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    for (int at = 0; at <= text.length(); ) {
      int end = text.indexOf(';', at);
      end = end < 0 ? text.length() : end;
      parts.add(text.substring(at, end).strip());
      at = end + 1;
    }
    return parts;
  }
}

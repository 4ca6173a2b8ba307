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
 * works at a time; a story goes around as often as is wanted. The topics bear the group's name:
 * groups do not hear each other.
 */
public final class AgentSwarm implements Program {
  /** Who an agent is and what it does; in the order of their work below. */
  private record Role(String system, String task) {}

  /** What separates the parts of a message; no text has it. */
  private static final char BETWEEN = '\u001e';

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
            Option.optional(
                "group", "NAME", "be an agent of this group (the program launches them)"),
            Option.withDefault("role", "N", "0", "which of its agents"),
            Option.withDefault("rounds", "N", "1", "how often each agent adds to a story"),
            Option.withDefault("max-tokens", "N", "128", "tokens of one part"),
            Option.flag("json", "print one JSON object at the end and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    if (arguments.find("group").isPresent()) {
      act(api, arguments, arguments.text("group"), arguments.integer("role", 0, 3));
    } else {
      lead(api, arguments, api.runtime().instanceId());
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
        List<String> line = new ArrayList<>(List.of("--role=" + role, "--group=" + group));
        line.addAll(api.runtime().arguments());
        agents.add(api.children().launch("agent-swarm", line));
      }
      for (Child agent : agents) {
        Task.of(agent.receive()).await(api); // it listens
      }
      List<String> subjects = parts(arguments.text("about"), ';');
      subjects.forEach(subject -> pass(api, group, 0, List.of(subject.strip())));
      List<JsonValue> told = new ArrayList<>();
      int exchanges = 0;
      while (told.size() < subjects.size()) {
        List<String> parts = parts(next(api, stories, agents), BETWEEN);
        exchanges += parts.size() - 1;
        String story = String.join("\n\n", parts.subList(1, parts.size()));
        told.add(new JsonValue.Str(story));
        if (!arguments.flag("json")) {
          api.runtime().print("About " + parts.getFirst() + "\n\n" + story + "\n\n");
        }
      }
      if (arguments.flag("json")) {
        String all = new JsonValue.Arr(told).toString();
        api.runtime().print("{\"exchanges\":" + exchanges + ",\"stories\":" + all + "}\n");
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
        List<String> parts = parts(Task.of(input.receive()).await(api), BETWEEN);
        try (Context own = context.fork()) {
          int from = Math.max(1, parts.size() - ROLES.size() + 1);
          String before = String.join("\n\n", parts.subList(from, parts.size()));
          String about = role.task() + " It should be about " + parts.getFirst() + ".";
          own.fillUser(parts.size() == 1 ? about : question(role, before));
          parts.add(own.generate(Sampler.greedy(), stop).text().replace(BETWEEN, ' '));
          boolean told = parts.size() > ROLES.size() * arguments.integer("rounds", 1, 1000);
          pass(api, group, told ? ROLES.size() : (number + 1) % ROLES.size(), parts);
        }
      }
    }
  }

  /** Hands on what a story is about and its parts so far. */
  private static void pass(Api api, String group, int role, List<String> parts) {
    api.messaging().broadcast(topic(group, role), String.join("" + BETWEEN, parts));
  }

  private static String question(Role role, String before) {
    return "**Previous Story Elements:**\n---\n"
        + before
        + "\n---\n\n**Your Specific Task:**\n"
        + role.task();
  }

  private static List<String> parts(String text, char between) {
    List<String> parts = new ArrayList<>();
    for (int at = 0; at <= text.length(); ) {
      int end = text.indexOf(between, at);
      end = end < 0 ? text.length() : end;
      parts.add(text.substring(at, end));
      at = end + 1;
    }
    return parts;
  }
}

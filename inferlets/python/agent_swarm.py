"""A swarm of agents (after GPTSwarm, Zhuge et al. 2024, arXiv:2402.16823): four programs, each with a role and a context of its
own, write stories together. Each listens to the topic of the one before it and broadcasts to its own, so that several stories
are in the works at a time; a story goes around as often as is wanted."""

import json

import inferlet
from inferlet import Child, Context, Option, Subscription

ROLES = [
    ("You are an idea generator for stories.", "Write a story concept in one sentence."),
    ("You are a plot developer.", "Write the plot in three short steps."),
    ("You are a character creator.", "Describe the main characters."),
    ("You are a dialogue writer.", "Write a short dialogue between the characters."),
]
"""Who an agent is and what it does, in the order of their work."""

BETWEEN = "\x1e"
"""What separates the parts of a message; no text has it."""


@inferlet.main
async def main(arguments: list[str]) -> None:
    options = inferlet.parse_args(
        "agent-swarm",
        "four programs write a story together, over topics",
        about=Option.text(
            "TEXT",
            "who and what is in the stories, one behind each semicolon",
            "Anna, a fox and a key; Max, an owl and a lantern",
        ),
        group=Option.text("NAME", "be an agent of this group (the program launches them)"),
        role=Option.integer("which of its agents", 0, 0, len(ROLES) - 1),
        rounds=Option.integer("how often each agent adds to a story", 1, 1, 1000),
        max_tokens=Option.integer("tokens of one part", 128, 1, 4096),
        json=Option.flag("print one JSON object at the end and nothing else"),
    )
    if options.group is None:
        await lead(options.about.split(";"), arguments, options.json)
    else:
        await act(options.group, options.role, options.rounds, options.max_tokens)


def topic(group: str, role: int) -> str:
    """Where an agent listens; the one behind it broadcasts there, and the last one's is the leader's."""
    return f"swarm/{group}/{role}"


def hand_on(group: str, role: int, parts: list[str]) -> None:
    """What a story is about and its parts so far."""
    inferlet.broadcast(topic(group, role), BETWEEN.join(parts))


async def lead(subjects: list[str], arguments: list[str], as_json: bool) -> None:
    """Launches the agents, hands the first the tasks, and takes the stories from the last."""
    group = inferlet.instance_id()
    with Subscription(topic(group, len(ROLES))) as finished:
        agents = [
            Child("agent-swarm", [f"--role={role}", f"--group={group}", *arguments]) for role in range(len(ROLES))
        ]
        try:
            await inferlet.gather(*(agent.receive() for agent in agents))  # they listen
            for subject in subjects:
                hand_on(group, 0, [subject.strip()])
            stories, exchanges = [], 0
            while len(stories) < len(subjects):
                subject, *parts = (await finished.receive()).split(BETWEEN)
                story = "\n\n".join(parts)
                stories.append(story)
                exchanges += len(parts)
                if not as_json:
                    inferlet.print(f"About {subject}\n\n{story}\n\n")
            if as_json:
                inferlet.print(json.dumps({"exchanges": exchanges, "stories": stories}) + "\n")
        finally:
            for agent in agents:
                agent.cancel()


async def act(group: str, number: int, rounds: int, max_tokens: int) -> None:
    """One agent: takes what the one before it has, adds its part, and passes it on, without end."""
    system, task = ROLES[number]
    with Subscription(topic(group, number)) as given, Context() as context:
        context.fill_system(system)
        await context.flush()  # once: the contexts of all stories share it
        inferlet.send("listening")
        async for message in given:
            parts = message.split(BETWEEN)
            with context.fork() as own:
                if len(parts) == 1:
                    own.fill_user(f"{task} It should be about {parts[0]}.")
                else:
                    before = "\n\n".join(parts[max(1, len(parts) - len(ROLES) + 1) :])
                    own.fill_user(
                        f"**Previous Story Elements:**\n---\n{before}\n---\n\n**Your Specific Task:**\n{task}"
                    )
                text = (await own.generate(max_tokens=max_tokens)).text
            parts.append(text.replace(BETWEEN, " "))
            told = len(parts) > len(ROLES) * rounds
            hand_on(group, len(ROLES) if told else (number + 1) % len(ROLES), parts)

/**
 * A swarm of agents (after GPTSwarm, Zhuge et al. 2024, arXiv:2402.16823): four programs, each with a role and a context of
 * its own, write stories together. Each listens to the topic of the one before it and broadcasts to its own, so that several
 * stories are in the works at a time; a story goes around as often as is wanted.
 */

import { broadcast, Child, Context, inferlet, instanceId, option, parseArgs, print, send, Subscription } from '@pie4j/inferlet';

/** Who an agent is and what it does, in the order of their work. */
const ROLES = [
  { system: 'You are an idea generator for stories.', task: 'Write a story concept in one sentence.' },
  { system: 'You are a plot developer.', task: 'Write the plot in three short steps.' },
  { system: 'You are a character creator.', task: 'Describe the main characters.' },
  { system: 'You are a dialogue writer.', task: 'Write a short dialogue between the characters.' },
] as const;

/** What separates the parts of a message; no text has it. */
const BETWEEN = '\u001e';

export const run = inferlet(async (args) => {
  const { about, group, role, rounds, maxTokens, json } = parseArgs(
    'agent-swarm',
    'four programs write a story together, over topics',
    {
      about: option.text(
        'TEXT',
        'who and what is in the stories, one behind each semicolon',
        'Anna, a fox and a key; Max, an owl and a lantern',
      ),
      group: option.text('NAME', 'be an agent of this group (the program launches them)'),
      role: option.integer('which of its agents', 0, 0, ROLES.length - 1),
      rounds: option.integer('how often each agent adds to a story', 1, 1, 1000),
      maxTokens: option.integer('tokens of one part', 128, 1, 4096),
      json: option.flag('print one JSON object at the end and nothing else'),
    },
  );
  await (group === undefined ? lead(about.split(';'), args, json) : act(group, role, rounds, maxTokens));
});

/** Where an agent listens; the one behind it broadcasts there, and the last one's is the leader's. */
const topic = (group: string, role: number) => `swarm/${group}/${role}`;

/** Hands on what a story is about and its parts so far. */
const pass = (group: string, role: number, parts: string[]) => broadcast(topic(group, role), parts.join(BETWEEN));

/** Launches the agents, hands the first the tasks, and takes the stories from the last. */
async function lead(subjects: string[], args: string[], json: boolean): Promise<void> {
  const group = instanceId();
  using finished = new Subscription(topic(group, ROLES.length));
  const agents = ROLES.map((_, role) => Child.launch('agent-swarm', [`--role=${role}`, `--group=${group}`, ...args]));
  try {
    await Promise.all(agents.map((agent) => agent.receive())); // they listen
    for (const subject of subjects) {
      pass(group, 0, [subject.trim()]);
    }
    const ended = Promise.race(agents.map((agent) => agent.join())).then((said) => {
      throw new Error(`an agent ended: ${said}`);
    });
    const stories: string[] = [];
    let exchanges = 0;
    while (stories.length < subjects.length) {
      const [subject, ...parts] = (await Promise.race([finished.receive(), ended])).split(BETWEEN);
      const story = parts.join('\n\n');
      stories.push(story);
      exchanges += parts.length;
      if (!json) {
        print(`About ${subject}\n\n${story}\n\n`);
      }
    }
    if (json) {
      print(`${JSON.stringify({ exchanges, stories })}\n`);
    }
  } finally {
    agents.forEach((agent) => agent.cancel());
  }
}

/** One agent: takes what the one before it has, adds its part, and passes it on, without end. */
async function act(group: string, number: number, rounds: number, maxTokens: number): Promise<void> {
  const { system, task } = ROLES[number]!;
  using input = new Subscription(topic(group, number));
  using context = new Context();
  context.fillSystem(system);
  await context.flush(); // once: the contexts of all stories share it
  send('listening');
  for await (const message of input) {
    const parts = message.split(BETWEEN);
    using own = context.fork();
    if (parts.length === 1) {
      own.fillUser(`${task} It should be about ${parts[0]}.`);
    } else {
      const before = parts.slice(Math.max(1, parts.length - ROLES.length + 1)).join('\n\n');
      own.fillUser(`**Previous Story Elements:**\n---\n${before}\n---\n\n**Your Specific Task:**\n${task}`);
    }
    const { text } = await own.generate({ maxTokens });
    parts.push(text.replaceAll(BETWEEN, ' '));
    const told = parts.length > ROLES.length * rounds;
    pass(group, told ? ROLES.length : (number + 1) % ROLES.length, parts);
  }
}

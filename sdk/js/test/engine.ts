/**
 * An engine for tests. Commands run as late as they may, queues in any order: what a context does not wait for, it does not
 * find. The next token is a digest of all that is attended to, so that no mistake in a cache goes unseen.
 */

type Command = () => void;
type Outcome = { tag: 'ok'; val: unknown } | { tag: 'err'; val: { code: string; message: string } };

interface Slot {
  token: number;
  position: number;
}

/** What tests set and look at. */
export const state = {
  random: (_: number) => 0,
  printed: '',
  args: [] as string[],
  pages: new Map<number, { slots: Slot[]; hidden: boolean[] }>(),
  embeds: new Map<number, Slot | Slot[]>(),
  queues: new Set<Queue>(),
  exports: new Map<string, { slots: Slot[]; hidden: boolean[] }[]>(),
  kept: new Map<string, Uint8Array>(),
  passes: 0,
  maxPositions: 1000,
  template: 'fake',
  /** What the model says, one answer after the other; its digests if there is none. */
  says: [] as number[][],
};

export const PAGE_SIZE = 4;
export const STOP = 5;
const ROLES = ['system', 'user', 'assistant', 'tool'];
let next = 0;

/** An empty engine; the same seed gives the same order of queues. */
export function reset(seed: number): void {
  let value = seed >>> 0;
  state.random = (below) => {
    value = (Math.imul(value, 1664525) + 1013904223) >>> 0;
    return Math.floor((value / 2 ** 32) * below);
  };
  state.printed = '';
  state.args = [];
  state.template = 'fake';
  state.says = [];
  state.maxPositions = 1000;
  [state.pages, state.embeds, state.queues, state.exports, state.kept].forEach((all) => all.clear());
}

function refuse(code: string, message: string): never {
  throw Object.assign(new Error('[object Object] (see error.payload)'), { payload: { code, message } });
}

class Queue {
  readonly commands: Command[] = [];

  constructor() {
    state.queues.add(this);
  }

  model() {
    return new Model();
  }

  run(): void {
    for (const command of this.commands.splice(0)) {
      command();
    }
  }

  /** What was enqueued still runs. */
  [Symbol.dispose](): void {
    this.commands.push(() => state.queues.delete(this));
  }
}

/** Runs all that is enqueued, queues in any order. */
export function drain(): void {
  while ([...state.queues].some((queue) => queue.commands.length > 0)) {
    progress();
  }
}

class Pollable {
  constructor(readonly ready: () => boolean) {}

  block(): void {
    while (!this.ready()) {
      progress();
    }
  }

  [Symbol.dispose](): void {}
}

class Future {
  outcome: Outcome | null = null;

  subscribe(): Pollable {
    return new Pollable(() => this.outcome !== null);
  }

  get(): Outcome | null {
    return this.outcome;
  }

  await(): unknown {
    this.subscribe().block();
    if (this.outcome!.tag === 'err') {
      throw Object.assign(new Error(), { payload: this.outcome!.val });
    }
    return this.outcome!.val;
  }

  [Symbol.dispose](): void {}
}

/** Runs what one queue has, any of them. */
function progress(): void {
  const busy = [...state.queues].filter((queue) => queue.commands.length > 0);
  if (busy.length === 0) {
    throw new Error('the engine has nothing to do and the program waits');
  }
  busy[state.random(busy.length)]!.run();
  state.passes++;
}

function answered(queue: Queue, outcome: () => Outcome): Future {
  const future = new Future();
  queue.commands.push(() => {
    future.outcome = outcome();
  });
  return future;
}

const page = (id: number) => state.pages.get(id) ?? refuse('not-found', `there is no page ${id}`);
const embed = (id: number) => (state.embeds.has(id) ? id : refuse('not-found', `there is no embed ${id}`));

/** What comes after tokens that are attended to. */
export function digest(seen: readonly Slot[]): number {
  let value = 7;
  for (const { token, position } of [...seen].sort((a, b) => a.position - b.position)) {
    value = (Math.imul(value ^ (token * 31 + position), 0x01000193) >>> 0) % 1_000_003;
  }
  return value;
}

/** The most likely token for a digest: a letter, at times the end. */
export function likeliest(value: number): number {
  return value % 29 === 0 ? STOP : 97 + (value % 26);
}

class Model {
  name = () => 'fake';
  description = () => 'fake';
  pageSize = () => PAGE_SIZE;
  vocabSize = () => 128;
  maxPositions = () => state.maxPositions;
  stopTokens = () => [STOP];
  prefixTokens = () => [6];
  chatTemplate = (): string | null => state.template;
  formatChat = (messages: { role: string; content: string }[], cue: boolean) =>
    messages.map(({ role, content }) => `[${role}]${content}[end]`).join('') + (cue ? '[assistant]' : '');
}

class TextStream {
  feed = (tokens: number[]) => tokens.map((token) => (token >= 32 || token === 10 ? String.fromCharCode(token) : '')).join('');
  finish = () => '';
  [Symbol.dispose](): void {}
}

/** Roles are the tokens 1 to 4, the end of a message is 5. */
export function tokens(text: string, special: boolean): number[] {
  const parts = special ? text.split(/(\[(?:system|user|assistant|tool|end)\])/) : [text];
  return parts.flatMap((part, index) =>
    index % 2 === 1
      ? [part === '[end]' ? STOP : 1 + ROLES.indexOf(part.slice(1, -1))]
      : [...part].map((character) => character.charCodeAt(0)),
  );
}

export const models = { Model, availableModels: () => [new Model()] };
export const queues = {
  Queue,
  createQueue: () => new Queue(),
  synchronize: (queue: Queue) => answered(queue, () => ({ tag: 'ok', val: undefined })),
};
export const types = {
  Pollable,
  FutureUnit: Future,
  poll(pollables: Pollable[]): number[] {
    const ready = () => pollables.flatMap((pollable, index) => (pollable.ready() ? [index] : []));
    while (ready().length === 0) {
      progress();
    }
    return ready();
  },
};
export const allocate = {
  allocKvpage: (_: Queue, count: number) =>
    Array.from({ length: count }, () => (state.pages.set(next, { slots: [], hidden: [] }), next++)),
  deallocKvpage: (queue: Queue, ids: number[]) => {
    ids.forEach(page);
    queue.commands.push(() => ids.forEach((id) => state.pages.delete(id)));
  },
  allocEmb: (_: Queue, count: number) => Array.from({ length: count }, () => (state.embeds.set(next, []), next++)),
  deallocEmb: (queue: Queue, ids: number[]) => {
    ids.forEach(embed);
    queue.commands.push(() => ids.forEach((id) => state.embeds.delete(id)));
  },
  copyKvpage: (queue: Queue, source: number, target: number, from: number, to: number, count: number) =>
    void queue.commands.push(() => page(target).slots.splice(to, count, ...page(source).slots.slice(from, from + count))),
  exportKvpage: (queue: Queue, ids: number[], name: string) => {
    queue.run();
    state.exports.set(name, ids.map((id) => structuredClone(page(id))));
  },
  importKvpage: (_: Queue, name: string) =>
    (state.exports.get(name) ?? refuse('not-found', `there is no export '${name}'`)).map(
      (content) => (state.pages.set(next, structuredClone(content)), next++),
    ),
};
export const forward = {
  forward(queue: Queue, context: number[], inputs: number[], kept: number[], outputs: number[]) {
    queue.commands.push(() => {
      const seen = context.flatMap((id) => page(id).slots.filter((_, slot) => page(id).hidden[slot] !== true));
      const fresh = inputs.map((id) => state.embeds.get(embed(id)) as Slot);
      outputs.forEach((id, i) =>
        state.embeds.set(embed(id), [...seen, ...fresh.slice(0, fresh.length - outputs.length + i + 1)]),
      );
      let at = 0;
      for (const slot of fresh) {
        while (page(kept[at]!).slots.length === PAGE_SIZE) {
          at++;
        }
        page(kept[at]!).slots.push(slot);
      }
    });
  },
  maskKvpage: (queue: Queue, id: number, hidden: boolean[]) => void queue.commands.push(() => (page(id).hidden = [...hidden])),
  truncateKvpage: (queue: Queue, id: number, count: number) =>
    void queue.commands.push(() => {
      page(id).slots.length = count;
      page(id).hidden.length = Math.min(count, page(id).hidden.length);
    }),
};
export const inputText = {
  embedTxt: (queue: Queue, all: number[], positions: number[], ids: number[]) =>
    void queue.commands.push(() => all.forEach((token, i) => state.embeds.set(embed(ids[i]!), { token, position: positions[i]! }))),
};
export const outputText = {
  getNextDist: (queue: Queue, id: number, candidates: number) =>
    answered(queue, () => {
      const value = digest(state.embeds.get(embed(id)) as Slot[]);
      const answer = state.says[0];
      if (answer?.length === 0) {
        state.says.shift();
      }
      const first = answer === undefined ? likeliest(value) : (answer.shift() ?? STOP);
      const others = Array.from({ length: candidates - 1 }, (_, i) => 32 + ((value + i) % 60)).filter((token) => token !== first);
      const ids = [first, ...others];
      return { tag: 'ok', val: { ids, probabilities: ids.map((_, i) => 2 ** -(i + 1)) } };
    }),
};
export const tokenize = {
  TextStream,
  tokenize: (_: Model, text: string, special: boolean) => tokens(text, special),
  detokenize: (_: Model, all: number[], skip: boolean) =>
    all.map((t) => (t >= 32 || t === 10 ? String.fromCharCode(t) : skip ? '' : t === STOP ? '[end]' : `[${ROLES[t - 1]}]`)).join(''),
  stream: () => new TextStream(),
  getVocabs: () => Array.from({ length: 128 }, (_, token) => Uint8Array.from(token >= 32 || token === 10 ? [token] : [])),
  specialTokens: () => [
    { id: 20, text: '<tool_call>' },
    { id: 21, text: '</tool_call>' },
  ],
};
export const runtime = {
  arguments: () => state.args,
  print: (text: string) => void (state.printed += text),
  log: () => {},
  random: () => state.random(2 ** 32),
  now: () => 0,
  instanceId: () => 'one',
};
export const store = {
  get: (key: string) => state.kept.get(key) ?? null,
  set: (key: string, value: Uint8Array) => void state.kept.set(key, value),
  delete: (key: string) => state.kept.delete(key),
  exists: (key: string) => state.kept.has(key),
  listKeys: (prefix: string) => [...state.kept.keys()].filter((key) => key.startsWith(prefix)).sort(),
};
export const contextState = { idle: () => ({ [Symbol.dispose]() {} }) };
export const adapter = {};
export const children = {};
export const client = {};
export const http = {};
export const inputImage = {};
export const messaging = {};
export const sample = {
  sample: (queue: Queue, id: number, _: unknown, allowed: number[]) =>
    answered(queue, () => {
      embed(id);
      const runs = allowed.flatMap((length, index) => Array.from({ length }, () => index % 2 === 1));
      return { tag: 'ok', val: { id: runs.indexOf(true), logProbability: 0 } };
    }),
};

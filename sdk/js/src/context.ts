import type { IdleScope } from 'pie4j:inferlet/context-state@0.1.0';
import type { Queue } from 'pie4j:inferlet/queues@0.1.0';
import type { Distribution, FutureUnit } from 'pie4j:inferlet/types@0.1.0';
import { allocate, contextState, forward, inputText, outputText, queues, sample } from './bindings.js';
import { Cache, settled } from './cache.js';
import { Chat, extend, type Role } from './chat.js';
import { messageOf, Refusal } from './error.js';
import { type GenerateOptions, Generation } from './generation.js';
import { Model } from './model.js';
import { when } from './runtime.js';
import type { Sampler } from './sampler.js';
import { storage } from './services.js';

/** Tokens of one forward: bounds the input embeds that a long prompt holds at a time. */
const CHUNK = 512;

const savedKey = (name: string) => `inferlet-context/${name}`;

/** An output embed, which forks may read too. */
class Output {
  users = 1;
  readonly embed: number;

  constructor(queue: Queue) {
    this.embed = allocate.allocEmb(queue, 1)[0]!;
  }

  /** On the queue of who leaves it: behind all that it did with it. */
  leave(queue: Queue): void {
    if (--this.users === 0) {
      allocate.deallocEmb(queue, [this.embed]);
    }
  }
}

/** Guesses that were computed, and what may follow. */
export interface Verified {
  readonly guesses: readonly number[];
  /** After the last token, then after each guess. */
  readonly distributions: readonly Distribution[];
}

/**
 * A sequence of tokens and its KV cache: fill it with text, generate from it, fork it.
 *
 * Filling only notes tokens. They are computed together when something needs them: `flush`, a step, or `generate`. Every step
 * is one embed, one forward and one readout on the context's own queue, enqueued without waiting; steps of contexts that
 * generate at the same time share the engine's passes.
 *
 * `using context = new Context()` gives its pages back at the end of the block; else `close` does, or the program's end.
 */
export class Context {
  readonly model: Model;
  #chat = new Chat();
  #tokens: number[] = [];
  #cache: Cache;
  readonly #queue: Queue;
  #output: Output;
  /** How many tokens there were when the output was computed. */
  #outputOf = 0;
  #tokensComputed = 0;
  /** Comes when what is shared with this context is computed. */
  #ready: FutureUnit | undefined;
  #whenReady: Promise<void> | undefined;
  /** Why it can only be closed. */
  #failure: Error | undefined;
  #closed = false;

  /** An empty context of the default model, or of another. */
  constructor(model = Model.get()) {
    this.model = model;
    this.#queue = queues.createQueue(model.raw);
    this.#output = new Output(this.#queue);
    this.#cache = new Cache(this.#queue, model.pageSize);
  }

  /** A context of pages that were exported by `export`, as if the tokens had been computed here. */
  static fromImported(name: string, tokens: readonly number[], model = Model.get()): Context {
    const context = new Context(model);
    try {
      const pages = allocate.importKvpage(context.#queue, name);
      const needed = Math.ceil(tokens.length / model.pageSize);
      if (pages.length !== needed) {
        allocate.deallocKvpage(context.#queue, pages);
        throw new Error(`import: '${name}' has ${pages.length} pages; ${tokens.length} tokens take ${needed}`);
      }
      context.#cache.take(pages, tokens.length);
      context.#tokens = [...tokens];
      return context;
    } catch (failure) {
      context.close();
      throw failure;
    }
  }

  /** The context that was saved under a name; none if there is none, or if its pages are gone. */
  static open(name: string, model = Model.get()): Context | undefined {
    const text = storage.get(savedKey(name));
    if (text === undefined) {
      return undefined;
    }
    let saved: { tokens: number[]; chat: Parameters<typeof Chat.parse>[0] };
    try {
      saved = JSON.parse(text);
    } catch {
      throw new Error(`open: what is kept as '${name}' is no context of a TypeScript program`);
    }
    try {
      const context = Context.fromImported(name, saved.tokens, model);
      context.#chat = Chat.parse(saved.chat);
      return context;
    } catch (failure) {
      if (failure instanceof Refusal && failure.code === 'not-found') {
        return undefined;
      }
      throw failure;
    }
  }

  /** All tokens, computed or not. */
  get tokens(): readonly number[] {
    return this.#tokens;
  }

  /** Tokens that went through the model for it so far, those of forks not counted. */
  get tokensComputed(): number {
    return this.#tokensComputed;
  }

  /** Pages that it refers to; forks may refer to the same ones. */
  get pagesHeld(): number {
    return this.#cache.pagesHeld;
  }

  /** Adds plain text; at the very beginning also the tokens that the model expects before any. */
  fill(text: string): this {
    this.#chat.writePending(this.model, this.#tokens);
    if (this.#tokens.length === 0) {
      this.#tokens = this.model.prefixTokens();
    }
    extend(this.#tokens, this.model.tokenize(text));
    return this;
  }

  /** Adds tokens as they are. */
  fillTokens(tokens: readonly number[]): this {
    this.#chat.writePending(this.model, this.#tokens);
    extend(this.#tokens, tokens);
    return this;
  }

  /** Adds a system message by the model's chat template. */
  fillSystem(content: string): this {
    return this.#add('system', content);
  }

  /** Adds a user message by the model's chat template; ends an answer before it. */
  fillUser(content: string): this {
    return this.#add('user', content);
  }

  /** Adds an assistant message by the model's chat template. */
  fillAssistant(content: string): this {
    return this.#add('assistant', content);
  }

  /** Adds a tool's result by the model's chat template, if that knows such messages. */
  fillTool(content: string): this {
    return this.#add('tool', content);
  }

  #add(role: Role, content: string): this {
    this.#chat.add(role, content, this.#tokens.length);
    return this;
  }

  /** Enqueues the computation of all tokens filled so far; waits for nothing but, in a fork, for what it shares. */
  async flush(): Promise<void> {
    this.#chat.write(this.model, this.#tokens, false);
    if (this.#cache.size < this.#tokens.length) {
      await this.#awaitReady();
    }
    this.#compute();
  }

  /**
   * A context with the same tokens that goes on by itself. Both refer to the same pages; who first adds to a page that is not
   * full adds in place, the others to copies. What is not computed yet is computed first, once for both.
   */
  fork(): Context {
    this.#requireUsable();
    this.#chat.write(this.model, this.#tokens, false);
    if (this.#ready !== undefined && this.#whenReady === undefined) {
      this.#ready.await();
      this.#ready[Symbol.dispose]();
      this.#ready = undefined;
    }
    this.#compute();
    const fork = new Context(this.model);
    fork.#cache = this.#cache.fork(fork.#queue);
    fork.#tokens = [...this.#tokens];
    fork.#chat = this.#chat.copy();
    fork.#output.leave(fork.#queue);
    fork.#output = this.#output;
    this.#output.users++;
    fork.#outputOf = this.#outputOf;
    fork.#ready = this.#cache.isSettled ? undefined : queues.synchronize(this.#queue);
    return fork;
  }

  async #awaitReady(): Promise<void> {
    const ready = this.#ready;
    if (ready !== undefined) {
      this.#whenReady ??= when(ready);
      await this.#whenReady;
      this.#ready = undefined;
      this.#whenReady = undefined;
    }
  }

  /** Generates: iterate it for text as it comes, or await it for all. */
  generate(options: GenerateOptions = {}): Generation {
    return new Generation(this, options);
  }

  /** Chooses the next token and adds it. */
  decodeStep(sampler: Sampler): Promise<number> {
    return this.decodeStepDist(sampler.candidates).then((distribution) => this.take(distribution, sampler));
  }

  /** Adds the token that a sampler chooses. */
  take(distribution: Distribution, sampler: Sampler): number {
    if (distribution.ids.length === 0) {
      throw new Error('the distribution has no candidates');
    }
    const token = sampler.choose(distribution);
    this.#tokens.push(token);
    return token;
  }

  /**
   * The next token's distribution, cut to its most likely tokens. The context gets the cue for an answer if it ends with a
   * message, and else stays as it is.
   */
  decodeStepDist(candidates = 256): Promise<Distribution> {
    try {
      this.#chat.write(this.model, this.#tokens, true);
      if (this.#tokens.length === 0) {
        throw new Error('the context is empty: fill it with something to continue');
      }
      return this.#ready === undefined ? this.#step(candidates) : this.#awaitReady().then(() => this.#step(candidates));
    } catch (failure) {
      return Promise.reject(failure);
    }
  }

  #step(candidates: number): Promise<Distribution> {
    if (this.#cache.size === this.#tokens.length && this.#outputOf !== this.#cache.size) {
      this.#cache.truncate(this.#cache.size - 1); // nobody has its output: it is computed again
    }
    this.#compute();
    const stamp = this.#cache.stamp;
    return when(outputText.getNextDist(this.#queue, this.#output.embed, candidates)).then(
      (distribution) => {
        this.#cache.settle(stamp);
        return distribution;
      },
      (refused: unknown) => {
        throw this.#failed(refused);
      },
    );
  }

  #failed(refused: unknown): unknown {
    this.#failure = new Error(
      `an earlier step of the context failed (${messageOf(refused)}), so its cache is incomplete; begin a new one`,
    );
    return refused;
  }

  /**
   * Computes the last token and guesses behind it in one forward: the guesses that there was room for, and the distributions
   * after that token and after each of these. `keep` follows.
   */
  async verify(guesses: readonly number[], candidates = 256): Promise<Verified> {
    this.#chat.write(this.model, this.#tokens, true);
    if (this.#tokens.length === 0) {
      throw new Error('the context is empty: fill it with something to continue');
    }
    await this.#awaitReady();
    const from = this.#tokens.length - 1;
    this.#cache.truncate(Math.min(from, this.#cache.size));
    this.#compute(from);
    const room = Math.min(CHUNK - 1, this.model.maxPositions - this.#tokens.length);
    const taken = guesses.slice(0, Math.max(0, room));
    const outputs = allocate.allocEmb(this.#queue, taken.length + 1);
    try {
      this.#forward([this.#tokens[from]!, ...taken], from, outputs);
      this.#outputOf = 0;
      const stamp = this.#cache.stamp;
      const answers = outputs.map((output) => when(outputText.getNextDist(this.#queue, output, candidates)));
      const distributions = await Promise.all(answers);
      this.#cache.settle(stamp);
      return { guesses: taken, distributions };
    } catch (refused) {
      throw this.#failed(refused);
    } finally {
      allocate.deallocEmb(this.#queue, outputs);
    }
  }

  /** Of what `verify` computed, the last so many guesses were wrong. */
  keep(wrong: number): void {
    this.#cache.truncate(this.#cache.size - wrong);
  }

  /**
   * The most likely token among those that are allowed; it is not added.
   *
   * @param allowed run lengths over the vocabulary, forbidden first
   */
  async mostLikely(allowed: readonly number[]): Promise<number> {
    await this.decodeStepDist(1); // so that there is an output to choose at
    const greedy = { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 0 };
    return (await when(sample.sample(this.#queue, this.#output.embed, greedy, [...allowed]))).id;
  }

  /** Forgets all tokens behind the first `size`, and messages among them. */
  rewind(size: number): void {
    this.#chat.rewind(size);
    this.#tokens.length = Math.min(size, this.#tokens.length);
    this.#cache.truncate(size);
  }

  /** Hides computed tokens from later ones, or shows them again. */
  maskTokenRange(from: number, to: number, hidden: boolean): void {
    this.#cache.mask(from, to, hidden);
  }

  /** Gives back the pages whose tokens are all hidden. They stay hidden; positions go on. */
  dropMaskedKvPages(): void {
    this.#cache.dropHidden();
  }

  /** Publishes the pages of all its tokens, computed first, under a name. */
  async export(name: string): Promise<void> {
    await this.flush();
    if (!this.#cache.isWhole) {
      throw new Error('export: tokens are hidden, or a page is shared with a fork that went on; export before that');
    }
    allocate.exportKvpage(this.#queue, this.#cache.ids, name);
  }

  /** Keeps the context under a name for other programs of the user: its pages as an export, what else it takes in the store. */
  async save(name: string): Promise<void> {
    await this.export(name);
    storage.set(savedKey(name), JSON.stringify({ tokens: this.#tokens, chat: this.#chat }));
  }

  /** Says that the program's pages are not needed until this is disposed of: while a tool is called, say. */
  idle(): IdleScope {
    return contextState.idle(this.model.raw);
  }

  /** Gives its pages back; it cannot be used any more. */
  close(): void {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    this.#failure = new Error('the context is closed');
    if (this.#ready !== undefined && this.#whenReady === undefined) {
      settled(this.#ready); // what it gives back may be in use until then
    }
    this.#cache.close();
    this.#output.leave(this.#queue);
    this.#queue[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #requireUsable(): void {
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
  }

  /** All tokens, or the first ones. */
  #compute(end = this.#tokens.length): void {
    this.#requireUsable();
    const most = this.model.maxPositions;
    if (this.#tokens.length > most) {
      throw new Error(`the context has ${this.#tokens.length} tokens; model ${this.model.name} takes at most ${most}`);
    }
    while (this.#cache.size < end) {
      this.#computeRange(this.#cache.size, Math.min(end, this.#cache.size + CHUNK));
    }
  }

  /** One embed, one forward. */
  #computeRange(from: number, end: number): void {
    this.#forward(this.#tokens.slice(from, end), from, [this.#ownOutput()]);
    this.#outputOf = end;
  }

  /** One embed, one forward of tokens from a position on; outputs of the last ones. */
  #forward(tokens: number[], from: number, outputs: number[]): void {
    this.#requireUsable();
    const count = tokens.length;
    const queue = this.#queue;
    this.#cache.openLast();
    const context = this.#cache.inputPages();
    const kept = this.#cache.outputPages(count);
    // A single token needs no input embed of its own: its output may take its input's place.
    const inputs = count === 1 ? outputs : allocate.allocEmb(queue, count);
    const positions: number[] = [];
    for (let position = from; position < from + count; position++) {
      positions.push(position);
    }
    try {
      inputText.embedTxt(queue, tokens, positions, inputs);
      forward.forward(queue, context, inputs, kept, outputs, null);
    } finally {
      if (count > 1) {
        allocate.deallocEmb(queue, inputs);
      }
    }
    this.#cache.append(count);
    this.#tokensComputed += count;
  }

  /** An output embed that no fork reads. */
  #ownOutput(): number {
    if (this.#output.users > 1) {
      const own = new Output(this.#queue);
      this.#output.leave(this.#queue);
      this.#output = own;
    }
    return this.#output.embed;
  }
}

import type { TextStream } from 'pie4j:inferlet/tokenize@0.1.0';
import type { Context } from './context.js';
import { Sampler } from './sampler.js';
import { Stop } from './stop.js';

/** How to generate. */
export interface GenerateOptions {
  /** Chooses the tokens; the most likely ones if it is not given. */
  sampler?: Sampler;
  /** Stop after so many tokens. */
  maxTokens?: number;
  /** Stop here too. */
  stop?: Stop;
  /** Go on where the model ends its answer. */
  ignoreEos?: boolean;
}

/** What a generation brought. */
export interface Completion {
  /** Its text, special tokens left out. */
  text: string;
  /** All its tokens, the last one included. */
  tokens: number[];
  /** How likely each token was before temperature and truncation, as natural logarithms. */
  logProbabilities: number[];
}

/**
 * A generation under way: iterated it gives text as it comes, whole characters only; awaited it gives all of it. It goes on
 * only while somebody does either.
 */
export class Generation implements AsyncIterableIterator<string>, PromiseLike<Completion> {
  readonly #context: Context;
  readonly #sampler: Sampler;
  readonly #stop: Stop;
  readonly #completion: Completion = { text: '', tokens: [], logProbabilities: [] };
  #stream: TextStream | undefined;
  #ended = false;
  #whole: Promise<Completion> | undefined;

  constructor(context: Context, options: GenerateOptions) {
    this.#context = context;
    this.#sampler = options.sampler ?? Sampler.greedy();
    const bounds = [options.stop, options.maxTokens === undefined ? undefined : Stop.maxTokens(options.maxTokens)];
    const eos = options.ignoreEos === true ? [] : [Stop.eos(context.model)];
    const stops = [...bounds.filter((bound) => bound !== undefined), ...eos];
    this.#stop = stops.reduce((one, other) => one.or(other), new Stop(() => false));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** More text. */
  async next(): Promise<IteratorResult<string, undefined>> {
    while (!this.#ended) {
      const text = await this.#step();
      if (text !== '') {
        return { done: false, value: text };
      }
    }
    return { done: true, value: undefined };
  }

  /** Ends it where it is. */
  async return(): Promise<IteratorResult<string, undefined>> {
    this.#end();
    return { done: true, value: undefined };
  }

  /** One token; the text that it completes. */
  async #step(): Promise<string> {
    const { tokens, logProbabilities } = this.#completion;
    this.#stream ??= this.#context.model.textStream();
    const { token, probability } = await this.#context.choose(this.#sampler);
    tokens.push(token);
    logProbabilities.push(Math.log(probability));
    let text = this.#stream.feed([token]);
    if (this.#stop.reached(tokens) || this.#context.tokens.length > this.#context.model.maxPositions) {
      text += this.#stream.finish();
      this.#end();
    }
    this.#completion.text += text;
    return text;
  }

  #end(): void {
    this.#ended = true;
    this.#stream?.[Symbol.dispose]();
    this.#stream = undefined;
  }

  async #toItsEnd(): Promise<Completion> {
    while (!this.#ended) {
      await this.#step();
    }
    return this.#completion;
  }

  then<A = Completion, B = never>(
    onFulfilled?: ((completion: Completion) => A | PromiseLike<A>) | null,
    onRejected?: ((failure: any) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#whole ??= this.#toItsEnd();
    return this.#whole.then(onFulfilled, onRejected);
  }
}

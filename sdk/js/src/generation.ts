import type { Distribution } from 'pie4j:inferlet/types@0.1.0';
import type { TextStream } from 'pie4j:inferlet/tokenize@0.1.0';
import type { Context, Verified } from './context.js';
import type { Drafter } from './drafter.js';
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
  /** Guesses what comes next: its guesses are computed along, several tokens in one forward. */
  drafter?: Drafter | undefined;
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
  readonly #drafter: Drafter | undefined;
  /** How many tokens the drafter was told. */
  #told = 0;
  readonly #completion: Completion = { text: '', tokens: [], logProbabilities: [] };
  #stream: TextStream | undefined;
  #ended = false;
  #whole: Promise<Completion> | undefined;

  constructor(context: Context, options: GenerateOptions) {
    this.#context = context;
    this.#sampler = options.sampler ?? Sampler.greedy();
    this.#drafter = options.drafter;
    const bounds = [options.stop, options.maxTokens === undefined ? undefined : Stop.maxTokens(options.maxTokens)];
    const eos = options.ignoreEos === true ? [] : [Stop.eos(context.model)];
    const stops = [...bounds.filter((bound) => bound !== undefined), ...eos];
    this.#stop = stops.reduce((one, other) => one.or(other), new Stop(() => false));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** More text. */
  next(): Promise<IteratorResult<string, undefined>> {
    if (this.#ended) {
      return Promise.resolve({ done: true, value: undefined });
    }
    const guessed = this.#guess();
    return guessed === undefined
      ? this.#context.decodeStepDist(this.#sampler.candidates).then(this.#given)
      : guessed.then((text) => this.#result(text));
  }

  /** Made once: every token goes through it. */
  readonly #given = (distribution: Distribution) => this.#result(this.#take(distribution));

  #result(text: string): IteratorResult<string> | Promise<IteratorResult<string, undefined>> {
    return text === '' ? this.next() : { done: false, value: text };
  }

  /** The text of a token and of the guesses behind it that are right; nothing if nobody guesses. */
  #guess(): Promise<string> | undefined {
    if (this.#drafter === undefined || this.#told === 0) {
      return undefined;
    }
    return this.#context.verify(this.#drafter.draft(), this.#sampler.candidates).then(this.#follow);
  }

  readonly #follow = ({ guesses, distributions }: Verified): string => {
    let text = this.#take(distributions[0]!);
    let right = 0;
    while (!this.#ended && right < guesses.length && guesses[right] === this.#completion.tokens.at(-1)) {
      right++;
      text += this.#take(distributions[right]!);
    }
    this.#context.keep(guesses.length - right);
    return text;
  };

  /** Ends it where it is. */
  return(): Promise<IteratorResult<string, undefined>> {
    this.#end();
    return this.next();
  }

  /** One token; the text that it completes. */
  #take(distribution: Distribution): string {
    const { tokens, logProbabilities } = this.#completion;
    const stream = (this.#stream ??= this.#context.model.textStream());
    const token = this.#context.take(distribution, this.#sampler);
    tokens.push(token);
    if (this.#drafter !== undefined) {
      this.#drafter.update(this.#context.tokens.slice(this.#told));
      this.#told = this.#context.tokens.length;
    }
    const at = distribution.ids.indexOf(token);
    logProbabilities.push(at < 0 ? -Infinity : Math.log(distribution.probabilities[at]!));
    let text = stream.feed([token]);
    if (this.#stop.reached(tokens) || this.#context.tokens.length > this.#context.model.maxPositions) {
      text += stream.finish();
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

  #toItsEnd(): Promise<Completion> {
    return new Promise((resolve, reject) => {
      const go = () => {
        if (this.#ended) {
          resolve(this.#completion);
        } else {
          (this.#guess()?.then(go) ?? this.#context.decodeStepDist(this.#sampler.candidates).then(one)).then(undefined, reject);
        }
      };
      const one = (distribution: Distribution) => {
        this.#take(distribution);
        go();
      };
      go();
    });
  }

  then<A = Completion, B = never>(
    onFulfilled?: ((completion: Completion) => A | PromiseLike<A>) | null,
    onRejected?: ((failure: any) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#whole ??= this.#toItsEnd();
    return this.#whole.then(onFulfilled, onRejected);
  }
}

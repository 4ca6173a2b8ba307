/**
 * Guesses of what the model will say next (speculative decoding, Leviathan et al. 2023): a forward computes the last token and
 * a chain of guesses behind it, and goes along them for as long as they are what the sampler chooses. The sampler sees the same
 * distributions in the same order as without, so that a drafter can be wrong but cannot change the text.
 */
export interface Drafter {
  /** Tells it tokens that are settled: all so far, and then those that are new, before each `draft`. */
  update(tokens: readonly number[]): void;
  /** What may follow the last token that `update` told; nothing if it has no guess. */
  draft(): readonly number[];
}

/** Guesses that the text goes on as it did where its last tokens stood before (prompt lookup, Saxena 2023). */
export class PromptLookup implements Drafter {
  readonly #ngram: number;
  readonly #guesses: number;
  readonly #tokens: number[] = [];
  /** What follows each run of 1 to ngram tokens, where it stood last but for the text's very end. */
  readonly #behind = new Map<string, number>();

  /** Looks for the last `ngram` tokens, or fewer if those are new; `guesses` tokens at most. */
  constructor({ ngram = 2, guesses = 8 } = {}) {
    if (ngram < 1 || guesses < 1) {
      throw new Error(`ngram and guesses must be positive, are ${ngram} and ${guesses}`);
    }
    this.#ngram = ngram;
    this.#guesses = guesses;
  }

  update(tokens: readonly number[]): void {
    for (const token of tokens) {
      const end = this.#tokens.length;
      for (let length = 1; length <= Math.min(this.#ngram, end); length++) {
        this.#behind.set(this.#last(length), end);
      }
      this.#tokens.push(token);
    }
  }

  draft(): readonly number[] {
    for (let length = Math.min(this.#ngram, this.#tokens.length); length > 0; length--) {
      const start = this.#behind.get(this.#last(length));
      if (start !== undefined) {
        return this.#tokens.slice(start, start + this.#guesses);
      }
    }
    return [];
  }

  #last(length: number): string {
    return this.#tokens.slice(-length).join();
  }
}

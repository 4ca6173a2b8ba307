import type { Model } from './model.js';

/** When to stop generating: looked at after every token, with all that were generated so far. */
export class Stop {
  readonly reached: (generated: readonly number[]) => boolean;

  constructor(reached: (generated: readonly number[]) => boolean) {
    this.reached = reached;
  }

  /** After so many tokens. */
  static maxTokens(count: number): Stop {
    return new Stop((generated) => generated.length >= count);
  }

  /** After any of these sequences of tokens; empty ones count for nothing. */
  static endsWithAny(...ends: readonly (readonly number[])[]): Stop {
    return new Stop((generated) => ends.some((end) => end.length > 0 && endsWith(generated, end)));
  }

  /** Where the model ends an answer. */
  static eos(model: Model): Stop {
    const tokens = new Set(model.stopTokens);
    return new Stop((generated) => tokens.has(generated.at(-1)!));
  }

  /** Either condition. */
  or(other: Stop): Stop {
    return new Stop((generated) => this.reached(generated) || other.reached(generated));
  }
}

function endsWith(tokens: readonly number[], end: readonly number[]): boolean {
  const from = tokens.length - end.length;
  return from >= 0 && end.every((token, index) => tokens[from + index] === token);
}

import type { Distribution } from 'pie4j:inferlet/types@0.1.0';
import { runtime } from './bindings.js';

/** How many candidates are asked for unless a sampler says otherwise. */
const CANDIDATES = 256;

/** What bounds the draws of a sampler. */
export interface Truncation {
  /** Draw among the so many most likely tokens. */
  topK?: number;
  /** Draw among the most likely tokens that together have this probability. */
  topP?: number;
  /** Draw among tokens at least so many times as likely as the most likely one. */
  minP?: number;
  /** Repeats the draws; without one they differ each time. */
  seed?: number | bigint;
}

/** Chooses the next token from a distribution. */
export abstract class Sampler {
  /** How many of the most likely tokens it wants to see. */
  abstract readonly candidates: number;

  /** One of the distribution's tokens. */
  abstract choose(distribution: Distribution): number;

  /** Always the most likely token. */
  static greedy(): Sampler {
    return Sampler.custom(1, (distribution) => distribution.ids[0]!);
  }

  /** Draws by probability: first temperature, which sharpens where it is low (0 is greedy), then truncation. */
  static multinomial(temperature: number, truncation: Truncation = {}): Sampler {
    within(Number.isFinite(temperature) && temperature >= 0, 'temperature must be 0 or more', temperature);
    const { topK = CANDIDATES, topP = 1, minP = 0, seed = runtime.random() } = truncation;
    within(Number.isInteger(topK) && topK >= 1, 'topK must be a whole number from 1', topK);
    within(topP > 0 && topP <= 1, 'topP must be above 0 and at most 1', topP);
    within(minP >= 0 && minP <= 1, 'minP must be from 0 to 1', minP);
    return temperature === 0 ? Sampler.greedy() : new Truncated(Math.fround(temperature), topK, topP, minP, BigInt(seed));
  }

  /** Draws among the `k` most likely tokens. */
  static topK(temperature: number, k: number, seed?: number | bigint): Sampler {
    return Sampler.multinomial(temperature, { topK: k, ...(seed === undefined ? {} : { seed }) });
  }

  /** Draws among the most likely tokens that together have probability `p`. */
  static topP(temperature: number, p: number, seed?: number | bigint): Sampler {
    return Sampler.multinomial(temperature, { topP: p, ...(seed === undefined ? {} : { seed }) });
  }

  /** Draws among the tokens at least `p` times as likely as the most likely one. */
  static minP(temperature: number, p: number, seed?: number | bigint): Sampler {
    return Sampler.multinomial(temperature, { minP: p, ...(seed === undefined ? {} : { seed }) });
  }

  /** Any function of the distribution of the `candidates` most likely tokens. */
  static custom(candidates: number, choose: (distribution: Distribution) => number): Sampler {
    return new (class extends Sampler {
      override readonly candidates = candidates;
      override choose(distribution: Distribution): number {
        return choose(distribution);
      }
    })();
  }
}

function within(good: boolean, what: string, value: number): void {
  if (!good) {
    throw new RangeError(`${what}, is ${value}`);
  }
}

class Truncated extends Sampler {
  override readonly candidates: number;
  readonly #temperature: number;
  readonly #topP: number;
  readonly #minP: number;
  #state: bigint;

  constructor(temperature: number, k: number, topP: number, minP: number, seed: bigint) {
    super();
    this.candidates = k;
    this.#temperature = temperature;
    this.#topP = Math.fround(topP);
    this.#minP = Math.fround(minP);
    this.#state = BigInt.asUintN(64, seed);
  }

  override choose({ ids, probabilities }: Distribution): number {
    const exponent = 1 / this.#temperature;
    const most = probabilities[0]!;
    const weights = probabilities.slice(0, this.candidates).map((p) => (p / most) ** exponent);
    const kept = keptOf(weights, this.#topP, this.#minP);
    let total = 0;
    for (let i = 0; i < kept; i++) {
      total += weights[i]!;
    }
    const drawn = this.#uniform() * total;
    let sum = 0;
    for (let i = 0; i < kept; i++) {
      sum += weights[i]!;
      if (drawn < sum) {
        return ids[i]!;
      }
    }
    return ids[kept - 1]!;
  }

  /** SplitMix64: the same draws from the same seed everywhere. */
  #uniform(): number {
    this.#state = BigInt.asUintN(64, this.#state + 0x9e3779b97f4a7c15n);
    let z = this.#state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return Number((z ^ (z >> 31n)) >> 11n) * 2 ** -53;
  }
}

/** How many of the first weights may be drawn: at least one, and none that is 0. */
export function keptOf(weights: readonly number[], topP: number, minP: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  for (const [index, weight] of weights.entries()) {
    if (index > 0 && (weight === 0 || weight < minP)) {
      return index;
    }
    sum += weight;
    if (sum >= topP * total) {
      return index + 1;
    }
  }
  return weights.length;
}

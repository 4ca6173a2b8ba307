import type { Distribution } from 'pie4j:inferlet/types@0.1.0';
import { tokenize } from './bindings.js';
import type { Context } from './context.js';
import { type Expression, Grammar, type State } from './grammar.js';
import type { Model } from './model.js';
import { regex } from './regex.js';
import { Sampler } from './sampler.js';
import { json, jsonSchema, type Schema } from './schema.js';
import { decodeUtf8 } from './utf8.js';

/** How many of the most likely tokens are looked at before all that are allowed. */
const CANDIDATES = 64;

/** Tokens by which an ending may turn out longer than it looked. */
const SLACK = 16;

/** Bytes of a token, at most, that is written without the model's choice. */
const LONGEST = 16;

/** How to generate under a constraint. */
export interface ConstrainedOptions {
  /** Chooses among the allowed ones of the most likely tokens. */
  sampler?: Sampler;
  /** When these come near, the shortest ending is written instead. */
  maxTokens?: number;
  /** Takes the text as it comes. */
  onText?: (text: string) => void;
}

/** A text that was generated under a constraint. */
export interface Constrained {
  /** All of it, always one that the constraint allows. */
  text: string;
  /** All of it, without the stop token; the context holds them. */
  tokens: number[];
  /** How many of the last tokens the model had no choice in, for the text had to end. */
  closing: number;
}

/**
 * What a text must be: a regular expression, a JSON Schema, any JSON.
 *
 * The most likely tokens are tried in their order, and only if none of them is allowed are all tokens of the vocabulary looked
 * at: an interpreted program has no time for a mask at every step.
 */
export class Constraint {
  readonly #grammar: Grammar;

  private constructor(expression: Expression) {
    this.#grammar = new Grammar(expression);
  }

  /** A regular expression for the whole text. */
  static regex(pattern: string): Constraint {
    return new Constraint(regex(pattern));
  }

  /** A JSON Schema; `spaces` may stand in a row between marks. */
  static jsonSchema(schema: Schema, spaces = 1): Constraint {
    return new Constraint(jsonSchema(schema, spaces));
  }

  /** Any JSON. */
  static json(): Constraint {
    return new Constraint(json());
  }

  /** Whether a text is one. */
  allows(bytes: ArrayLike<number>): boolean {
    return this.#grammar.walk(this.#grammar.start, bytes)?.mayEnd === true;
  }

  /** Bytes that end a text soon that begins with some; `undefined` if nothing may begin so. */
  ending(bytes: ArrayLike<number>): number[] | undefined {
    const state = this.#grammar.walk(this.#grammar.start, bytes);
    return state === null ? undefined : this.#grammar.ending(state);
  }

  /** Generates until the text is whole and nothing can follow, or the model stops where it may. */
  async generate(context: Context, options: ConstrainedOptions = {}): Promise<Constrained> {
    const { sampler = Sampler.greedy(), maxTokens = 1024, onText = () => {} } = options;
    const grammar = this.#grammar;
    const vocabulary = Vocabulary.of(context.model);
    const written = new Written(vocabulary, onText);
    let state = grammar.start;
    for (let left = maxTokens; canGoOn(state); ) {
      const token = await this.#choose(context, vocabulary, state, sampler);
      const next = token === undefined ? null : grammar.walk(state, vocabulary.bytes(token));
      if (token === undefined || next === null) {
        break; // the model stops, where it may
      }
      left--;
      if (next.left + SLACK > left) {
        const closing = vocabulary.tokensOf(grammar.ending(state));
        closing.forEach((last) => written.add(last));
        context.fillTokens(closing);
        return written.end(closing.length);
      }
      state = next;
      context.fillTokens([token]);
      written.add(token);
    }
    return written.end(0);
  }

  /** An allowed token; none if the model stops. */
  async #choose(context: Context, vocabulary: Vocabulary, state: State, sampler: Sampler): Promise<number | undefined> {
    const { ids, probabilities } = await context.decodeStepDist(Math.max(CANDIDATES, sampler.candidates));
    const allowed: Distribution = { ids: [], probabilities: [] };
    for (let i = 0; i < ids.length && allowed.ids.length < sampler.candidates; i++) {
      if (this.#isAllowed(vocabulary, state, ids[i]!)) {
        allowed.ids.push(ids[i]!);
        allowed.probabilities.push(probabilities[i]!);
      }
    }
    const token = allowed.ids.length > 0 ? sampler.choose(allowed) : await context.mostLikely(this.#mask(vocabulary, state));
    return vocabulary.bytes(token).length === 0 ? undefined : token;
  }

  #isAllowed(vocabulary: Vocabulary, state: State, token: number): boolean {
    const bytes = vocabulary.bytes(token);
    return bytes.length === 0 ? state.mayEnd && vocabulary.stops(token) : this.#grammar.walk(state, bytes) !== null;
  }

  /** Run lengths over the vocabulary, forbidden first. */
  #mask(vocabulary: Vocabulary, state: State): number[] {
    const runs = [0];
    for (let token = 0; token < vocabulary.size; token++) {
      const inAllowed = runs.length % 2 === 0;
      if (this.#isAllowed(vocabulary, state, token) === inAllowed) {
        runs[runs.length - 1]!++;
      } else {
        runs.push(1);
      }
    }
    return runs;
  }
}

/** Whether anything but a space may follow. */
function canGoOn(state: State): boolean {
  return !state.mayEnd || state.cells.some(({ first }) => first.kind !== 'bytes' || first.set.some((in_, value) => in_ === 1 && value > 0x20));
}

/** The bytes of a model's tokens. */
class Vocabulary {
  static readonly #known = new Map<string, Vocabulary>();
  readonly #bytes: Uint8Array[];
  readonly #stops: ReadonlySet<number>;
  #byText: Map<string, number> | undefined;

  private constructor(model: Model) {
    this.#bytes = tokenize.getVocabs(model.raw);
    this.#stops = new Set(model.stopTokens);
    for (const { id } of tokenize.specialTokens(model.raw)) {
      this.#bytes[id] = new Uint8Array(); // its text is no text
    }
  }

  static of(model: Model): Vocabulary {
    const known = Vocabulary.#known.get(model.name) ?? new Vocabulary(model);
    Vocabulary.#known.set(model.name, known);
    return known;
  }

  get size(): number {
    return this.#bytes.length;
  }

  bytes(token: number): Uint8Array {
    return this.#bytes[token] ?? new Uint8Array();
  }

  stops(token: number): boolean {
    return this.#stops.has(token);
  }

  /** Some tokens that have these bytes, the longest first. */
  tokensOf(bytes: readonly number[]): number[] {
    this.#byText ??= new Map(this.#bytes.map((some, token) => [String.fromCharCode(...some), token]));
    const text = String.fromCharCode(...bytes);
    const tokens: number[] = [];
    for (let at = 0; at < text.length; ) {
      let length = Math.min(LONGEST, text.length - at);
      while (length > 1 && !this.#byText.has(text.slice(at, at + length))) {
        length--;
      }
      const token = this.#byText.get(text.slice(at, at + length));
      if (token === undefined) {
        throw new Error(`the vocabulary has no token for byte ${bytes[at]}`);
      }
      tokens.push(token);
      at += length;
    }
    return tokens;
  }
}

/** What was generated, and its text as far as its characters are whole. */
class Written {
  readonly #vocabulary: Vocabulary;
  readonly #onText: (text: string) => void;
  readonly #tokens: number[] = [];
  #text = '';
  #held: number[] = [];

  constructor(vocabulary: Vocabulary, onText: (text: string) => void) {
    this.#vocabulary = vocabulary;
    this.#onText = onText;
  }

  add(token: number): void {
    this.#tokens.push(token);
    this.#held.push(...this.#vocabulary.bytes(token));
    const whole = this.#held.length - partial(this.#held);
    if (whole > 0) {
      this.#give(decodeUtf8(this.#held.splice(0, whole)));
    }
  }

  end(closing: number): Constrained {
    if (this.#held.length > 0) {
      this.#give(decodeUtf8(this.#held));
    }
    return { text: this.#text, tokens: this.#tokens, closing };
  }

  #give(text: string): void {
    this.#text += text;
    this.#onText(text);
  }
}

/** How many bytes at the end are the beginning of a character. */
function partial(bytes: readonly number[]): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const value = bytes[bytes.length - back]!;
    if (value >= 0xc0) {
      const needed = value >= 0xf0 ? 4 : value >= 0xe0 ? 3 : 2;
      return needed > back ? back : 0;
    }
    if (value < 0x80) {
      return 0;
    }
  }
  return 0;
}

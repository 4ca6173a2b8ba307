import type { ChatMessage, Model as HostModel } from 'pie4j:inferlet/models@0.1.0';
import type { TextStream } from 'pie4j:inferlet/tokenize@0.1.0';
import { models as raw, tokenize } from './bindings.js';

/** A model that the engine serves. */
export class Model {
  /** The interface's own model. */
  readonly raw: HostModel;
  /** What the engine calls it. */
  readonly name: string;
  /** Token slots of a page. */
  readonly pageSize: number;
  /** Positions that it can tell apart. */
  readonly maxPositions: number;
  /** The tokens by which it ends an answer. */
  readonly stopTokens: readonly number[];

  private constructor(model: HostModel) {
    this.raw = model;
    this.name = model.name();
    this.pageSize = model.pageSize();
    this.maxPositions = model.maxPositions();
    this.stopTokens = model.stopTokens();
  }

  /** The models that the program may use, the default one first. */
  static all(): Model[] {
    return raw.availableModels().map((model) => new Model(model));
  }

  /** The engine's default model, or one by its name. */
  static get(name?: string): Model {
    const all = raw.availableModels();
    const found = name === undefined ? all[0] : all.find((model) => model.name() === name);
    if (found === undefined) {
      const names = all.map((model) => model.name()).join(', ');
      throw new Error(name === undefined ? 'the program may use no model' : `there is no model '${name}'; there are: ${names}`);
    }
    return new Model(found);
  }

  /** Entries of the vocabulary. */
  get vocabSize(): number {
    return this.raw.vocabSize();
  }

  /** The source of its chat template; empty if it was not trained on conversations. */
  get chatTemplate(): string {
    return this.raw.chatTemplate() ?? '';
  }

  /** Whether it was trained on conversations. */
  get hasChatTemplate(): boolean {
    return this.chatTemplate !== '';
  }

  /** Text as tokens; what looks like a special token is text. */
  tokenize(text: string): number[] {
    return tokenize.tokenize(this.raw, text, false);
  }

  /** Text as tokens, special ones among them. */
  tokenizeSpecial(text: string): number[] {
    return tokenize.tokenize(this.raw, text, true);
  }

  /** Tokens as text, special ones left out unless they are wanted. */
  detokenize(tokens: readonly number[], special = false): string {
    return tokenize.detokenize(this.raw, [...tokens], !special);
  }

  /** Tokens that the model expects before any text; often none. */
  prefixTokens(): number[] {
    return this.raw.prefixTokens();
  }

  /** A conversation by the chat template, with or without the cue for an answer. */
  formatChat(messages: ChatMessage[], cue: boolean): string {
    return this.raw.formatChat(messages, cue);
  }

  /** Text of tokens that come one by one. */
  textStream(): TextStream {
    return tokenize.stream(this.raw, true);
  }
}

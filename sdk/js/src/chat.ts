/**
 * A conversation, written to a context's tokens by the model's chat template, piece by piece.
 *
 * Templates render whole conversations; what a context lacks is the end of such a rendering. The model's own answers stay as
 * generated: a template sees a mark in their place, and what it writes behind the mark is what follows the answer.
 */

import type { Model } from './model.js';

export type Role = 'system' | 'user' | 'assistant' | 'tool';

/** One turn; the content of the model's own is what the tokens hold. */
interface Turn {
  readonly role: Role;
  readonly content: string;
  readonly ofModel: boolean;
}

interface State {
  /** How many turns the tokens hold. */
  readonly written: number;
  /** Whether the cue for an answer comes after them. */
  readonly cued: boolean;
  /** How many tokens there were when the chat last wrote. */
  readonly end: number;
}

export class Chat {
  #turns: Turn[] = [];
  #now: State = { written: 0, cued: false, end: 0 };
  /** What was before each time that the chat wrote, for going back. */
  #marks: State[] = [];

  copy(): Chat {
    const copy = new Chat();
    copy.#turns = [...this.#turns];
    copy.#now = this.#now;
    copy.#marks = [...this.#marks];
    return copy;
  }

  /** All of it, for `parse`. It cannot go back behind that time. */
  toJSON(): unknown {
    return { turns: this.#turns, now: this.#now };
  }

  /** What `toJSON` gave. */
  static parse(value: { turns: Turn[]; now: State }): Chat {
    const chat = new Chat();
    chat.#turns = value.turns;
    chat.#now = value.now;
    return chat;
  }

  /** The tokens behind the first `size` are gone, and so are messages among them. */
  rewind(size: number): void {
    while (this.#now.end > size) {
      this.#now = this.#marks.pop() ?? { written: 0, cued: false, end: 0 };
    }
    this.#turns.length = this.#now.written;
  }

  /** Adds a message; nothing is written yet. If an answer was cued, it ends here, as it is. */
  add(role: Role, content: string, tokens: number): void {
    const answers = role === 'assistant' && tokens === this.#now.end;
    if (this.#now.cued && this.#now.written === this.#turns.length && !answers) {
      this.#turns.push({ role: 'assistant', content: '', ofModel: true });
    }
    this.#turns.push({ role, content, ofModel: false });
  }

  /** Writes the messages that the tokens lack, if any, and then the cue for an answer. */
  writePending(model: Model, tokens: number[]): void {
    if (this.#now.written < this.#turns.length) {
      this.write(model, tokens, true);
    }
  }

  /**
   * Writes the messages that the tokens lack and, if an answer comes next, its cue; none if other tokens were added since, as
   * these begin the answer.
   */
  write(model: Model, tokens: number[], answerNext: boolean): void {
    const { written, cued, end } = this.#now;
    const count = this.#turns.length;
    const cueMissing = answerNext && !cued && tokens.length === end;
    if (count === 0 || (written === count && !cueMissing)) {
      return;
    }
    const mark = this.#mark();
    const all = this.#render(model, count, answerNext, mark);
    if (!answerNext && !this.#render(model, count, true, mark).startsWith(all)) {
      return; // the template closes a conversation that nobody goes on with
    }
    if (this.#turns[written]?.ofModel) {
      this.#writeBehindAnswer(model, tokens, this.#behindAnswer(model, all, mark));
    } else {
      const before = written === 0 ? '' : this.#render(model, written, cued, mark);
      if (!all.startsWith(before)) {
        throw rewritten(model);
      }
      extend(tokens, model.tokenizeSpecial(all.slice(before.length)));
    }
    this.#marks.push(this.#now);
    this.#now = { written: count, cued: answerNext, end: tokens.length };
  }

  /** What the template writes behind the answer that is written next. */
  #behindAnswer(model: Model, all: string, mark: string): string {
    const { written } = this.#now;
    const withCue = this.#render(model, written, true, mark);
    const before = common(this.#render(model, written, false, mark), withCue);
    const own = numbered(mark, written);
    const at = all.indexOf(own);
    const start = all.slice(0, Math.max(at, 0));
    if (at < 0 || !start.startsWith(before) || !withCue.startsWith(start.trimEnd())) {
      throw rewritten(model);
    }
    return all.slice(at + own.length);
  }

  /** If the answer ended by the token that the template writes behind it, that is there already. */
  #writeBehindAnswer(model: Model, tokens: number[], text: string): void {
    const more = model.tokenizeSpecial(text);
    const last = tokens.at(-1);
    let from = 0;
    if (last !== undefined && tokens.length > this.#now.end && model.stopTokens.includes(last)) {
      if (text.trimStart().startsWith(model.detokenize([last], true))) {
        from = more.indexOf(last) + 1;
      }
    }
    extend(tokens, more.slice(from));
  }

  #render(model: Model, count: number, cue: boolean, mark: string): string {
    const messages = this.#turns.slice(0, count).map(({ role, content, ofModel }, index) => ({
      role,
      content: ofModel ? numbered(mark, index) : content,
    }));
    return model.formatChat(messages, cue);
  }

  /** Letters that no message has, for no template changes letters. */
  #mark(): string {
    let mark = 'WhatTheModelSaid';
    while (this.#turns.some((turn) => turn.content.includes(mark))) {
      mark += 'X';
    }
    return mark;
  }
}

/** Adds many tokens; as arguments they could be too many. */
export function extend(tokens: number[], more: readonly number[]): void {
  for (const token of more) {
    tokens.push(token);
  }
}

function numbered(mark: string, turn: number): string {
  return `${mark}In${turn}Th`;
}

/** The beginning that both have; it ends at a character. */
export function common(one: string, other: string): string {
  let end = 0;
  while (end < one.length && one[end] === other[end]) {
    end++;
  }
  if (end > 0 && (one.charCodeAt(end - 1) & 0xfc00) === 0xd800) {
    end--;
  }
  return one.slice(0, end);
}

function rewritten(model: Model): Error {
  return new Error(
    `the chat template of model ${model.name} rewrites earlier messages when later ones are added, so that a conversation ` +
      'cannot go on; begin a new context',
  );
}

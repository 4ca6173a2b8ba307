/** Regular expressions, for a whole text: characters, classes, groups, alternatives and repetitions, over Unicode. */

import { byte, type Expression, many, nothing, one, row, times } from './grammar.js';
import { encodeUtf8 } from './utf8.js';

/** Repetitions by number. */
const REPEATS_MOST = 1000;
const LAST = 0x10ffff;

/** Characters from one to another, both included. */
export type Ranges = readonly (readonly [number, number])[];

/** Text as it is. */
export function literal(text: string): Expression {
  return row(...[...encodeUtf8(text)].map((value) => byte(value)));
}

/** One of some characters, as UTF-8. */
export function characters(ranges: Ranges): Expression {
  const parts: Expression[] = [];
  for (const [from, to] of ranges) {
    for (const [first, last] of [[0, 0x7f], [0x80, 0x7ff], [0x800, 0xd7ff], [0xe000, 0xffff], [0x10000, LAST]] as const) {
      const low = Math.max(from, first);
      const high = Math.min(to, last);
      if (low <= high) {
        parts.push(...encoded([...encodeUtf8(String.fromCodePoint(low))], [...encodeUtf8(String.fromCodePoint(high))]));
      }
    }
  }
  return one(...parts);
}

/** Rows of bytes between two of the same length. */
function encoded(low: readonly number[], high: readonly number[]): Expression[] {
  const [first, ...lowRest] = low as [number, ...number[]];
  const [last, ...highRest] = high as [number, ...number[]];
  if (lowRest.length === 0) {
    return [byte(first, last)];
  }
  if (first === last) {
    return encoded(lowRest, highRest).map((rest) => row(byte(first), rest));
  }
  const least = lowRest.map(() => 0x80);
  const most = lowRest.map(() => 0xbf);
  const parts = [row(byte(first), one(...encoded(lowRest, most))), row(byte(last), one(...encoded(least, highRest)))];
  if (first + 1 < last) {
    parts.push(row(byte(first + 1, last - 1), ...least.map(() => byte(0x80, 0xbf))));
  }
  return parts;
}

/** All other characters. */
export function others(ranges: Ranges): Ranges {
  const found: [number, number][] = [];
  let from = 0;
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (first > from) {
      found.push([from, first - 1]);
    }
    from = Math.max(from, last + 1);
  }
  return from <= LAST ? [...found, [from, LAST]] : found;
}

const at = (text: string) => text.codePointAt(0)!;
const CLASSES: Record<string, Ranges> = {
  d: [[at('0'), at('9')]],
  w: [[at('0'), at('9')], [at('A'), at('Z')], [at('_'), at('_')], [at('a'), at('z')]],
  s: [[9, 13], [32, 32]],
};
const CONTROLS: Record<string, number> = { n: 10, r: 13, t: 9, f: 12, v: 11, '0': 0 };

class Reader {
  readonly #pattern: string;
  readonly #text: string[];
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#text = [...pattern];
  }

  whole(): Expression {
    const found = this.#alternatives();
    if (this.#at < this.#text.length) {
      this.#fail(`'${this.#text[this.#at]}' was not expected`);
    }
    return found;
  }

  #fail(problem: string): never {
    throw new Error(`regular expression '${this.#pattern}', character ${this.#at}: ${problem}`);
  }

  #takes(text: string): boolean {
    const found = this.#text.slice(this.#at, this.#at + text.length).join('') === text;
    this.#at += found ? text.length : 0;
    return found;
  }

  #next(): string {
    return this.#text[this.#at++] ?? this.#fail('more was expected');
  }

  #alternatives(): Expression {
    const parts = [this.#row()];
    while (this.#takes('|')) {
      parts.push(this.#row());
    }
    return one(...parts);
  }

  #row(): Expression {
    const parts: Expression[] = [];
    while (this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at]!)) {
      const edge = (this.#text[this.#at] === '^' && this.#at === 0) || (this.#text[this.#at] === '$' && this.#at === this.#text.length - 1);
      if (edge) {
        this.#at++; // the whole text is meant in any case
      } else {
        parts.push(this.#repeated(this.#atom()));
      }
    }
    return row(...parts);
  }

  #repeated(of: Expression): Expression {
    let found = of;
    for (;;) {
      if (this.#takes('*')) {
        found = many(found);
      } else if (this.#takes('+')) {
        found = row(found, many(found));
      } else if (this.#takes('?')) {
        found = one(found, nothing);
      } else if (this.#text[this.#at] === '{') {
        found = this.#counted(found);
      } else {
        return found;
      }
      this.#takes('?'); // lazy or not: the same texts
    }
  }

  #counted(of: Expression): Expression {
    const [all, least, comma, most] = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.#text.slice(this.#at).join('')) ?? this.#fail('a count was expected');
    this.#at += all.length;
    const from = Number(least);
    const to = comma === undefined ? from : most === '' ? Infinity : Number(most);
    if (from > REPEATS_MOST || (to > REPEATS_MOST && to !== Infinity) || to < from) {
      this.#fail(`counts must rise and be at most ${REPEATS_MOST}, are ${all}`);
    }
    return times(of, from, to);
  }

  #atom(): Expression {
    const next = this.#next();
    switch (next) {
      case '(': {
        if (this.#takes('?') && !this.#takes(':')) {
          this.#fail('only groups (?:...) are known, no looking ahead or behind');
        }
        const inner = this.#alternatives();
        return this.#takes(')') ? inner : this.#fail("')' was expected");
      }
      case '[':
        return characters(this.#set());
      case '.':
        return characters(others([[10, 10]]));
      case '\\':
        return characters(this.#escape());
      default:
        return '*+?{^$'.includes(next) ? this.#fail(`'${next}' was not expected; write \\${next}`) : literal(next);
    }
  }

  #set(): Ranges {
    const not = this.#takes('^');
    const found: [number, number][] = [];
    for (let first = true; first || this.#text[this.#at] !== ']'; first = false) {
      const from = this.#member();
      if (this.#text[this.#at] === '-' && this.#text[this.#at + 1] !== ']' && from.length === 1) {
        this.#at++;
        const to = this.#member();
        if (to.length !== 1 || to[0]![1] < from[0]![0]) {
          this.#fail('a range must rise');
        }
        found.push([from[0]![0], to[0]![1]]);
      } else {
        found.push(...(from as [number, number][]));
      }
    }
    this.#at++;
    return not ? others(found) : found;
  }

  #member(): Ranges {
    const next = this.#next();
    return next === '\\' ? this.#escape() : [[at(next), at(next)]];
  }

  #escape(): Ranges {
    const next = this.#next();
    const known = CLASSES[next.toLowerCase()];
    if (known !== undefined) {
      return next === next.toLowerCase() ? known : others(known);
    }
    const digits = next === 'x' ? 2 : next === 'u' ? 4 : 0;
    if (digits > 0) {
      const code = this.#text.slice(this.#at, this.#at + digits).join('');
      this.#at += digits;
      return /^[\da-f]+$/i.test(code) && code.length === digits ? [[parseInt(code, 16), parseInt(code, 16)]] : this.#fail('a code was expected');
    }
    const control = CONTROLS[next];
    if (control === undefined && /[A-Za-z\d]/.test(next)) {
      this.#fail(`\\${next} is not known`);
    }
    const code = control ?? at(next);
    return [[code, code]];
  }
}

/** What a regular expression allows; it is about the whole text. */
export function regex(pattern: string): Expression {
  return new Reader(pattern).whole();
}

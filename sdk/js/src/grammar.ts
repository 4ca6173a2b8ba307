/**
 * What a text may be, byte by byte: expressions of byte sets, in a row, one of several, repeated, and rules that refer to one
 * another, so that objects lie in objects. A state is the set of all that may still come, each a list whose tails are shared;
 * states and their transitions are made when a text first gets there, and kept.
 *
 * The masks of Willard and Louf (arXiv:2307.09702), with stacks as in Dong et al. (arXiv:2411.15100); see `Constrained`.
 */

/** Lists and states that one grammar may make. */
const CELLS_MOST = 200_000;
const STATES_MOST = 20_000;

/** What may come. */
export type Expression =
  | { readonly kind: 'bytes'; readonly set: Uint8Array }
  | { readonly kind: 'row'; readonly parts: readonly Expression[] }
  | { readonly kind: 'one'; readonly of: readonly Expression[] }
  | { readonly kind: 'many'; readonly of: Expression }
  | { readonly kind: 'rule'; readonly make: () => Expression };

export const row = (...parts: Expression[]): Expression => (parts.length === 1 ? parts[0]! : { kind: 'row', parts });
export const one = (...of: Expression[]): Expression => (of.length === 1 ? of[0]! : { kind: 'one', of });
export const many = (of: Expression): Expression => ({ kind: 'many', of });
export const nothing: Expression = { kind: 'row', parts: [] };

/** An expression that is made when a text gets there; so it may refer to itself, behind something else. */
export function rule(make: () => Expression): Expression {
  let made: Expression | undefined;
  return { kind: 'rule', make: () => (made ??= make()) };
}

/** Bytes from one to another. */
export function byte(from: number, to = from): Expression {
  const set = new Uint8Array(256);
  set.fill(1, from, to + 1);
  return { kind: 'bytes', set };
}

/** From `least` to `most` times. */
export function times(of: Expression, least: number, most: number): Expression {
  const must = Array.from({ length: least }, () => of);
  if (most === Infinity) {
    return row(...must, many(of));
  }
  const may = (left: number): Expression => (left === 0 ? nothing : one(nothing, row(of, rule(() => may(left - 1)))));
  return row(...must, may(most - least));
}

/** What may still come, first one thing and then the rest; `undefined` is the end. */
interface Cell {
  readonly id: number;
  readonly first: Expression;
  readonly rest: Cell | undefined;
  /** A bound on the bytes to its end. */
  readonly left: number;
}

/** A place in a text: whether it may end here, and where each byte leads. */
export interface State {
  readonly mayEnd: boolean;
  /** A bound on the bytes to an end. */
  readonly left: number;
  readonly cells: readonly Cell[];
  readonly next: (State | null | undefined)[];
}

export class Grammar {
  readonly start: State;
  readonly #cells = new Map<Expression, Map<Cell | undefined, Cell>>();
  readonly #states = new Map<string, State>();
  readonly #least = new Map<Expression, number>();
  #made = 0;

  constructor(whole: Expression) {
    this.start = this.#state([{ first: whole, rest: undefined }]);
  }

  /** Where a byte leads; `null` if it may not come. */
  step(state: State, value: number): State | null {
    const known = state.next[value];
    if (known !== undefined) {
      return known;
    }
    const after: Todo[] = [];
    for (const { first, rest } of state.cells) {
      if (first.kind === 'bytes' && first.set[value] === 1) {
        after.push({ first: nothing, rest });
      }
    }
    return (state.next[value] = after.length === 0 ? null : this.#state(after));
  }

  /** Where bytes lead. */
  walk(from: State, bytes: ArrayLike<number>): State | null {
    let state: State | null = from;
    for (let i = 0; i < bytes.length && state !== null; i++) {
      state = this.step(state, bytes[i]!);
    }
    return state;
  }

  /** Bytes that end the text soon. */
  ending(from: State): number[] {
    const bytes: number[] = [];
    for (let state = from; !state.mayEnd; ) {
      const nearest = state.cells.reduce((one, other) => (other.left < one.left ? other : one));
      const set = nearest.first.kind === 'bytes' ? nearest.first.set : new Uint8Array();
      // Where there is a choice, something that can be read.
      const value = [set.indexOf(1, 0x61), set.indexOf(1, 0x20), set.indexOf(1)].find((found) => found >= 0)!;
      bytes.push(value);
      state = this.step(state, value)!;
    }
    return bytes;
  }

  #cell(first: Expression, rest: Cell | undefined): Cell {
    let behind = this.#cells.get(first);
    if (behind === undefined) {
      this.#cells.set(first, (behind = new Map()));
    }
    let cell = behind.get(rest);
    if (cell === undefined) {
      bound('lists', ++this.#made, CELLS_MOST);
      cell = { id: this.#made, first, rest, left: this.#leastOf(first) + (rest?.left ?? 0) };
      behind.set(rest, cell);
    }
    return cell;
  }

  /** All that may come, down to sets of bytes. */
  #state(todo: Todo[]): State {
    const cells = new Set<Cell>();
    const seen = new Map<Expression, Set<Cell | undefined>>();
    let mayEnd = false;
    for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
      const { first, rest } = at;
      let before = seen.get(first);
      if (before === undefined) {
        seen.set(first, (before = new Set()));
      }
      if (before.has(rest)) {
        continue;
      }
      before.add(rest);
      switch (first.kind) {
        case 'bytes':
          cells.add(this.#cell(first, rest));
          break;
        case 'row':
          if (first.parts.length > 0) {
            let tail = rest;
            for (let i = first.parts.length - 1; i > 0; i--) {
              tail = this.#cell(first.parts[i]!, tail);
            }
            todo.push({ first: first.parts[0]!, rest: tail });
          } else if (rest === undefined) {
            mayEnd = true;
          } else {
            todo.push({ first: rest.first, rest: rest.rest });
          }
          break;
        case 'one':
          first.of.forEach((part) => todo.push({ first: part, rest }));
          break;
        case 'many':
          todo.push({ first: nothing, rest }, { first: first.of, rest: this.#cell(first, rest) });
          break;
        case 'rule':
          todo.push({ first: first.make(), rest });
      }
    }
    return this.#known([...cells].sort((a, b) => a.id - b.id), mayEnd);
  }

  #known(cells: Cell[], mayEnd: boolean): State {
    const key = `${mayEnd}${cells.map(({ id }) => id).join()}`;
    let state = this.#states.get(key);
    if (state === undefined) {
      bound('states', this.#states.size + 1, STATES_MOST);
      const left = mayEnd ? 0 : cells.reduce((least, cell) => Math.min(least, cell.left), Infinity);
      state = { mayEnd, left, cells, next: [] };
      this.#states.set(key, state);
    }
    return state;
  }

  /** The fewest bytes of an expression; a rule within itself counts as endless. */
  #leastOf(expression: Expression): number {
    const known = this.#least.get(expression);
    if (known !== undefined) {
      return known;
    }
    this.#least.set(expression, Infinity);
    const least = this.#computeLeast(expression);
    if (least === Infinity) {
      this.#least.delete(expression); // perhaps only seen from within itself
    } else {
      this.#least.set(expression, least);
    }
    return least;
  }

  #computeLeast(expression: Expression): number {
    switch (expression.kind) {
      case 'bytes':
        return expression.set.includes(1) ? 1 : Infinity;
      case 'row':
        return expression.parts.reduce((sum, part) => sum + this.#leastOf(part), 0);
      case 'one':
        return this.#leastOfOne(expression.of);
      case 'many':
        return 0;
      case 'rule':
        return this.#leastOf(expression.make());
    }
  }

  /** Looks no further than need be: what is behind may be deep. */
  #leastOfOne(parts: readonly Expression[]): number {
    let least = Infinity;
    for (let i = 0; i < parts.length && least > 0; i++) {
      least = Math.min(least, this.#leastOf(parts[i]!));
    }
    return least;
  }
}

interface Todo {
  readonly first: Expression;
  readonly rest: Cell | undefined;
}

function bound(what: string, found: number, most: number): void {
  if (found > most) {
    throw new Error(`constraint: more than ${most} ${what}; make the grammar simpler`);
  }
}

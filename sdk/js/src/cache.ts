/**
 * The pages of one context: which tokens lie where, who else refers to them, and what is hidden.
 *
 * Contexts of one program share pages; the last of them gives a page back. Nobody changes what another sees: tokens are
 * appended behind all that anybody sees, or to a copy. Each context has a queue of its own, and between queues there is no
 * order: a cache that was shared may be used only once what it shares has been computed.
 */

import type { Queue } from 'pie4j:inferlet/queues@0.1.0';
import type { FutureUnit } from 'pie4j:inferlet/types@0.1.0';
import { allocate, forward, queues } from './bindings.js';

interface Page {
  readonly id: number;
  /** Slots in use, counting commands that are enqueued. */
  filled: number;
  /** The slots that the engine hides from this program, slot i as bit i. */
  hidden: number;
  /** The cache that wrote to it last. */
  writer: Cache;
  /** How many caches refer to it. */
  users: number;
}

/** Tokens of this cache in a page, from its first slot on. */
interface Span {
  page: Page;
  readonly start: number;
  count: number;
  hidden: number;
}

/** Slots `from` to `to - 1` as bits. */
export function slots(from: number, to: number): number {
  return to <= from ? 0 : ((0xffffffff >>> (32 - (to - from))) << from) >>> 0;
}

/** Waits for commands, however they end: whoever waits for what they bring is told. */
export function settled(commands: FutureUnit): void {
  try {
    commands.await();
  } catch {
    // told elsewhere
  } finally {
    commands[Symbol.dispose]();
  }
}

function isHidden(span: Span): boolean {
  return span.hidden === slots(0, span.count);
}

export class Cache {
  readonly #queue: Queue;
  readonly #pageSize: number;
  #spans: Span[] = [];
  /** Allocated for a step that was then refused. */
  #spares: Page[] = [];
  /** No longer referred to, but perhaps by commands that are enqueued. */
  #leaving: Page[] = [];
  #settled = true;
  #stamp = 0;
  /** The pages to attend to, until something but an appended page changes them. */
  #visible: number[] | undefined;
  #size = 0;

  constructor(queue: Queue, pageSize: number) {
    this.#queue = queue;
    this.#pageSize = pageSize;
  }

  /** Another cache of the same tokens. */
  fork(queue: Queue): Cache {
    const child = new Cache(queue, this.#pageSize);
    child.#size = this.#size;
    child.#spans = this.#spans.map((span) => {
      span.page.users++;
      return { ...span };
    });
    return child;
  }

  /** Refers to pages that the program was given, all full but perhaps the last one. */
  take(ids: readonly number[], tokens: number): void {
    for (const id of ids) {
      const count = Math.min(tokens - this.#size, this.#pageSize);
      const page = this.#page(id);
      page.filled = count;
      this.#spans.push({ page, start: this.#size, count, hidden: 0 });
      this.#visible = undefined;
      this.#size += count;
    }
  }

  #page(id: number): Page {
    return { id, filled: 0, hidden: 0, writer: this, users: 1 };
  }

  /** Tokens in it, dropped ones included. */
  get size(): number {
    return this.#size;
  }

  get pagesHeld(): number {
    return this.#spans.length + this.#spares.length;
  }

  get ids(): number[] {
    return this.#spans.map((span) => span.page.id);
  }

  /** Whether its pages hold exactly its tokens, none of them hidden, so that they can be exported. */
  get isWhole(): boolean {
    return this.#spans.every(
      (span, index) =>
        span.hidden === 0 &&
        span.page.filled === span.count &&
        (index + 1 === this.#spans.length || span.count === this.#pageSize),
    );
  }

  /** The pages to attend to, with what is hidden hidden. */
  inputPages(): number[] {
    if (this.#visible === undefined) {
      const shown = this.#spans.filter((span) => !isHidden(span));
      shown.forEach((span) => this.#applyMask(span));
      this.#visible = shown.map((span) => span.page.id);
    }
    return this.#visible;
  }

  #applyMask(span: Span): void {
    if (((span.page.hidden ^ span.hidden) & slots(0, span.count)) === 0) {
      return;
    }
    if (span.page.users > 1) {
      this.#copy(span);
    }
    const flags = Array.from({ length: this.#pageSize }, (_, slot) => slot < span.count && ((span.hidden >>> slot) & 1) !== 0);
    forward.maskKvpage(this.#queue, span.page.id, flags);
    span.page.hidden = span.hidden;
  }

  /** Makes the last page one that this cache may append to, unless it is full. */
  openLast(): void {
    const last = this.#spans.at(-1);
    if (last === undefined || last.count === this.#pageSize || last.page.filled <= last.count) {
      return;
    }
    const page = last.page;
    if (page.users > 1 || page.writer !== this) {
      this.#copy(last);
      return;
    }
    forward.truncateKvpage(this.#queue, page.id, last.count);
    page.filled = last.count;
    page.hidden &= slots(0, last.count);
  }

  #copy(span: Span): void {
    this.#ensureSpares(1);
    const copy = this.#spares[0]!;
    allocate.copyKvpage(this.#queue, span.page.id, copy.id, 0, 0, span.count);
    this.#spares.shift();
    this.#used();
    this.#visible = undefined;
    copy.filled = span.count;
    const old = span.page;
    span.page = copy;
    this.#release([old]);
  }

  /** Pages with room for so many more tokens; `append` follows when they are used. */
  outputPages(count: number): number[] {
    const last = this.#spans.at(-1);
    const open = last !== undefined && last.count < this.#pageSize ? last : undefined;
    const room = open === undefined ? 0 : this.#pageSize - open.count;
    const fresh = Math.ceil(Math.max(0, count - room) / this.#pageSize);
    this.#ensureSpares(fresh);
    const ids = this.#spares.slice(0, fresh).map((page) => page.id);
    return open === undefined ? ids : [open.page.id, ...ids];
  }

  #ensureSpares(count: number): void {
    const missing = count - this.#spares.length;
    if (missing > 0) {
      for (const id of allocate.allocKvpage(this.#queue, missing)) {
        this.#spares.push(this.#page(id));
      }
    }
  }

  /** So many tokens were written to the output pages. */
  append(count: number): void {
    this.#used();
    for (let left = count; left > 0; ) {
      let last = this.#spans.at(-1);
      if (last === undefined || last.count === this.#pageSize) {
        last = { page: this.#spares.shift()!, start: this.#size, count: 0, hidden: 0 };
        this.#spans.push(last);
        this.#visible?.push(last.page.id);
      }
      if (last.hidden !== 0) {
        this.#visible = undefined; // a page that was all hidden is so no more
      }
      const taken = Math.min(left, this.#pageSize - last.count);
      last.count += taken;
      last.page.filled = last.count;
      last.page.writer = this;
      this.#size += taken;
      left -= taken;
    }
  }

  /** Forgets all tokens behind the first `count`. */
  truncate(count: number): void {
    this.#visible = undefined;
    const dropped: Page[] = [];
    while (this.#spans.length > 0 && this.#spans.at(-1)!.start >= count) {
      dropped.push(this.#spans.pop()!.page);
    }
    const last = this.#spans.at(-1);
    if (last !== undefined && last.start + last.count > count) {
      last.count = count - last.start;
      last.hidden = (last.hidden & slots(0, last.count)) >>> 0;
    }
    this.#size = Math.min(this.#size, count);
    this.#release(dropped);
  }

  /** Hides or shows tokens. */
  mask(from: number, to: number, hidden: boolean): void {
    this.#visible = undefined;
    for (const span of this.#spans) {
      const within = (at: number) => Math.min(Math.max(0, at - span.start), span.count);
      const bits = slots(within(from), within(to));
      span.hidden = (hidden ? span.hidden | bits : span.hidden & ~bits) >>> 0;
    }
  }

  /** Gives back the pages of which nothing is visible. */
  dropHidden(): void {
    this.#visible = undefined;
    const dropped = this.#spans.filter(isHidden);
    this.#spans = this.#spans.filter((span) => !isHidden(span));
    this.#release(dropped.map((span) => span.page));
  }

  #used(): void {
    this.#settled = false;
    this.#stamp++;
  }

  /** Whether all that was enqueued is known to have run. */
  get isSettled(): boolean {
    return this.#settled;
  }

  get stamp(): number {
    return this.#stamp;
  }

  /** What was enqueued up to that stamp has run. */
  settle(stamp: number): void {
    if (stamp === this.#stamp) {
      this.#settled = true;
      const leaving = this.#leaving;
      this.#leaving = [];
      this.#release(leaving);
    }
  }

  #release(pages: readonly Page[]): void {
    const unused: number[] = [];
    for (const page of pages) {
      if (page.users > 1 && !this.#settled) {
        this.#leaving.push(page);
      } else if (--page.users === 0) {
        unused.push(page.id);
      }
    }
    if (unused.length > 0) {
      allocate.deallocKvpage(this.#queue, unused);
    }
  }

  /** Refers to nothing any more. */
  close(): void {
    const all = [...this.#spares, ...this.#leaving, ...this.#spans.map((span) => span.page)];
    if (!this.#settled && all.some((page) => page.users > 1)) {
      settled(queues.synchronize(this.#queue)); // others may give back what commands of this queue still use
    }
    this.#settled = true;
    this.#spares = [];
    this.#leaving = [];
    this.#spans = [];
    this.#visible = undefined;
    this.#size = 0;
    this.#release(all);
  }
}

/**
 * Promises whose reactions the program runs itself. The language engine inside a component keeps those of its own promises
 * until `run` has returned, when it is too late; the build makes `async` functions ones that use this class instead.
 */

/** What becomes of a promise that somebody waits for. */
interface Reaction {
  readonly source: Settled<any>;
  readonly derived: Settled<any>;
  readonly onFulfilled: unknown;
  readonly onRejected: unknown;
}

const PENDING = 0;
const FULFILLED = 1;
const REJECTED = 2;

const jobs: (Reaction | (() => void))[] = [];
const unhandled = new Set<Settled<unknown>>();

/** For promises that are settled by this file. */
const nobody = () => {};

/** Runs what can go on now, until nothing can. */
export function runJobs(): void {
  for (let i = 0; i < jobs.length; i++) {
    const job = jobs[i]!;
    if (typeof job === 'function') {
      job();
    } else {
      react(job);
    }
  }
  jobs.length = 0;
}

function react({ source, derived, onFulfilled, onRejected }: Reaction): void {
  const handler = source.state === FULFILLED ? onFulfilled : onRejected;
  if (typeof handler !== 'function') {
    derived.settle(source.state, source.value);
    return;
  }
  let value: unknown;
  try {
    value = handler(source.value);
  } catch (failure) {
    derived.settle(REJECTED, failure);
    return;
  }
  derived.decide(value);
}

/** Why a promise failed that nobody waits for; `undefined` if there is none. */
export function unhandledFailure(): { reason: unknown } | undefined {
  for (const promise of unhandled) {
    unhandled.delete(promise);
    return { reason: promise.value };
  }
  return undefined;
}

/**
 * The language's promises, with a queue of jobs of their own. Every step of every program goes through here, interpreted: no
 * closure and no call that could be spared.
 */
export class Settled<T> {
  declare state: number;
  declare value: unknown;
  declare private reactions: Reaction[] | undefined;
  declare private handled: boolean;

  constructor(executor: (resolve: (value: T | PromiseLike<T>) => void, reject: (reason?: unknown) => void) => void) {
    this.state = PENDING;
    this.value = undefined;
    this.reactions = undefined;
    this.handled = false;
    if (executor === nobody) {
      return;
    }
    let decided = false;
    const reject = (reason?: unknown) => {
      if (!decided) {
        decided = true;
        this.settle(REJECTED, reason);
      }
    };
    try {
      executor((value) => {
        if (!decided) {
          decided = true;
          this.decide(value);
        }
      }, reject);
    } catch (failure) {
      reject(failure);
    }
  }

  get [Symbol.toStringTag](): string {
    return 'Promise';
  }

  /** Takes a value, or what another promise brings. */
  decide(value: unknown): void {
    if ((typeof value !== 'object' || value === null) && typeof value !== 'function') {
      this.settle(FULFILLED, value);
      return;
    }
    if (value === this) {
      this.settle(REJECTED, new TypeError('a promise cannot wait for itself'));
      return;
    }
    let then: unknown;
    try {
      then = (value as { then?: unknown }).then;
    } catch (failure) {
      this.settle(REJECTED, failure);
      return;
    }
    if (typeof then !== 'function') {
      this.settle(FULFILLED, value);
    } else if (value instanceof Settled && then === Settled.prototype.then) {
      value.react(this, undefined, undefined);
    } else {
      jobs.push(() => {
        new Settled<unknown>((resolve, reject) => then.call(value, resolve, reject)).react(this, undefined, undefined);
      });
    }
  }

  settle(state: number, value: unknown): void {
    this.state = state;
    this.value = value;
    if (this.reactions !== undefined) {
      for (const reaction of this.reactions) {
        jobs.push(reaction);
      }
      this.reactions = undefined;
    }
    if (state === REJECTED && !this.handled) {
      unhandled.add(this);
    }
  }

  private react(derived: Settled<any>, onFulfilled: unknown, onRejected: unknown): void {
    const reaction = { source: this, derived, onFulfilled, onRejected };
    if (this.state === PENDING) {
      if (this.reactions === undefined) {
        this.reactions = [reaction];
      } else {
        this.reactions.push(reaction);
      }
    } else {
      jobs.push(reaction);
    }
    if (!this.handled) {
      this.handled = true;
      if (this.state === REJECTED) {
        unhandled.delete(this);
      }
    }
  }

  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: any) => B | PromiseLike<B>) | null,
  ): Settled<A | B> {
    const derived = new Settled<A | B>(nobody);
    this.react(derived, onFulfilled, onRejected);
    return derived;
  }

  catch<B = never>(onRejected?: ((reason: any) => B | PromiseLike<B>) | null): Settled<T | B> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Settled<T> {
    if (typeof onFinally !== 'function') {
      return this.then();
    }
    return this.then(
      (value) => Settled.resolve(onFinally()).then(() => value),
      (failure) =>
        Settled.resolve(onFinally()).then(() => {
          throw failure;
        }),
    );
  }

  static resolve<T>(value: T | PromiseLike<T>): Settled<Awaited<T>> {
    if (value instanceof Settled) {
      return value as unknown as Settled<Awaited<T>>;
    }
    const promise = new Settled<Awaited<T>>(nobody);
    promise.decide(value);
    return promise;
  }

  static reject(reason?: unknown): Settled<never> {
    return new Settled((_, reject) => reject(reason));
  }

  static withResolvers<T>(): { promise: Settled<T>; resolve: (value: T) => void; reject: (reason?: unknown) => void } {
    let resolve!: (value: T) => void;
    let reject!: (reason?: unknown) => void;
    const promise = new Settled<T>((yes, no) => {
      resolve = yes;
      reject = no;
    });
    return { promise, resolve, reject };
  }

  static all<T>(values: Iterable<T | PromiseLike<T>>): Settled<T[]> {
    return gather<T, T>(values, (value, keep) => value.then(keep));
  }

  static allSettled<T>(values: Iterable<T | PromiseLike<T>>): Settled<PromiseSettledResult<T>[]> {
    return gather<T, PromiseSettledResult<T>>(values, (value, keep) =>
      value.then(
        (found) => keep({ status: 'fulfilled', value: found }),
        (reason) => keep({ status: 'rejected', reason }),
      ),
    );
  }

  static race<T>(values: Iterable<T | PromiseLike<T>>): Settled<T> {
    return new Settled((resolve, reject) => {
      for (const value of values) {
        Settled.resolve(value).then(resolve as (value: unknown) => void, reject);
      }
    });
  }

  static any<T>(values: Iterable<T | PromiseLike<T>>): Settled<T> {
    const failures = gather<T, unknown>(values, (value, keep) =>
      value.then(
        (found) => {
          throw { found } as { found: T };
        },
        (reason) => keep(reason),
      ),
    );
    return failures.then(
      (reasons) => {
        throw new AggregateError(reasons, 'all promises failed');
      },
      (first: { found: T }) => first.found,
    );
  }
}

/** What becomes of each value, in their order; the first failure is the whole's. */
function gather<T, R>(
  values: Iterable<T | PromiseLike<T>>,
  watch: (value: Settled<T>, keep: (value: R) => void) => Settled<unknown>,
): Settled<R[]> {
  return new Settled((resolve, reject) => {
    const found: R[] = [];
    let left = 1;
    const done = () => {
      if (--left === 0) {
        resolve(found);
      }
    };
    let index = 0;
    for (const value of values) {
      const at = index++;
      left++;
      watch(Settled.resolve<T>(value) as unknown as Settled<T>, (result) => {
        found[at] = result;
      }).then(done, reject);
    }
    done();
  });
}

/** Makes these the program's promises. */
export function install(): void {
  globalThis.Promise = Settled as unknown as PromiseConstructor;
  (globalThis as { queueMicrotask?: (job: () => void) => void }).queueMicrotask = (job) => void jobs.push(job);
}

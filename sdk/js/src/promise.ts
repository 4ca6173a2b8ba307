/**
 * Promises whose reactions the program runs itself. The language engine inside a component keeps those of its own promises
 * until `run` has returned, when it is too late; the build makes `async` functions ones that use this class instead.
 */

type Reaction = { fulfilled: () => void; rejected: () => void };
type Settle<T> = (value: T) => void;

const jobs: (() => void)[] = [];
const unhandled = new Set<Settled<unknown>>();

/** Runs what can go on now, until nothing can. */
export function runJobs(): void {
  for (let i = 0; i < jobs.length; i++) {
    jobs[i]!();
  }
  jobs.length = 0;
}

/** Why a promise failed that nobody waits for; `undefined` if there is none. */
export function unhandledFailure(): { reason: unknown } | undefined {
  for (const promise of unhandled) {
    unhandled.delete(promise);
    return { reason: promise.reason() };
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** The language's promises, with a queue of jobs of their own. */
export class Settled<T> {
  #state: 'pending' | 'fulfilled' | 'rejected' = 'pending';
  #value: unknown = undefined;
  #reactions: Reaction[] = [];
  #handled = false;

  constructor(executor: (resolve: (value: T | PromiseLike<T>) => void, reject: (reason?: unknown) => void) => void) {
    let decided = false;
    const once = (settle: Settle<unknown>) => (value: unknown) => {
      if (!decided) {
        decided = true;
        settle(value);
      }
    };
    const reject = once((reason) => this.#settle('rejected', reason));
    try {
      executor(
        once((value) => this.#resolve(value)),
        reject,
      );
    } catch (failure) {
      reject(failure);
    }
  }

  get [Symbol.toStringTag](): string {
    return 'Promise';
  }

  reason(): unknown {
    return this.#value;
  }

  #resolve(value: unknown): void {
    if (value === this) {
      this.#settle('rejected', new TypeError('a promise cannot wait for itself'));
      return;
    }
    if (!isObject(value)) {
      this.#settle('fulfilled', value);
      return;
    }
    let then: unknown;
    try {
      then = (value as { then?: unknown }).then;
    } catch (failure) {
      this.#settle('rejected', failure);
      return;
    }
    if (typeof then !== 'function') {
      this.#settle('fulfilled', value);
      return;
    }
    jobs.push(() => {
      const inner = new Settled<unknown>((resolve, reject) => (then as Function).call(value, resolve, reject));
      inner.then(
        (settled) => this.#settle('fulfilled', settled),
        (failure) => this.#settle('rejected', failure),
      );
    });
  }

  #settle(state: 'fulfilled' | 'rejected', value: unknown): void {
    this.#state = state;
    this.#value = value;
    if (state === 'rejected' && !this.#handled) {
      unhandled.add(this);
    }
    for (const reaction of this.#reactions) {
      jobs.push(state === 'fulfilled' ? reaction.fulfilled : reaction.rejected);
    }
    this.#reactions = [];
  }

  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: any) => B | PromiseLike<B>) | null,
  ): Settled<A | B> {
    this.#handled = true;
    unhandled.delete(this);
    return new Settled<A | B>((resolve, reject) => {
      const react = (handler: unknown, otherwise: Settle<any>) => () => {
        if (typeof handler !== 'function') {
          otherwise(this.#value);
          return;
        }
        try {
          resolve(handler(this.#value));
        } catch (failure) {
          reject(failure);
        }
      };
      const reaction = { fulfilled: react(onFulfilled, resolve), rejected: react(onRejected, reject) };
      if (this.#state === 'pending') {
        this.#reactions.push(reaction);
      } else {
        jobs.push(reaction[this.#state]);
      }
    });
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
    return (value instanceof Settled ? value : new Settled<T>((resolve) => resolve(value))) as unknown as Settled<Awaited<T>>;
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
        Settled.resolve(value).then(resolve as Settle<unknown>, reject);
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
  watch: (value: Settled<T>, keep: Settle<R>) => Settled<unknown>,
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

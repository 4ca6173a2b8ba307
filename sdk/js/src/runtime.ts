/** The loop that drives a program: one thread, which waits for the engine only when no promise can go on. */

import type { Error as HostError, Pollable } from 'pie4j:inferlet/types@0.1.0';
import { runtime, types } from './bindings.js';
import { messageOf, Refusal } from './error.js';
import { runJobs, unhandledFailure } from './promise.js';
import { log, print } from './services.js';

type Outcome<T> = { tag: 'ok'; val: T } | { tag: 'err'; val: HostError };

/** One of the engine's answers that come later. */
export interface Answer<T> {
  subscribe(): Pollable;
  get(): Outcome<T> | null;
  await(): T;
  [Symbol.dispose](): void;
}

interface Waiter {
  answer: Answer<any>;
  pollable: Pollable | undefined;
  keeps: boolean;
  resolve: (value: any) => void;
  reject: (failure: unknown) => void;
}

/** Thrown to end the program without an error. */
export class Exit {}

let waiters: Waiter[] = [];

/** Waits for an answer, which is used up; one that is kept can be asked again. */
export function when<T>(answer: Answer<T>, keeps = false): Promise<T> {
  return new Promise((resolve, reject) => {
    waiters.push({ answer, pollable: undefined, keeps, resolve, reject });
  });
}

/** Waits until the engine has something for anybody, and settles whom it concerns. */
function wait(): void {
  const only = waiters.length === 1 ? waiters[0]! : undefined;
  if (only !== undefined) {
    // Nobody else could go on meanwhile: one call instead of four.
    waiters = [];
    settle(only, () => only.answer.await());
    return;
  }
  const waiting = waiters;
  const ready = new Set(types.poll(waiting.map((waiter) => (waiter.pollable ??= waiter.answer.subscribe()))));
  waiters = waiting.filter((_, index) => !ready.has(index));
  for (const index of [...ready].sort((a, b) => a - b)) {
    const waiter = waiting[index]!;
    settle(waiter, () => {
      const outcome = waiter.answer.get();
      if (outcome?.tag !== 'ok') {
        throw outcome === null ? new Error('an answer that is ready is not there') : new Refusal(outcome.val);
      }
      return outcome.val;
    });
  }
}

function settle(waiter: Waiter, take: () => unknown): void {
  try {
    waiter.resolve(take());
  } catch (failure) {
    waiter.reject(failure);
  }
  waiter.pollable?.[Symbol.dispose]();
  if (!waiter.keeps) {
    waiter.answer[Symbol.dispose]();
  }
}

/**
 * Makes a program of a function: what it returns is printed, what it throws is the program's error. A module exports it as
 * `run`.
 */
export function inferlet(main: (args: string[]) => Promise<string | void> | string | void): () => void {
  return () => {
    try {
      drive(async () => main(runtime.arguments()));
    } catch (failure) {
      if (!(failure instanceof Exit)) {
        if (failure instanceof Error && failure.stack !== undefined) {
          log(`${failure}\n${failure.stack}`, 'debug');
        }
        throw messageOf(failure);
      }
    }
  };
}

function drive(main: () => Promise<string | void>): void {
  let end: { text: string | void } | undefined;
  let failure: { reason: unknown } | undefined;
  main().then(
    (text) => {
      end = { text };
    },
    (reason: unknown) => {
      failure = { reason };
    },
  );
  for (;;) {
    runJobs();
    failure ??= unhandledFailure();
    if (failure !== undefined) {
      throw failure.reason;
    }
    if (end !== undefined) {
      if (typeof end.text === 'string') {
        print(end.text);
      }
      return;
    }
    if (waiters.length === 0) {
      throw new Error('the program waits for something that nobody brings');
    }
    wait();
  }
}

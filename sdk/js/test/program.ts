import { Settled } from '../src/promise.js';
import { inferlet } from '../src/runtime.js';
import { drain, reset, state } from './engine.js';

/** Runs a program to its end, as an engine does; what it printed. */
export function program(main: () => Promise<string | void>, seed = 1, args: string[] = []): string {
  reset(seed);
  state.args = args;
  const native = globalThis.Promise;
  globalThis.Promise = Settled as unknown as PromiseConstructor;
  try {
    inferlet(main)();
    drain();
    return state.printed;
  } finally {
    globalThis.Promise = native;
  }
}

/** Runs before everything else, when the component is built: what programs expect of a language engine. */

import { runtime } from './bindings.js';
import { install } from './promise.js';
import { log, now, print } from './services.js';

install();

// The engine's own generator is part of what all instances begin with: each would draw the same numbers.
Math.random = () => (runtime.random() / 2 ** 64) % 1;

const line = (values: unknown[]) => values.map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value))).join(' ');

Object.assign(globalThis, {
  performance: { now },
  console: {
    log: (...values: unknown[]) => print(`${line(values)}\n`),
    debug: (...values: unknown[]) => log(line(values), 'debug'),
    info: (...values: unknown[]) => log(line(values), 'info'),
    warn: (...values: unknown[]) => log(line(values), 'warn'),
    error: (...values: unknown[]) => log(line(values), 'error'),
  },
});

/**
 * Programs that run inside a pie4j engine, next to the model.
 *
 * `Context` is where to begin. Everything that waits is a promise, and the program waits for all that it started at once:
 * contexts that generate together share the engine's passes. What this package has no word for is in `bindings`, the
 * interface itself.
 */

import './setup.js';

export { option, parseArgs, type Option, type Options, type Values } from './args.js';
export * as bindings from './bindings.js';
export { Constraint, type Constrained, type ConstrainedOptions } from './constrained.js';
export { Context } from './context.js';
export { PromptLookup, type Drafter } from './drafter.js';
export { Refusal, type ErrorCode } from './error.js';
export { Generation, type Completion, type GenerateOptions } from './generation.js';
export { Model } from './model.js';
export { inferlet, when, type Answer } from './runtime.js';
export { type Schema } from './schema.js';
export { Sampler, type Truncation } from './sampler.js';
export {
  broadcast,
  Child,
  httpGet,
  httpRequest,
  instanceId,
  log,
  now,
  print,
  pull,
  push,
  receive,
  send,
  sleep,
  storage,
  Subscription,
  type HttpRequest,
  type HttpResponse,
} from './services.js';
export { Stop } from './stop.js';
export { tool, Tools, type Arguments, type Parameter, type Tool, type ToolLimits } from './tools.js';
export type { Distribution } from 'pie4j:inferlet/types@0.1.0';

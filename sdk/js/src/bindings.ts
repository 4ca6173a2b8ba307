/** The engine's interface itself, for what this package has no word for. What the engine refuses is thrown as a `Refusal`. */

import * as rawAdapter from 'pie4j:inferlet/adapter@0.1.0';
import * as rawAllocate from 'pie4j:inferlet/allocate@0.1.0';
import * as rawChildren from 'pie4j:inferlet/children@0.1.0';
import * as rawClient from 'pie4j:inferlet/client@0.1.0';
import * as rawContextState from 'pie4j:inferlet/context-state@0.1.0';
import * as rawForward from 'pie4j:inferlet/forward@0.1.0';
import * as rawHttp from 'pie4j:inferlet/http@0.1.0';
import * as rawInputImage from 'pie4j:inferlet/input-image@0.1.0';
import * as rawInputText from 'pie4j:inferlet/input-text@0.1.0';
import * as rawMessaging from 'pie4j:inferlet/messaging@0.1.0';
import * as rawModels from 'pie4j:inferlet/models@0.1.0';
import * as rawOutputText from 'pie4j:inferlet/output-text@0.1.0';
import * as rawQueues from 'pie4j:inferlet/queues@0.1.0';
import * as rawRuntime from 'pie4j:inferlet/runtime@0.1.0';
import * as rawSample from 'pie4j:inferlet/sample@0.1.0';
import * as rawStore from 'pie4j:inferlet/store@0.1.0';
import * as rawTokenize from 'pie4j:inferlet/tokenize@0.1.0';
import * as rawTypes from 'pie4j:inferlet/types@0.1.0';
import { Refusal } from './error.js';

/** An interface whose functions and resources throw refusals. Built once, when the component is. */
function refusing<T extends object>(raw: T): T {
  const wrapped: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (typeof value !== 'function') {
      continue;
    }
    if (/^[A-Z]/.test(name)) {
      const methods = value.prototype as Record<string, unknown>;
      for (const method of Object.getOwnPropertyNames(methods)) {
        if (method !== 'constructor') {
          methods[method] = told(methods[method] as Function);
        }
      }
      wrapped[name] = value;
    } else {
      wrapped[name] = told(value);
    }
  }
  return wrapped as T;
}

function told(call: Function): Function {
  return function (this: unknown, ...values: unknown[]) {
    try {
      return call.apply(this, values);
    } catch (thrown) {
      throw Refusal.from(thrown);
    }
  };
}

export const adapter = refusing(rawAdapter);
export const allocate = refusing(rawAllocate);
export const children = refusing(rawChildren);
export const client = refusing(rawClient);
export const contextState = refusing(rawContextState);
export const forward = refusing(rawForward);
export const http = refusing(rawHttp);
export const inputImage = refusing(rawInputImage);
export const inputText = refusing(rawInputText);
export const messaging = refusing(rawMessaging);
export const models = refusing(rawModels);
export const outputText = refusing(rawOutputText);
export const queues = refusing(rawQueues);
export const runtime = refusing(rawRuntime);
export const sample = refusing(rawSample);
export const store = refusing(rawStore);
export const tokenize = refusing(rawTokenize);
export const types = refusing(rawTypes);

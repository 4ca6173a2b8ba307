/** Tools that a model may call, in the syntax of its family: Hermes's (JSON between tags) or Llama 3's (an answer that is JSON). */

import { tokenize } from './bindings.js';
import type { Context } from './context.js';
import { messageOf } from './error.js';
import type { GenerateOptions } from './generation.js';
import type { Model } from './model.js';

/** JSON Schema of one parameter; one that is not optional must be given. */
export interface Parameter {
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly items?: object;
  readonly properties?: object;
  readonly optional?: true;
}

interface TypeNames {
  string: string;
  number: number;
  integer: number;
  boolean: boolean;
  array: unknown[];
  object: Record<string, unknown>;
}

/** What a tool's function is given. */
export type Arguments<P extends Record<string, Parameter>> = {
  [K in keyof P]: TypeNames[P[K]['type']] | (P[K] extends { optional: true } ? undefined : never);
};

/** Something that a model may call. */
export interface Tool {
  readonly name: string;
  /** As chat templates declare it. */
  readonly declaration: object;
  call(given: Record<string, unknown>): Promise<string>;
}

/** Makes a tool of a function; what it throws is told to the model. */
export function tool<const P extends Record<string, Parameter>>(definition: {
  name: string;
  description: string;
  parameters: P;
  run: (given: Arguments<P>) => string | Promise<string>;
}): Tool {
  const { name, description, parameters, run } = definition;
  if (!/^[\w-]+$/.test(name)) {
    throw new Error(`a tool cannot be called '${name}'`);
  }
  const properties: Record<string, object> = {};
  const required: string[] = [];
  for (const [key, { optional, ...schema }] of Object.entries(parameters)) {
    properties[key] = schema;
    if (optional !== true) {
      required.push(key);
    }
  }
  const schema = { type: 'object', properties, required };
  return {
    name,
    declaration: { type: 'function', function: { name, description, parameters: schema } },
    async call(given) {
      const read: Record<string, unknown> = {};
      for (const [key, parameter] of Object.entries(parameters)) {
        read[key] = argument(`${name}: argument '${key}'`, parameter, given[key]);
      }
      return run(read as Arguments<P>);
    },
  };
}

/** A given argument; models at times write numbers as text. */
function argument(what: string, { type, optional }: Parameter, given: unknown): unknown {
  if (given === undefined || given === null) {
    if (optional === true) {
      return undefined;
    }
    throw new Error(`${what} is missing`);
  }
  const value = (type === 'number' || type === 'integer') && typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  const kind = Array.isArray(value) ? 'array' : typeof value;
  const good = type === 'integer' ? Number.isInteger(value) : type === 'number' ? Number.isFinite(value) : kind === type;
  if (!good) {
    throw new Error(`${what} must be of type ${type}, is ${JSON.stringify(given)}`);
  }
  return value;
}

/** What a model may do with tools; what exceeds a limit is told to it, but for the rounds. */
export interface ToolLimits {
  /** Answers with calls in them, one after the other. */
  rounds: number;
  /** Calls in one answer. */
  calls: number;
  /** Characters of one call. */
  callChars: number;
  /** Characters of one result; longer ones are cut. */
  resultChars: number;
}

const STANDARD: ToolLimits = { rounds: 8, calls: 16, callChars: 16_384, resultChars: 16_384 };

/** A call that a model made, or why it is none. */
type Call = { name: string; given: Record<string, unknown> } | { problem: string };

interface Syntax {
  /** What marks calls, which may be special tokens. */
  readonly tags: readonly string[];
  declare(tools: readonly Tool[]): string;
  /** The calls of an answer and the text around them. */
  read(answer: string, most: number): { text: string; calls: Call[] };
}

const HERMES: Syntax = {
  tags: ['<tool_call>', '</tool_call>'],
  declare: (tools) =>
    '# Tools\n\nYou may call one or more functions to assist with the user query.\n\n' +
    'You are provided with function signatures within <tools></tools> XML tags:\n<tools>\n' +
    tools.map(({ declaration }) => `${spaced(declaration)}\n`).join('') +
    '</tools>\n\nFor each function call, return a json object with function name and arguments within ' +
    '<tool_call></tool_call> XML tags:\n<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call>',
  read(answer, most) {
    const [text = '', ...rest] = answer.split('<tool_call>');
    const calls = rest.map((part) => readCall(part.split('</tool_call>', 1)[0]!.trim(), most));
    const behind = rest.map((part) => part.split('</tool_call>').slice(1).join('').trimStart());
    return { text: text + behind.join(''), calls };
  },
};

const LLAMA: Syntax = {
  tags: ['<|python_tag|>'],
  declare: (tools) =>
    'Environment: ipython\n\nYou have access to the following functions. To call a function, please respond with JSON for a ' +
    'function call. Respond in the format {"name": function name, "parameters": dictionary of argument name and its value}. ' +
    'Do not use variables.' +
    tools.map(({ declaration }) => `\n\n${spaced(declaration)}`).join(''),
  read(answer, most) {
    const tagged = answer.includes('<|python_tag|>');
    const calls: Call[] = [];
    let rest = answer.replaceAll('<|python_tag|>', '').trimStart();
    while (rest.startsWith('{')) {
      const object = rest.slice(0, objectEnd(rest));
      const call = readCall(object, most);
      if ('problem' in call && !tagged) {
        break; // an object that the user asked for
      }
      calls.push(call);
      rest = rest.slice(object.length).replace(/^[\s;]+/, '');
    }
    return { text: calls.length === 0 ? answer : rest, calls };
  },
};

/** Where the object ends that a text begins with; the text's end if it does not. */
function objectEnd(text: string): number {
  let depth = 0;
  for (const { 0: part, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    depth += part === '{' ? 1 : part === '}' ? -1 : 0;
    if (depth === 0) {
      return index + 1;
    }
  }
  return text.length;
}

function readCall(text: string, most: number): Call {
  if (text.length > most) {
    return { problem: `the call is longer than ${most} characters` };
  }
  try {
    const { name, arguments: given, parameters } = JSON.parse(text);
    const all = given ?? parameters ?? {};
    const object = typeof all === 'string' ? JSON.parse(all) : all;
    if (typeof name !== 'string' || name === '') {
      return { problem: "a call must have a string 'name'" };
    }
    return typeof object === 'object' && !Array.isArray(object)
      ? { name, given: object }
      : { problem: 'the arguments of a call must be a JSON object' };
  } catch (failure) {
    return { problem: `the call is not JSON: ${messageOf(failure)}` };
  }
}

/** JSON with a space behind each comma and colon, which is how models have learned it. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(spaced).join(', ')}]`;
  }
  return typeof value === 'object' && value !== null
    ? `{${Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${spaced(member)}`).join(', ')}}`
    : JSON.stringify(value);
}

/** The tools of a conversation. */
export class Tools {
  readonly #tools: readonly Tool[];
  readonly #limits: ToolLimits;

  constructor(tools: readonly Tool[], limits: Partial<ToolLimits> = {}) {
    this.#tools = tools;
    this.#limits = { ...STANDARD, ...limits };
  }

  /** Writes the system message: instructions, which may be empty, and the tools. */
  equip(context: Context, instructions = ''): void {
    const declaration = syntaxOf(context.model).declare(this.#tools);
    context.fillSystem(instructions === '' ? declaration : `${instructions}\n\n${declaration}`);
  }

  /**
   * Generates, calls what is called and answers, until an answer without calls: its text. The calls of an answer run at the
   * same time; meanwhile the context's pages may serve others.
   */
  async run(context: Context, options: GenerateOptions = {}): Promise<string> {
    const syntax = syntaxOf(context.model);
    const tags = tagsOf(context.model, syntax);
    for (let round = 0; round < this.#limits.rounds; round++) {
      const { tokens } = await context.generate(options);
      const { text, calls } = syntax.read(withTags(context.model, tokens, tags), this.#limits.callChars);
      if (calls.length === 0) {
        return text;
      }
      using _ = context.idle();
      answer(context, await Promise.all(calls.map((call, index) => this.#result(call, index))));
    }
    throw new Error(`the model called tools in ${this.#limits.rounds} answers, which is the limit`);
  }

  /** What a call gives; what goes wrong is for the model to read. */
  async #result(call: Call, index: number): Promise<string> {
    try {
      if (index >= this.#limits.calls) {
        throw new Error(`more than ${this.#limits.calls} calls in one answer`);
      }
      if ('problem' in call) {
        throw new Error(call.problem);
      }
      const found = this.#tools.find(({ name }) => name === call.name);
      if (found === undefined) {
        throw new Error(`there is no tool '${call.name}'; there are: ${this.#tools.map(({ name }) => name).join(', ')}`);
      }
      const result = await found.call(call.given);
      const most = this.#limits.resultChars;
      return result.length <= most ? result : `${result.slice(0, most)} [cut: ${result.length} characters]`;
    } catch (failure) {
      return `error: ${messageOf(failure)}`;
    }
  }
}

/** The one that a model's chat template uses; Hermes's if it knows no tools. */
function syntaxOf(model: Model): Syntax {
  const template = model.chatTemplate;
  return template.includes('ipython') && !template.includes('<tool_call>') ? LLAMA : HERMES;
}

/** Tags that are special tokens of the model: its text leaves them out. */
function tagsOf(model: Model, { tags }: Syntax): Map<number, string> {
  const special = tokenize.specialTokens(model.raw).filter(({ text }) => tags.includes(text));
  return new Map(special.map(({ id, text }) => [id, text]));
}

/** The text of an answer, with tags but no other special tokens. */
function withTags(model: Model, tokens: readonly number[], tags: ReadonlyMap<number, string>): string {
  let text = '';
  let from = 0;
  for (const [index, token] of tokens.entries()) {
    const tag = tags.get(token);
    if (tag !== undefined) {
      text += model.detokenize(tokens.slice(from, index)) + tag;
      from = index + 1;
    }
  }
  return text + model.detokenize(tokens.slice(from));
}

/** Writes the results of an answer's calls, in their order, where the model expects them. */
function answer(context: Context, results: readonly string[]): void {
  const template = context.model.chatTemplate;
  if (template.includes("'tool'") || template.includes('"tool"')) {
    results.forEach((result) => context.fillTool(result));
  } else {
    context.fillUser(results.map((result) => `<tool_response>\n${result}\n</tool_response>`).join('\n'));
  }
}

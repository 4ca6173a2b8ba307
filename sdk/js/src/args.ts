/** A program's command line: `--name value`, `--name=value` and `--flag`, each at most once. */

import { runtime } from './bindings.js';
import { Exit } from './runtime.js';
import { print } from './services.js';

/** Characters of a default that the help shows. */
const SHOWN_MOST = 60;

/** One thing that a program takes; `T` is what it gives. */
export interface Option<T> {
  /** What stands for the value in the help; empty for a flag. */
  readonly placeholder: string;
  readonly help: string;
  readonly fallback?: string;
  readonly required?: boolean;
  /** The value of a text, or of none. */
  read(text: string | undefined, name: string): T;
}

/** Options to take, by their names in camel case. */
export type Options = Record<string, Option<unknown>>;

/** What they give. */
export type Values<O extends Options> = { [K in keyof O]: O[K] extends Option<infer T> ? T : never };

/** Present or not. */
function flag(help: string): Option<boolean> {
  return { placeholder: '', help, read: (text) => text !== undefined };
}

function text(placeholder: string, help: string, fallback: string): Option<string>;
function text(placeholder: string, help: string): Option<string | undefined>;
function text(placeholder: string, help: string, fallback?: string): Option<string | undefined> {
  return { placeholder, help, ...(fallback === undefined ? {} : { fallback }), read: (given) => given };
}

/** A text that must be given. */
function required(placeholder: string, help: string): Option<string> {
  return { placeholder, help, required: true, read: (given) => given! };
}

/** A whole number within bounds. */
function integer(help: string, fallback: number, least: number, most: number): Option<number> {
  return {
    placeholder: 'N',
    help,
    fallback: String(fallback),
    read: (given, name) => number(given!, name, 'whole number', /^[+-]?\d+$/, least, most),
  };
}

/** A number within bounds. */
function decimal(placeholder: string, help: string, fallback: number, least: number, most: number): Option<number> {
  return {
    placeholder,
    help,
    fallback: String(fallback),
    read: (given, name) => number(given!, name, 'number', /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/, least, most),
  };
}

/** A whole number of 64 bits. */
function seed(help: string): Option<bigint | undefined>;
function seed(help: string, fallback: bigint): Option<bigint>;
function seed(help: string, fallback?: bigint): Option<bigint | undefined> {
  return {
    placeholder: 'N',
    help,
    ...(fallback === undefined ? {} : { fallback: String(fallback) }),
    read(given, name) {
      if (given !== undefined && !/^[+-]?\d{1,19}$/.test(given)) {
        throw new Error(`${name} must be a whole number of 64 bits, is '${given}'`);
      }
      return given === undefined ? undefined : BigInt(given);
    },
  };
}

/** Several values, separated by bars, none empty. */
function list(placeholder: string, help: string, fallback: string): Option<string[]> {
  return {
    placeholder,
    help,
    fallback,
    read(given, name) {
      const values = given!.split('|');
      if (values.includes('')) {
        throw new Error(`${name} must be values separated by '|', none empty, is '${given}'`);
      }
      return values;
    },
  };
}

function number(given: string, name: string, what: string, form: RegExp, least: number, most: number): number {
  const value = form.test(given) ? Number(given) : NaN;
  if (!(value >= least && value <= most)) {
    throw new Error(`${name} must be a ${what} from ${least} to ${most}, is '${given}'`);
  }
  return value;
}

/** The kinds of options. */
export const option = { flag, text, required, integer, decimal, seed, list };

const dashed = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/**
 * What the program was launched with. `--help` prints the options and ends the program; what does not fit ends it with an
 * error of one line.
 */
export function parseArgs<O extends Options>(program: string, purpose: string, options: O, line = runtime.arguments()): Values<O> {
  const known = new Map(Object.entries(options).map(([name, option]) => [dashed(name), { name, option }]));
  if (line.includes('--help')) {
    print(help(program, purpose, known));
    throw new Exit();
  }
  const given = read(line, known);
  const values: Record<string, unknown> = {};
  for (const [dashes, { name, option }] of known) {
    const text = given.get(dashes);
    if (text === undefined && option.required) {
      throw new Error(`${dashes} ${option.placeholder} is missing; see --help`);
    }
    values[name] = option.read(text ?? option.fallback, dashes);
  }
  return values as Values<O>;
}

type Known = Map<string, { name: string; option: Option<unknown> }>;

function read(line: readonly string[], known: Known): Map<string, string> {
  const given = new Map<string, string>();
  for (let i = 0; i < line.length; i++) {
    const word = line[i]!;
    if (!word.startsWith('--')) {
      throw new Error(`'${word}' is not an option; see --help`);
    }
    const [name, equals] = cut(word);
    const isFlag = known.get(name)?.option.placeholder === '';
    if (!known.has(name)) {
      throw new Error(`there is no option ${name}; see --help`);
    }
    if (isFlag && equals !== undefined) {
      throw new Error(`${name} takes no value; see --help`);
    }
    const next = line[i + 1];
    const takesNext = !isFlag && equals === undefined && next !== undefined && !known.has(cut(next)[0]);
    const value = isFlag ? '' : (equals ?? (takesNext ? next : undefined));
    if (value === undefined) {
      throw new Error(`${name} needs a value; see --help`);
    }
    if (given.has(name)) {
      throw new Error(`${name} is given twice`);
    }
    given.set(name, value);
    i += takesNext ? 1 : 0;
  }
  return given;
}

/** An option's name, and its value if that is in the same word. */
function cut(word: string): [string, string | undefined] {
  const at = word.indexOf('=');
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

/** The program's purpose and a line for every option. */
function help(program: string, purpose: string, known: Known): string {
  const lines = [...known].map(([dashes, { option }]) => {
    const placeholder = option.placeholder === '' ? '' : ` ${option.placeholder}`;
    const must = option.required ? ' (required)' : '';
    const otherwise = option.fallback === undefined ? '' : ` (default ${shortened(option.fallback)})`;
    return `  ${dashes}${placeholder}  ${option.help}${must}${otherwise}\n`;
  });
  return `${program}: ${purpose}\n${lines.join('')}`;
}

/** A line is a line, even where the default is a text of several. */
function shortened(value: string): string {
  const line = value.replaceAll('\n', ' ');
  return line.length > SHOWN_MOST ? `${line.slice(0, SHOWN_MOST)}…` : line;
}

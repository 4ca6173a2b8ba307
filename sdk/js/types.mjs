#!/usr/bin/env node
// Writes src/host.d.ts, the engine's interface as TypeScript sees it, from the WIT that everything is generated from.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = 'pie4j:inferlet';
const VERSION = '0.1.0';
const PLAIN = { bool: 'boolean', string: 'string', char: 'string', _: 'void' };

const camel = (name) => name.replace(/^%/, '').replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const pascal = (name) => camel(name).replace(/^./, (letter) => letter.toUpperCase());

/** Documentation, words and marks. */
function lex(text) {
  const token = /\s+|\/\/\/ ?(.*)|\/\/.*|(%?[A-Za-z_][\w-]*|\d[\w.]*)|(->|.)/g;
  return [...text.matchAll(token)]
    .map(([, doc, word, mark]) => (doc === undefined ? { word: word ?? mark } : { doc }))
    .filter(({ doc, word }) => doc !== undefined || word !== undefined);
}

/** Reads what interfaces are made of; the text that it gives is TypeScript. */
class Reader {
  constructor(text) {
    this.tokens = lex(text);
    this.at = 0;
  }

  /** The documentation before the next word, as a comment. */
  docs(indent) {
    const lines = [];
    for (; this.tokens[this.at]?.doc !== undefined; this.at++) lines.push(this.tokens[this.at].doc);
    if (lines.length === 0) return '';
    if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
    return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
  }

  takes(word) {
    const found = this.tokens[this.at]?.word === word;
    if (found) this.at++;
    return found;
  }

  next(expected) {
    const word = this.tokens[this.at++]?.word;
    if (word === undefined || (expected !== undefined && word !== expected)) {
      throw new Error(`the WIT has '${word}' where '${expected ?? 'more'}' should be`);
    }
    return word;
  }

  list(open, close, item) {
    const items = [];
    this.next(open);
    while (!this.takes(close)) {
      items.push(item());
      if (!this.takes(',')) {
        this.next(close);
        break;
      }
    }
    return items;
  }

  type() {
    const name = this.next();
    if (name in PLAIN) return PLAIN[name];
    if (/^([us](8|16|32|64)|f32|f64)$/.test(name)) return 'number';
    if (!['list', 'option', 'result', 'borrow', 'tuple'].includes(name)) return pascal(name);
    const bytes = name === 'list' && this.tokens[this.at + 1]?.word === 'u8';
    const parts = this.tokens[this.at]?.word === '<' ? this.list('<', '>', () => this.type()) : [];
    switch (name) {
      case 'list':
        return bytes ? 'Uint8Array' : `${parts[0]}[]`;
      case 'option':
        return `${parts[0]} | null`;
      case 'tuple':
        return `[${parts.join(', ')}]`;
      case 'result':
        return `Outcome<${parts[0] ?? 'void'}, ${parts[1] ?? 'void'}>`;
      default:
        return parts[0];
    }
  }

  /** A function's parameters and result; an error is thrown. */
  signature() {
    this.next('func');
    const parameters = this.list('(', ')', () => {
      const name = camel(this.next());
      this.next(':');
      return `${name}: ${this.type()}`;
    });
    const result = this.takes('->') ? this.type() : 'void';
    return `(${parameters.join(', ')}): ${result.replace(/^Outcome<(.*), Error>$/, '$1')};\n`;
  }

  /** One declaration of an interface. */
  declaration() {
    const docs = this.docs('  ');
    const word = this.next();
    if (word === 'use') {
      const from = this.next();
      this.next('.');
      const names = this.list('{', '}', () => pascal(this.next()));
      this.next(';');
      return `  import type { ${names.join(', ')} } from '${PACKAGE}/${from}@${VERSION}';\n`;
    }
    if (!['type', 'enum', 'record', 'resource'].includes(word)) {
      this.next(':');
      const name = camel(word);
      const signature = this.signature();
      this.next(';');
      // A word that TypeScript keeps for itself can be exported, but not declared.
      return name === 'arguments' || name === 'delete'
        ? `${docs}  function ${name}_${signature}  export { ${name}_ as ${name} };\n`
        : `${docs}  export function ${name}${signature}`;
    }
    const name = pascal(this.next());
    if (word === 'type') {
      this.next('=');
      const type = this.type();
      this.next(';');
      return `${docs}  export type ${name} = ${type};\n`;
    }
    if (word === 'enum') {
      const cases = this.list('{', '}', () => (this.docs('    '), `'${this.next()}'`));
      return `${docs}  export type ${name} = ${cases.join(' | ')};\n`;
    }
    const members = word === 'record' ? this.fields() : this.methods();
    const kind = word === 'record' ? 'interface' : 'class';
    return `${docs}  export ${kind} ${name} {\n${members}  }\n`;
  }

  fields() {
    const field = () => {
      const docs = this.docs('    ');
      const name = camel(this.next());
      this.next(':');
      return `${docs}    ${name}: ${this.type()};\n`;
    };
    return this.list('{', '}', field).join('');
  }

  methods() {
    const methods = ['    private constructor();\n'];
    this.next('{');
    while (!this.takes('}')) {
      const docs = this.docs('    ');
      const name = camel(this.next());
      this.next(':');
      methods.push(`${docs}    ${name}${this.signature()}`);
      this.next(';');
    }
    methods.push('    [Symbol.dispose](): void;\n');
    return methods.join('');
  }

  file() {
    let text = '';
    this.docs('');
    this.next('package');
    while (!this.takes(';')) this.next();
    while (this.at < this.tokens.length) {
      const docs = this.docs('');
      if (this.takes('world')) break;
      this.next('interface');
      const name = this.next();
      this.next('{');
      text += `\n${docs}declare module '${PACKAGE}/${name}@${VERSION}' {\n`;
      while (!this.takes('}')) text += this.declaration();
      text += '}\n';
    }
    return text;
  }
}

/** The declarations of all interfaces in a folder of WIT. */
export function declarations(folder) {
  const files = readdirSync(folder).filter((name) => name.endsWith('.wit'));
  const texts = files.sort().map((name) => new Reader(readFileSync(join(folder, name), 'utf8')).file());
  return `// Written by types.mjs from the interface's WIT.

/** A result within another type; a function's own is returned or thrown. */
type Outcome<T, E> = { tag: 'ok'; val: T } | { tag: 'err'; val: E };
${texts.join('')}`;
}

/** Where the interface lies: beside a published package, or in the project's own folder. */
export function witFolder() {
  const here = dirname(fileURLToPath(import.meta.url));
  const own = join(here, 'wit');
  try {
    readdirSync(own);
    return own;
  } catch {
    return join(here, '..', '..', 'wit');
  }
}

/** Renews src/host.d.ts. */
export function writeTypes(wit = witFolder()) {
  const here = dirname(fileURLToPath(import.meta.url));
  writeFileSync(join(here, 'src', 'host.d.ts'), declarations(wit));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeTypes();

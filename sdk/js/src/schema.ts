/** JSON, and JSON that keeps a schema: what is generated is always valid, though not everything that is valid is generated. */

import { byte, type Expression, nothing, one, row, rule, times } from './grammar.js';
import { characters, literal, others, regex } from './regex.js';

/** Keywords that are held. */
const KEYWORDS = ['type', 'properties', 'required', 'additionalProperties', 'items', 'minItems', 'maxItems', 'minLength', 'maxLength'].concat(
  ['pattern', 'minimum', 'maximum', 'enum', 'const', 'anyOf', 'oneOf', '$ref'],
);

/** Keywords that constrain nothing. */
const REMARKS = ['title', 'description', '$schema', '$id', '$defs', 'definitions', 'default', 'examples', '$comment', 'deprecated'];

/** Members of one object: each order of them is allowed. */
const MEMBERS_MOST = 24;

/** A JSON Schema. */
export type Schema = boolean | { readonly [keyword: string]: any };

const CHARACTER = rule(() =>
  one(characters(others([[0, 0x1f], [0x22, 0x22], [0x5c, 0x5c]])), regex('\\\\(?:["\\\\/bfnrt]|u[0-9a-c][0-9a-f]{3})')),
);
const string = (least = 0, most = Infinity) => row(byte(0x22), times(CHARACTER, least, most), byte(0x22));
const INTEGER = '-?(?:0|[1-9][0-9]{0,15})';
const NUMBER = '-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?';

/** Any JSON, with a space behind commas and colons. */
export function json(): Expression {
  const value: Expression = rule(() => one(object, array, string(), regex(NUMBER), literal('true'), literal('false'), literal('null')));
  const separated = (item: Expression) => one(row(item, times(row(literal(', '), item), 0, Infinity)), nothing);
  const object = row(literal('{'), separated(row(string(), literal(': '), value)), literal('}'));
  const array = row(literal('['), separated(value), literal(']'));
  return value;
}

class SchemaReader {
  readonly #root: Schema;
  readonly #space: Expression;
  readonly #any: Expression;
  readonly #references = new Map<string, Expression>();

  constructor(root: Schema, spaces: number) {
    this.#root = root;
    this.#space = times(byte(0x20), 0, spaces);
    this.#any = json();
  }

  read(schema: Schema, where = '#'): Expression {
    if (typeof schema === 'boolean') {
      return schema ? this.#any : this.#fail(where, 'nothing is allowed');
    }
    for (const keyword of Object.keys(schema)) {
      if (!KEYWORDS.includes(keyword) && !REMARKS.includes(keyword)) {
        this.#fail(where, `the keyword '${keyword}' is not held; these are: ${KEYWORDS.join(', ')}`);
      }
    }
    if (typeof schema['$ref'] === 'string') {
      return this.#reference(schema['$ref'], where);
    }
    const values = 'const' in schema ? [schema['const']] : schema['enum'];
    if (Array.isArray(values)) {
      return one(...values.map((value) => literal(JSON.stringify(value))));
    }
    const choices = schema['anyOf'] ?? schema['oneOf'];
    if (Array.isArray(choices)) {
      return one(...choices.map((choice, index) => this.read(choice, `${where}/${index}`)));
    }
    const types: string[] = schema['type'] === undefined ? [] : [schema['type']].flat();
    return types.length === 0 ? this.#untyped(schema, where) : one(...types.map((type) => this.#typed(type, schema, where)));
  }

  #fail(where: string, problem: string): never {
    throw new Error(`JSON Schema, ${where}: ${problem}`);
  }

  #untyped(schema: Schema, where: string): Expression {
    if ((schema as object).hasOwnProperty('properties')) {
      return this.#typed('object', schema as any, where);
    }
    const constrains = Object.keys(schema).filter((keyword) => !REMARKS.includes(keyword));
    return constrains.length === 0 ? this.#any : this.#fail(where, `'${constrains[0]}' needs a 'type' beside it`);
  }

  #reference(pointer: string, where: string): Expression {
    let found = this.#references.get(pointer);
    if (found === undefined) {
      let target: any = this.#root;
      for (const name of pointer.replace(/^#\/?/, '').split('/').filter((part) => part !== '')) {
        target = target?.[name.replaceAll('~1', '/').replaceAll('~0', '~')];
      }
      if (!pointer.startsWith('#') || target === undefined) {
        this.#fail(where, `'${pointer}' is not in this schema`);
      }
      found = rule(() => this.read(target, pointer));
      this.#references.set(pointer, found);
    }
    return found;
  }

  #typed(type: string, schema: { readonly [keyword: string]: any }, where: string): Expression {
    switch (type) {
      case 'null':
        return literal('null');
      case 'boolean':
        return one(literal('true'), literal('false'));
      case 'integer':
        return integers(schema['minimum'] ?? -Infinity, schema['maximum'] ?? Infinity);
      case 'number':
        if ('minimum' in schema || 'maximum' in schema) {
          this.#fail(where, "bounds are held for 'integer' only");
        }
        return regex(NUMBER);
      case 'string':
        return 'pattern' in schema
          ? row(byte(0x22), this.#pattern(schema, where), byte(0x22))
          : string(schema['minLength'], schema['maxLength']);
      case 'array':
        return this.#array(this.read(schema['items'] ?? true, `${where}/items`), schema['minItems'] ?? 0, schema['maxItems'] ?? Infinity);
      case 'object':
        return this.#object(schema, where);
      default:
        return this.#fail(where, `there is no type '${type}'`);
    }
  }

  /** For the whole string; what it allows must need no escapes. */
  #pattern(schema: { readonly [keyword: string]: any }, where: string): Expression {
    if ('minLength' in schema || 'maxLength' in schema) {
      this.#fail(where, "'pattern' is not held together with a length");
    }
    if (!/^\^.*\$$/s.test(schema['pattern'])) {
      this.#fail(where, "a 'pattern' must be of the form ^...$");
    }
    return regex(schema['pattern']);
  }

  #array(item: Expression, least: number, most: number): Expression {
    const open = row(literal('['), this.#space);
    const close = row(this.#space, literal(']'));
    const more = row(this.#space, literal(','), this.#space, item);
    const some = most < 1 ? [] : [row(open, item, times(more, Math.max(0, least - 1), most - 1), close)];
    return one(...some, ...(least === 0 ? [row(open, literal(']'))] : []));
  }

  /** Members in any order: what is missing is part of the rule. */
  #object(schema: { readonly [keyword: string]: any }, where: string): Expression {
    const properties = Object.entries(schema['properties'] ?? {});
    const required: string[] = schema['required'] ?? [];
    const unknown = required.find((name) => !properties.some(([known]) => known === name));
    if (unknown !== undefined) {
      this.#fail(where, `the required '${unknown}' is not among the properties`);
    }
    if (properties.length > MEMBERS_MOST) {
      this.#fail(where, `at most ${MEMBERS_MOST} properties, found ${properties.length}`);
    }
    const members = properties.map(([name, value]) =>
      row(literal(JSON.stringify(name)), this.#space, literal(':'), this.#space, rule(() => this.read(value as Schema, `${where}/${name}`))),
    );
    const must = properties.reduce((bits, [name], index) => bits | (required.includes(name) ? 1 << index : 0), 0);
    const rest = new Map<number, Expression>();
    const left = (missing: number): Expression => {
      let found = rest.get(missing);
      if (found === undefined) {
        found = rule(() => {
          const first = missing === (1 << members.length) - 1;
          const comma = first ? nothing : row(this.#space, literal(','), this.#space);
          const next = members.flatMap((member, index) =>
            (missing >> index) & 1 ? [row(comma, member, left(missing & ~(1 << index)))] : [],
          );
          return one(...next, ...((missing & must) === 0 ? [row(first ? nothing : this.#space, literal('}'))] : []));
        });
        rest.set(missing, found);
      }
      return found;
    };
    return row(literal('{'), this.#space, left((1 << members.length) - 1));
  }
}

/** Whole numbers within bounds. */
export function integers(least: number, most: number): Expression {
  if (least === -Infinity && most === Infinity) {
    return regex(INTEGER);
  }
  const low = Math.max(Math.ceil(least), -999_999_999_999_999);
  const high = Math.min(Math.floor(most), 999_999_999_999_999);
  if (!(low <= high)) {
    throw new Error(`JSON Schema: no integer is from ${least} to ${most}`);
  }
  const parts: Expression[] = [];
  if (low < 0) {
    parts.push(row(literal('-'), one(...naturals(Math.max(1, -high), -low))));
  }
  if (high >= 0) {
    parts.push(...naturals(Math.max(0, low), high));
  }
  return one(...parts);
}

/** Numbers from one to another, for each number of digits. */
function naturals(low: number, high: number): Expression[] {
  const parts: Expression[] = [];
  for (let digits = String(low).length; digits <= String(high).length; digits++) {
    const from = Math.max(low, digits === 1 ? 0 : 10 ** (digits - 1));
    const to = Math.min(high, 10 ** digits - 1);
    parts.push(sameLength(String(from), String(to)));
  }
  return parts;
}

function sameLength(from: string, to: string): Expression {
  if (from === '') {
    return nothing;
  }
  const [first, last] = [from.charCodeAt(0), to.charCodeAt(0)];
  if (first === last) {
    return row(byte(first), sameLength(from.slice(1), to.slice(1)));
  }
  const rest = from.length - 1;
  const parts = [
    row(byte(first), sameLength(from.slice(1), '9'.repeat(rest))),
    row(byte(last), sameLength('0'.repeat(rest), to.slice(1))),
  ];
  if (first + 1 < last) {
    parts.push(row(byte(first + 1, last - 1), times(byte(0x30, 0x39), rest, rest)));
  }
  return one(...parts);
}

/** What a schema allows; `spaces` may stand in a row between marks. */
export function jsonSchema(schema: Schema, spaces = 1): Expression {
  return new SchemaReader(schema, spaces).read(schema);
}

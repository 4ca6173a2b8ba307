import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Constraint } from '../src/constrained.js';
import { Context } from '../src/context.js';
import { integers, type Schema } from '../src/schema.js';
import { Grammar } from '../src/grammar.js';
import { reset, state } from './engine.js';
import { program } from './program.js';

const bytes = (text: string) => new TextEncoder().encode(text);

/** A text of a constraint: random bytes that may come, and an ending. */
function written(constraint: Constraint, random: (below: number) => number): string {
  const text: number[] = [];
  for (let i = random(40); i > 0; i--) {
    const choices = Array.from({ length: 256 }, (_, value) => value).filter((value) => constraint.ending([...text, value]) !== undefined);
    if (choices.length === 0) {
      break;
    }
    const usual = choices.filter((value) => value >= 0x20 && value < 0x7f);
    const from = usual.length > 0 && random(4) > 0 ? usual : choices;
    text.push(from[random(from.length)]!);
  }
  const all = [...text, ...constraint.ending(text)!];
  assert.ok(constraint.allows(all));
  return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(all));
}

test('regular expressions allow what those of the language allow', () => {
  const patterns = ['', 'a', 'a|bc|', '(ab)*c?', '[a-c]{2,3}', '[^a-c]+', 'a.c', '\\d+\\.\\w*', '[\\s\\-x]*', 'ä|[α-ω]{2}', '(?:a|b)+?c{2}'];
  patterns.push('x{0}y', 'a{2,}', '^ab$', '\\x41\\u00e4[\\]]', '[😀-😂]', '[^\\d]', '(a?){3}b', '(a*)*b');
  for (const [index, pattern] of patterns.entries()) {
    reset(index + 1);
    const constraint = Constraint.regex(pattern);
    const language = new RegExp(`^(?:${pattern})$`, 'u');
    for (let i = 0; i < 30; i++) {
      const text = written(constraint, state.random);
      assert.ok(language.test(text), `${pattern}: ${JSON.stringify(text)}`);
    }
    for (let i = 0; i < 300; i++) {
      const text = Array.from({ length: state.random(5) }, () => [...'abcxy0.-] äαAß😁\n'][state.random(17)]).join('');
      assert.equal(constraint.allows(bytes(text)), language.test(text), `${pattern}: ${JSON.stringify(text)}`);
    }
  }
});

test('what is no regular expression is told', () => {
  for (const pattern of ['(', 'a)', '[a', '*', 'a{3,1}', 'a{5000}', '(?=a)', '\\p', '[b-a]', 'a**{', '\\xg0']) {
    assert.throws(() => Constraint.regex(pattern), /^Error: regular expression '/, pattern);
  }
});

test('JSON is allowed and nothing else', () => {
  reset(3);
  const json = Constraint.json();
  for (let i = 0; i < 60; i++) {
    JSON.parse(written(json, state.random));
  }
  for (const text of ['{}', '[]', '"a\\n\\u00e4ä😀"', '[1, -2.5e+3, {"a": [null]}]', 'true', '{"a": 1, "b": {"c": []}}']) {
    assert.ok(json.allows(bytes(text)), text);
  }
  for (const text of ['', '{', '[1,]', '{"a"}', '01', '"\n"', '"\\x"', 'nul', '[1] ', '{a: 1}']) {
    assert.ok(!json.allows(bytes(text)), text);
  }
});

test('what a schema allows is valid', () => {
  const person: Schema = {
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 2, maxLength: 4 },
      age: { type: 'integer', minimum: 3, maximum: 120 },
      kind: { enum: ['cat', 'dog', null, 7] },
      tags: { type: 'array', items: { type: 'boolean' }, minItems: 1, maxItems: 3 },
      code: { type: 'string', pattern: '^[A-Z]{2}$' },
      parent: { $ref: '#' },
    },
    required: ['name', 'kind', 'tags'],
    additionalProperties: false,
  };
  const constraint = Constraint.jsonSchema(person);
  const check = (value: any): void => {
    assert.ok([...value.name].length >= 2 && [...value.name].length <= 4);
    assert.ok(value.age === undefined || (Number.isInteger(value.age) && value.age >= 3 && value.age <= 120));
    assert.ok(['cat', 'dog', null, 7].includes(value.kind));
    assert.ok(value.tags.length >= 1 && value.tags.length <= 3 && value.tags.every((tag: unknown) => typeof tag === 'boolean'));
    assert.ok(value.code === undefined || /^[A-Z]{2}$/.test(value.code));
    if (value.parent !== undefined) {
      check(value.parent);
    }
  };
  for (let seed = 1; seed <= 60; seed++) {
    reset(seed);
    check(JSON.parse(written(constraint, state.random)));
  }
  for (const text of ['{"tags": [true], "kind": 7,"name":"ab" }', '{ "kind":"cat","name": "abcd", "tags":[ false , true ]}']) {
    assert.ok(constraint.allows(bytes(text)), text);
  }
  for (const text of ['{"name": "ab", "kind": 7}', '{"name":"a","kind":7,"tags":[true]}', '{"name":  "ab", "kind": 7, "tags": [true]}']) {
    assert.ok(!constraint.allows(bytes(text)), text);
  }
  assert.ok(Constraint.jsonSchema({ type: ['string', 'null'], maxLength: 900 }).allows(bytes(`"${'x'.repeat(900)}"`)));
  assert.ok(!Constraint.jsonSchema({ type: 'string', maxLength: 900 }).allows(bytes(`"${'x'.repeat(901)}"`)));
});

test('what a schema cannot hold is told', () => {
  const schemas: [Schema, RegExp][] = [
    [{ type: 'string', format: 'date' }, /keyword 'format' is not held/],
    [{ type: 'number', minimum: 1 }, /bounds are held for 'integer' only/],
    [{ type: 'word' }, /there is no type 'word'/],
    [{ type: 'object', required: ['x'] }, /the required 'x' is not among the properties/],
    [{ $ref: '#/$defs/none' }, /'#\/\$defs\/none' is not in this schema/],
    [{ minLength: 3 }, /'minLength' needs a 'type' beside it/],
    [{ type: 'integer', minimum: 5, maximum: 4 }, /no integer is from 5 to 4/],
    [false, /nothing is allowed/],
  ];
  for (const [schema, told] of schemas) {
    assert.throws(() => Constraint.jsonSchema(schema), told);
  }
});

test('whole numbers within bounds', () => {
  for (const [low, high] of [[0, 9], [3, 120], [-15, 7], [-130, -8], [99, 1001], [0, 0]] as const) {
    const grammar = new Grammar(integers(low, high));
    for (let value = -1200; value <= 1200; value++) {
      const allowed = grammar.walk(grammar.start, bytes(String(value)))?.mayEnd === true;
      assert.equal(allowed, value >= low && value <= high, `${value} in ${low}..${high}`);
    }
    assert.equal(grammar.walk(grammar.start, bytes('007'))?.mayEnd ?? false, false);
  }
});

test('generated text keeps its constraint, and ends in time', () => {
  program(async () => {
    state.maxPositions = 100_000;
    const constraint = Constraint.jsonSchema({ type: 'object', properties: { a: { type: 'string' } }, required: ['a'] });
    for (const maxTokens of [1, 30, 60]) {
      using context = new Context();
      let streamed = '';
      const made = await constraint.generate(context.fillUser('go'), { maxTokens, onText: (text) => (streamed += text) });
      assert.equal(typeof JSON.parse(made.text).a, 'string');
      assert.equal(streamed, made.text);
      assert.ok(made.tokens.length <= maxTokens + 16, `${made.tokens.length}`);
      assert.deepEqual(context.tokens.slice(-made.tokens.length), made.tokens);
    }
    using other = new Context();
    assert.match((await Constraint.regex('[a-z]{5}').generate(other.fillUser('go'))).text, /^[a-z]{5}$/);
  });
});

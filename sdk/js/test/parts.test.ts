import assert from 'node:assert/strict';
import { test } from 'node:test';
import { option, parseArgs } from '../src/args.js';
import { slots } from '../src/cache.js';
import { common } from '../src/chat.js';
import { keptOf, Sampler } from '../src/sampler.js';
import { print } from '../src/services.js';
import { decodeUtf8, encodeUtf8 } from '../src/utf8.js';
import { state } from './engine.js';
import { program } from './program.js';

const OPTIONS = {
  prompt: option.text('TEXT', 'the message', 'Who?'),
  maxTokens: option.integer('at most', 256, 1, 1000),
  topP: option.decimal('P', 'likely ones', 1, 0, 1),
  seed: option.seed('repeats'),
  parts: option.list('A|B', 'several', 'x|y'),
  raw: option.flag('as it is'),
};
const parse = (...line: string[]) => parseArgs('test', 'tests', OPTIONS, line);

test('options are read in both forms and have defaults', () => {
  assert.deepEqual(parse('--prompt=a=b', '--max-tokens', '7', '--raw', '--seed=-3', '--parts', 'p|q'), {
    prompt: 'a=b',
    maxTokens: 7,
    topP: 1,
    seed: -3n,
    parts: ['p', 'q'],
    raw: true,
  });
  assert.deepEqual(parse('--prompt', '--dashed').prompt, '--dashed');
  assert.deepEqual([parse().seed, parse().raw, parse().prompt], [undefined, false, 'Who?']);
});

test('mistakes are named', () => {
  const mistakes: [string, ...string[]][] = [
    ['--max-tokens must be a whole number from 1 to 1000, is \'many\'', '--max-tokens', 'many'],
    ['--max-tokens must be a whole number from 1 to 1000, is \'1e2\'', '--max-tokens=1e2'],
    ['--top-p must be a number from 0 to 1, is \'2\'', '--top-p=2'],
    ['--parts must be values separated by \'|\', none empty, is \'a||b\'', '--parts=a||b'],
    ['--prompt needs a value; see --help', '--prompt', '--raw'],
    ['--raw takes no value; see --help', '--raw=1'],
    ['--raw is given twice', '--raw', '--raw'],
    ['there is no option --bogus; see --help', '--bogus'],
    ["'stray' is not an option; see --help", 'stray'],
  ];
  for (const [message, ...line] of mistakes) {
    assert.throws(() => parse(...line), { message });
  }
  assert.throws(() => parseArgs('p', 'q', { city: option.required('CITY', 'where') }, []), {
    message: '--city CITY is missing; see --help',
  });
});

test('help is printed and ends the program without an error', () => {
  const printed = program(async () => void parseArgs('test', 'tests', OPTIONS), 1, ['--help', '--bogus']);
  assert.match(printed, /^test: tests\n  --prompt TEXT  the message \(default Who\?\)\n.*  --raw  as it is\n$/s);
});

test('truncation keeps what the bounds say', () => {
  assert.equal(keptOf([1, 0.5, 0.25, 0], 1, 0), 3);
  assert.equal(keptOf([1, 0.5, 0.25], 0.8, 0), 2);
  assert.equal(keptOf([1, 0.5, 0.25], 1, 0.4), 2);
  assert.equal(keptOf([1, 0], 1, 1), 1);
});

test('draws repeat, spread, and keep within the bounds', () => {
  const distribution = { ids: [10, 11, 12, 13], probabilities: [0.4, 0.3, 0.2, 0.1] };
  const draw = (sampler: Sampler) => Array.from({ length: 1000 }, () => sampler.choose(distribution));
  const draws = draw(Sampler.multinomial(1, { seed: 5 }));
  assert.deepEqual(draws, draw(Sampler.multinomial(1, { seed: 5n })));
  for (const [index, id] of distribution.ids.entries()) {
    const share = draws.filter((found) => found === id).length / draws.length;
    assert.ok(Math.abs(share - distribution.probabilities[index]!) < 0.06, `${id}: ${share}`);
  }
  assert.deepEqual(new Set(draw(Sampler.topP(1, 0.6, 1))), new Set([10, 11]));
  assert.deepEqual(new Set(draw(Sampler.topK(1, 3, 1))), new Set([10, 11, 12]));
  assert.deepEqual(new Set(draw(Sampler.minP(1, 0.6, 1))), new Set([10, 11]));
  assert.deepEqual(new Set(draw(Sampler.multinomial(0))), new Set([10]));
  assert.throws(() => Sampler.topP(1, 0), { message: 'topP must be above 0 and at most 1, is 0' });
});

test('text is encoded and decoded as everywhere', () => {
  const texts = ['', 'abc', 'ä€😀\u0000', '\ud800x', 'x\udc00'];
  for (const text of texts) {
    assert.deepEqual(encodeUtf8(text), new TextEncoder().encode(text));
  }
  const bytes = [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0xff, 0x41], [0x80], [0xf0, 0x9f, 0x41]];
  for (const some of bytes) {
    const found = decodeUtf8(some);
    assert.equal(found.replaceAll('\ufffd', ''), new TextDecoder().decode(Uint8Array.from(some)).replaceAll('\ufffd', ''));
    assert.ok(found.includes('\ufffd'));
  }
  assert.equal(decodeUtf8(new TextEncoder().encode('ä€😀')), 'ä€😀');
});

test('what is too long to be printed at once is printed in pieces, between characters', () => {
  const text = `${'x'.repeat((16 << 10) - 1)}${'😀'.repeat(9000)}`;
  program(async () => print(text));
  assert.equal(state.printed, text);
});

test('slots of a page are bits', () => {
  assert.equal(slots(0, 32), 0xffffffff);
  assert.equal(slots(1, 3), 6);
  assert.equal(slots(3, 3), 0);
});

test('the common beginning ends at a character', () => {
  assert.equal(common('a😀', 'a😁'), 'a');
  assert.equal(common('aä', 'aäc'), 'aä');
  assert.equal(common('x', 'y'), '');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Context } from '../src/context.js';
import { tool, Tools } from '../src/tools.js';
import { state, tokens } from './engine.js';
import { program } from './program.js';

const weather = tool({
  name: 'get_weather',
  description: 'Get the weather in a city',
  parameters: { city: { type: 'string' }, days: { type: 'integer', optional: true } },
  run: async ({ city, days }) => `${city}: foggy${days === undefined ? '' : ` for ${days.toFixed(0)} days`}`,
});

/** What the model reads when it has written some calls. */
function results(...answers: string[]): string[] {
  const read: string[] = [];
  program(async () => {
    state.template = "fake with 'tool'";
    state.maxPositions = 10_000;
    state.says = [...answers.map((text) => tokens(text, false)), tokens('done', false)];
    using context = new Context();
    const tools = new Tools([weather], { calls: 2, callChars: 100, resultChars: 30 });
    tools.equip(context, 'Help.');
    context.fillUser('go');
    assert.equal(await tools.run(context), 'done');
    const text = context.model.detokenize(context.tokens, true);
    read.push(...[...text.matchAll(/\[tool\](.*?)\[end\]/gs)].map(([, result]) => result!));
  });
  return read;
}

const call = (given: unknown, name = 'get_weather') => `<tool_call>\n${JSON.stringify({ name, arguments: given })}\n</tool_call>`;

test('tools are declared with their schema, and called', () => {
  assert.deepEqual(weather.declaration, {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'Get the weather in a city',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string' }, days: { type: 'integer' } },
        required: ['city'],
      },
    },
  });
  assert.deepEqual(results(call({ city: 'Rome' })), ['Rome: foggy']);
  assert.deepEqual(results(call({ city: 'Rome', days: '3' }) + call({ city: 'Oslo' })), ['Rome: foggy for 3 days', 'Oslo: foggy']);
  assert.deepEqual(results(call({ city: 'Rome' }), call({ city: 'Oslo' })), ['Rome: foggy', 'Oslo: foggy']);
});

test('what goes wrong is told to the model', () => {
  const wrong: [string, string][] = [
    [call({}), "error: get_weather: argument 'city' is missing"],
    [call({ city: 5 }), "error: get_weather: argument 'city' must be of type string, is 5"],
    [call({ city: 'Rome', days: 1.5 }), "error: get_weather: argument 'days' must be of type integer, is 1.5"],
    [call({}, 'fly'), "error: there is no tool 'fly'; there are: get_weather"],
    ['<tool_call>{"arguments": {}}</tool_call>', "error: a call must have a string 'name'"],
    ['<tool_call>{"name": "x", "arguments": [1]}</tool_call>', 'error: the arguments of a call must be a JSON object'],
    [call({ city: 'R'.repeat(100) }), 'error: the call is longer than 100 characters'],
    [call({ city: 'R'.repeat(40) }), `${'R'.repeat(30)} [cut: 47 characters]`],
  ];
  for (const [said, told] of wrong) {
    assert.deepEqual(results(said), [told]);
  }
  assert.match(results('<tool_call>{nonsense')[0]!, /^error: the call is not JSON: /);
  assert.deepEqual(results(call({ city: 'A' }).repeat(3))[2], 'error: more than 2 calls in one answer');
});

test('tags may be special tokens, and the form that of Llama', () => {
  program(async () => {
    state.says = [[20, ...tokens('{"name": "get_weather", "arguments": {"city": "Rome"}}', false), 21], tokens('ok', false)];
    using context = new Context();
    assert.equal(await new Tools([weather]).run(context.fillUser('go')), 'ok');
    assert.ok(context.model.detokenize(context.tokens, true).includes('<tool_response>\nRome: foggy\n</tool_response>'));
  });
  program(async () => {
    state.template = 'ipython';
    const object = '{"name": "get_weather", "parameters": {"city": "}{"}}';
    state.says = [tokens(`${object}; ${object}`, false), tokens('{"answer": 1}', false)];
    using context = new Context();
    assert.equal(await new Tools([weather]).run(context.fillUser('go')), '{"answer": 1}');
    assert.equal(context.model.detokenize(context.tokens).split('}{: foggy').length, 3);
  });
});

test('a model that only calls is stopped', () => {
  assert.throws(
    () => results(...Array.from({ length: 9 }, () => call({ city: 'Rome' }))),
    (thrown) => thrown === 'the model called tools in 8 answers, which is the limit',
  );
});

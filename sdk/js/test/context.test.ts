import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Context } from '../src/context.js';
import { PromptLookup, type Drafter } from '../src/drafter.js';
import { Sampler } from '../src/sampler.js';
import { Stop } from '../src/stop.js';
import { digest, drain, likeliest, state, STOP, tokens } from './engine.js';
import { program } from './program.js';

/** What greedy decoding gives after tokens, computed without any cache. */
function greedy(before: readonly number[], count: number): number[] {
  const all = [...before];
  for (let i = 0; i < count; i++) {
    all.push(likeliest(digest(all.map((token, position) => ({ token, position })))));
  }
  return all.slice(before.length);
}

test('a generation ends where the model does, and may be iterated or awaited', () => {
  const printed = program(async () => {
    using context = new Context();
    context.fillUser('hello');
    const asked = tokens('[user]hello[end][assistant]', true);
    const expected = greedy(asked, 200);
    const end = expected.indexOf(STOP) + 1;
    let text = '';
    for await (const piece of context.generate()) {
      text += piece;
    }
    assert.deepEqual(context.tokens, [...asked, ...expected.slice(0, end)]);
    assert.equal(text, String.fromCharCode(...expected.slice(0, end - 1)));

    using again = new Context();
    const completion = await again.fillUser('hello').generate();
    assert.equal(completion.text, text);
    assert.equal(completion.logProbabilities[0], Math.log(0.5));
    assert.equal(again.tokensComputed, again.tokens.length - 1);
    using bounded = new Context();
    assert.deepEqual((await bounded.fill('hello').generate({ maxTokens: 3, ignoreEos: true })).tokens.length, 3);
    return text;
  });
  assert.notEqual(printed, '');
  assert.equal(state.pages.size, 0);
  assert.equal(state.embeds.size, 0);
});

test('guesses change no text', () => {
  program(async () => {
    using context = new Context();
    const asked = tokens('[user]hello[end][assistant]', true);
    const expected = greedy(asked, 40);
    const told: number[] = [];
    // Right twice, then wrong; at times nothing at all.
    const drafter: Drafter = {
      update: (more) => told.push(...more),
      draft: () => {
        const at = told.length - asked.length;
        return at % 7 === 0 ? [] : [...expected.slice(at, at + 2), 0, expected[at + 3] ?? 0];
      },
    };
    let text = '';
    for await (const piece of context.fillUser('hello').generate({ maxTokens: 20, ignoreEos: true, drafter })) {
      text += piece;
    }
    assert.deepEqual(context.tokens, [...asked, ...expected.slice(0, 20)]);
    assert.deepEqual(told, context.tokens);
    const { tokens: rest } = await context.generate({ maxTokens: 20, ignoreEos: true });
    assert.deepEqual(rest, expected.slice(20));

    using again = new Context();
    const completion = await again.fillUser('hello').generate({ maxTokens: 40, ignoreEos: true, drafter: new PromptLookup() });
    assert.deepEqual(completion.tokens, expected);
  });
  assert.equal(state.pages.size, 0);
  assert.equal(state.embeds.size, 0);
});

test('text goes on as it did', () => {
  const drafter = new PromptLookup({ ngram: 2, guesses: 3 });
  assert.deepEqual(drafter.draft(), []);
  drafter.update([1, 2, 3, 4, 5, 9, 2]);
  assert.deepEqual(drafter.draft(), [3, 4, 5]);
  drafter.update([3]);
  assert.deepEqual(drafter.draft(), [4, 5, 9]);
  drafter.update([8]);
  assert.deepEqual(drafter.draft(), []);
  assert.throws(() => new PromptLookup({ guesses: 0 }), /must be positive/);
});

test('leaving a loop ends the generation, not the context', () => {
  program(async () => {
    using context = new Context();
    for await (const _ of context.fill('abc').generate({ ignoreEos: true })) {
      break;
    }
    const size = context.tokens.length;
    await context.decodeStep(Sampler.greedy());
    assert.equal(context.tokens.length, size + 1);
  });
});

test('an answer stays as it was generated when the conversation goes on', () => {
  program(async () => {
    using context = new Context();
    context.fillSystem('be brief').fillUser('one');
    const { tokens: answer } = await context.generate({ maxTokens: 2, ignoreEos: true });
    context.fillUser('two');
    await context.decodeStepDist();
    const before = tokens('[system]be brief[end][user]one[end][assistant]', true);
    const closed = answer.at(-1) === STOP ? [] : [STOP];
    assert.deepEqual(context.tokens, [...before, ...answer, ...closed, ...tokens('[user]two[end][assistant]', true)]);
  });
});

test('contexts are saved and opened', () => {
  program(async () => {
    using context = new Context();
    await context.fillSystem('a long beginning').save('name');
    using opened = Context.open('name')!;
    assert.deepEqual(opened.tokens, context.tokens);
    opened.fillUser('q');
    await opened.generate({ maxTokens: 1 });
    const asked = tokens('[system]a long beginning[end][user]q[end][assistant]', true);
    assert.deepEqual(opened.tokens, [...asked, ...greedy(asked, 1)]);
    assert.equal(opened.tokensComputed, asked.length - context.tokens.length);
    assert.equal(Context.open('other'), undefined);
    state.exports.clear();
    assert.equal(Context.open('name'), undefined);
  });
});

test('what the engine refuses is thrown, with its code', () => {
  assert.throws(
    () =>
      program(async () => {
        state.maxPositions = 4;
        using context = new Context();
        await context.fill('too long for it').flush();
      }),
    (thrown) => thrown === 'the context has 16 tokens; model fake takes at most 4',
  );
  program(async () => {
    assert.throws(() => Context.fromImported('nothing', []), { name: 'Refusal', code: 'not-found' });
    drain();
    assert.equal(state.embeds.size, 0);
    const closed = new Context().fill('a');
    closed.close();
    closed.close();
    const told = await closed.decodeStepDist().then(
      () => 'nothing',
      (failure: Error) => failure.message,
    );
    assert.equal(told, 'the context is closed');
  });
});

/** One of several contexts, and what it ought to see. */
interface Tracked {
  context: Context;
  tokens: number[];
  hidden: Set<number>;
}

/** A step, compared with what an engine without caches would give. */
async function step({ context, tokens, hidden }: Tracked): Promise<void> {
  const seen = tokens.map((token, position) => ({ token, position })).filter(({ position }) => !hidden.has(position));
  tokens.push(likeliest(digest(seen)));
  await context.decodeStep(Sampler.greedy());
  assert.deepEqual(context.tokens, tokens);
}

test('contexts that fork, go back and hide tokens see their own tokens and no others', () => {
  for (let seed = 1; seed <= 400; seed++) {
    try {
      program(() => anything(), seed);
      assert.equal(state.pages.size, 0);
      assert.equal(state.embeds.size, 0);
      assert.equal(state.queues.size, 0);
    } catch (failure) {
      throw new Error(`seed ${seed}: ${failure}`, { cause: failure });
    }
  }
});

async function anything(): Promise<void> {
  const { random } = state;
  const all: Tracked[] = [{ context: new Context(), tokens: [], hidden: new Set() }];
  const start = Array.from({ length: 1 + random(12) }, () => 40 + random(40));
  all[0]!.context.fillTokens(start);
  all[0]!.tokens.push(...start);
  for (let i = 0; i < 60; i++) {
    const one = all[random(all.length)]!;
    const { context, tokens, hidden } = one;
    switch (random(8)) {
      case 0: {
        const more = Array.from({ length: random(7) }, () => 40 + random(40));
        context.fillTokens(more);
        tokens.push(...more);
        break;
      }
      case 1:
        if (all.length < 5) {
          all.push({ context: context.fork(), tokens: [...tokens], hidden: new Set(hidden) });
        }
        break;
      case 2: {
        const size = 1 + random(tokens.length);
        context.rewind(size);
        tokens.length = Math.min(size, tokens.length);
        // A last token that is hidden would be computed again by a step, and seen.
        context.maskTokenRange(size - 1, size, false);
        [...hidden].filter((at) => at >= size - 1).forEach((at) => hidden.delete(at));
        break;
      }
      case 3:
        if (all.length > 1) {
          all.splice(all.indexOf(one), 1);
          context.close();
        }
        break;
      case 4: {
        await context.flush();
        const from = random(tokens.length);
        const to = Math.min(tokens.length - 1, from + random(8));
        const hide = random(2) === 0;
        context.maskTokenRange(from, to, hide);
        for (let at = from; at < to; at++) {
          hide ? hidden.add(at) : hidden.delete(at);
        }
        await context.fillTokens([50]).flush(); // what was computed before saw what it saw
        tokens.push(50);
        break;
      }
      default:
        await Promise.all(all.filter(() => random(2) === 0).map(step));
    }
  }
  await Promise.all(all.map(step));
  all.forEach(({ context }) => context.close());
}

test('steps of several contexts wait together', () => {
  program(async () => {
    using root = new Context();
    await root.fill('shared').flush();
    const forks = Array.from({ length: 8 }, () => root.fork());
    const texts = await Promise.all(forks.map((fork, i) => fork.fill(String(i)).generate({ maxTokens: 5, ignoreEos: true })));
    texts.forEach(({ tokens: found }, i) => assert.deepEqual(found, greedy([6, ...tokens(`shared${i}`, false)], 5)));
    forks.forEach((fork) => fork.close());
  });
});

test('who first adds to a shared page adds in place, the others to copies', () => {
  program(async () => {
    using root = new Context();
    await root.fillTokens([40, 41, 42, 43, 44, 45]).flush();
    using fork = root.fork();
    assert.equal(state.pages.size, 2);
    await fork.decodeStep(Sampler.greedy());
    await fork.decodeStep(Sampler.greedy());
    assert.equal(state.pages.size, 2);
    await root.decodeStep(Sampler.greedy());
    await root.decodeStep(Sampler.greedy());
    assert.equal(state.pages.size, 3);
    assert.equal(root.tokensComputed + fork.tokensComputed, 6 + 1 + 1);
  });
});

test('stops combine', () => {
  const stop = Stop.maxTokens(3).or(Stop.endsWithAny([7, 8], []));
  assert.equal(stop.reached([1, 7]), false);
  assert.equal(stop.reached([7, 8]), true);
  assert.equal(stop.reached([1, 2, 3]), true);
});

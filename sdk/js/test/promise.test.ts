import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runJobs, Settled, unhandledFailure } from '../src/promise.js';
import { program } from './program.js';

test('reactions run in the order in which they became possible', () => {
  const order: number[] = [];
  const first = Settled.resolve(1);
  first.then(() => order.push(1)).then(() => order.push(4));
  first.then(() => order.push(2));
  Settled.resolve(0).then(() => order.push(3));
  assert.deepEqual(order, []);
  runJobs();
  assert.deepEqual(order, [1, 2, 3, 4]);
});

test('a promise takes what another promise or anything with then brings', () => {
  const found: unknown[] = [];
  new Settled((resolve) => resolve(Settled.resolve(1))).then((value) => found.push(value));
  Settled.resolve({ then: (resolve: any) => resolve(2) }).then((value) => found.push(value));
  Settled.resolve(0)
    .then(() => Settled.reject(new Error('3')))
    .catch((failure) => found.push(failure.message));
  const self = Settled.withResolvers<unknown>();
  self.resolve(self.promise);
  self.promise.catch((failure) => found.push(failure.message));
  runJobs();
  assert.deepEqual(new Set(found), new Set([1, 2, '3', 'a promise cannot wait for itself']));
});

test('only the first decision counts', () => {
  const found: unknown[] = [];
  new Settled((resolve, reject) => {
    resolve(1);
    reject(2);
    throw new Error('3');
  }).then((value) => found.push(value));
  runJobs();
  assert.deepEqual(found, [1]);
});

test('all, any, race and allSettled', () => {
  const found: unknown[] = [];
  const later = Settled.withResolvers<number>();
  const bad = () => Settled.reject(new Error('bad'));
  Settled.all([1, later.promise]).then((values) => found.push(values));
  Settled.all([bad(), later.promise]).catch((failure) => found.push(failure.message));
  Settled.race([later.promise, Settled.resolve(9)]).then((value) => found.push(value));
  Settled.any([bad(), later.promise]).then((value) => found.push({ any: value }));
  Settled.any([bad()]).catch((failure) => found.push(failure.errors.length));
  Settled.allSettled([bad(), 3]).then((all) => found.push(all.map(({ status }) => status)));
  Settled.all([]).then((values) => found.push(values));
  runJobs();
  later.resolve(2);
  runJobs();
  const wanted = [[], 'bad', 9, 1, ['rejected', 'fulfilled'], [1, 2], { any: 2 }];
  assert.deepEqual(new Set(found.map((one) => JSON.stringify(one))), new Set(wanted.map((one) => JSON.stringify(one))));
});

test('finally passes on what was, and its own failure', () => {
  const found: unknown[] = [];
  Settled.resolve(1)
    .finally(() => 5)
    .then((value) => found.push(value));
  Settled.reject('no')
    .finally(() => {
      throw 'worse';
    })
    .catch((reason) => found.push(reason));
  runJobs();
  assert.deepEqual(new Set(found), new Set([1, 'worse']));
});

test('a failure that nobody waits for is told once', () => {
  Settled.reject('lost');
  Settled.reject('found').catch(() => {});
  runJobs();
  assert.deepEqual(unhandledFailure(), { reason: 'lost' });
  assert.equal(unhandledFailure(), undefined);
});

test('programs end by returning, throwing, or not at all', () => {
  assert.equal(program(async () => 'done'), 'done');
  assert.throws(
    () =>
      program(async () => {
        throw new Error('why');
      }),
    (thrown) => thrown === 'why',
  );
  assert.throws(
    () => program(() => new Promise(() => {})),
    (thrown) => thrown === 'the program waits for something that nobody brings',
  );
  assert.throws(
    () =>
      program(async () => {
        void Promise.reject(new Error('floating'));
        await new Promise(() => {});
      }),
    (thrown) => thrown === 'floating',
  );
});

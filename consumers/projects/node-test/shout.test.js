// node:test runs marbles and laws as they are.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lawsOf, marbles } from 'rxdrop/testing';
import { delay, map, pipe } from 'rxjs';

const shout = () => pipe(map((text) => `${text}!`));
const late = () => pipe(shout(), delay(10_000));

describe('shout', () => {
  for (const [title, check] of lawsOf(shout, { a: 'a', b: 'b' })) it(title, check);

  it(
    'takes ten seconds of virtual time',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-a|').pipe(late())).toBe('- 10s (a|)', { a: 'a!' });
    }),
  );
});

describe('rxdrop/testing', () => {
  it('fails what is wrong', () => {
    const wrong = marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-a|')).toBe('-b|');
    });
    assert.throws(wrong, assert.AssertionError);
  });

  it('fails who is lawless', () => {
    const lawless = (/** @type {import('rxjs').Observable<string>} */ source) => {
      source.subscribe();
      return source;
    };
    const [, check] = lawsOf(() => lawless, { a: 'a', b: 'b' })[0] ?? [];
    assert.ok(check);
    assert.throws(check, assert.AssertionError);
  });
});

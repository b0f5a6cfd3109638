// Jest runs marbles and laws as they are, in its own realm.
import { lawsOf, marbles } from 'rxdrop/testing';
import { delay, map, pipe } from 'rxjs';

const shout = () => pipe(map((text) => ({ text: `${text}!` })));
const late = () => pipe(shout(), delay(10_000));

describe('shout', () => {
  it.each(lawsOf(shout, { a: 'a', b: 'b' }))('%s', (_, check) => {
    check();
  });

  it(
    'takes ten seconds of virtual time',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-a|').pipe(late())).toBe('- 10s (a|)', { a: { text: 'a!' } });
    }),
  );
});

describe('rxdrop/testing', () => {
  it('fails what is wrong', () => {
    const wrong = marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-a|')).toBe('-b|');
    });
    expect(wrong).toThrow();
  });

  it('fails who is lawless', () => {
    const lawless = (/** @type {import('rxjs').Observable<string>} */ source) => {
      source.subscribe();
      return source;
    };
    const [, check] = lawsOf(() => lawless, { a: 'a', b: 'b' })[0] ?? [];
    expect(check).toThrow();
  });
});

import type { State } from '../../src/admin/state.js';
import type { Update } from '../../src/page/update.js';
import { announcements } from '../../src/page/announcements.js';
import { marbles } from '../support/marbles.js';

const news = (inFlight: number, received = 0): Update => ({
  state: { inFlight, totals: { received, failed: 0 } } as unknown as State,
});

const NEWS: Readonly<Record<string, Update>> = {
  a: news(0),
  b: news(1_000),
  c: news(0, 1_000),
  l: { lost: true },
};

const TEXTS = {
  A: '0 in flight, 0 saved, 0 failed.',
  B: '1,000 in flight, 0 saved, 0 failed.',
  C: '0 in flight, 1,000 saved, 0 failed.',
  L: 'The connection to the server is lost.',
  R: 'The server answers again.',
};

// prettier-ignore
describe('announcements', () => {
  it('announces what has changed, at most twice per minute', marbles(({ hot, expectObservable }) => {
    const source   = hot('-aabc--', NEWS);
    const expected = '    -A 29999ms C';
    expectObservable(source.pipe(announcements())).toBe(expected, TEXTS);
  }));

  it('announces nothing while nothing changes', marbles(({ hot, expectObservable }) => {
    const source   = hot('-a 40s a 40s a', NEWS);
    const expected = '    -A';
    expectObservable(source.pipe(announcements())).toBe(expected, TEXTS);
  }));

  it('announces at once, and only once, that the connection is lost or restored', marbles(({ hot, expectObservable }) => {
    const source   = hot('-a-l-l-a--', NEWS);
    const expected = '    -A-L---R--';
    expectObservable(source.pipe(announcements())).toBe(expected, TEXTS);
  }));
});

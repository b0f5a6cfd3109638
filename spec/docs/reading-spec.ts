import { readdirSync } from 'node:fs';
import {
  asyncScheduler,
  ignoreElements,
  NEVER,
  type Observable,
  onErrorResumeNextWith,
  tap,
} from 'rxjs';
import { diagramOf } from '../../scripts/docs/diagrams.js';
import { marblesIn, spanIn } from '../../scripts/docs/marbles.js';
import { isRead } from '../../scripts/docs/row.js';
import type { Diagram } from '../support/diagram.js';
import { marbles } from '../support/marbles.js';

const names = readdirSync('spec/diagrams').map((file) => file.replace('.ts', ''));

describe('a picture', () => {
  it.each(names)('shows when the source of %s is read', async (name) => {
    const { default: diagram } = (await import(`../diagrams/${name}.js`)) as { default: Diagram };
    const drawn = diagramOf(name)?.sources ?? [];
    const read: string[] = [];
    marbles(({ hot, expectObservable }) => {
      const sources: Record<string, Observable<never>> = {};
      for (const [source, row] of Object.entries(diagram.sources)) {
        const values = { ...letters(row), ...diagram.values } as Record<string, never>;
        sources[source] = hot(row, values).pipe(
          tap(() => read.push(`${source} ${asyncScheduler.now()}`)),
        );
      }
      const silent$ = diagram.play(sources).pipe(ignoreElements(), onErrorResumeNextWith(NEVER));
      expectObservable(silent$).toBe('-');
    })();
    const shown = drawn.flatMap(({ name: source, row, read: rows }) =>
      marblesIn(row)
        .events.filter((event) => event.kind === 'value' && isRead(event, rows?.map(spanIn)))
        .map(({ at }) => `${source} ${at}`),
    );
    expect(read.sort()).toStrictEqual(shown.sort());
  });
});

/** Every letter as a value of its own. */
const letters = (row: string): Record<string, string> =>
  Object.fromEntries((row.match(/\w/g) ?? []).map((letter) => [letter, letter]));

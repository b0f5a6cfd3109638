import { filter, ignoreElements, map, merge, type Observable, of, tap } from 'rxjs';
import { barScreen } from '../../src/cli/barScreen.js';
import type { Progress } from '../../src/operators/index.js';
import { marbles } from '../support/marbles.js';

const progress = (bytes: number): Progress => ({
  bytes,
  total: undefined,
  elapsed: 1_000,
  rate: 1,
  average: 1,
  eta: undefined,
});

/** A screen on a terminal of 40 columns, and the text that the terminal receives. */
function drawing(rows = 24, poll$: Observable<unknown> = of(undefined)) {
  const texts: string[] = [];
  const printed: string[] = [];
  const terminal = { takes: true };
  const screen = barScreen(
    (text) => {
      if (terminal.takes) texts.push(text);
      return terminal.takes;
    },
    (line) => printed.push(line),
    () => [40, rows],
    poll$,
  );
  const shown = () => texts.splice(0).join('');

  /** Runs an action, and returns the text that the terminal receives meanwhile. */
  const with$ = (acts$: Observable<() => unknown>): Observable<string> =>
    merge(
      acts$.pipe(
        tap((act) => act()),
        ignoreElements(),
      ),
      screen.frames$.pipe(
        map(shown),
        filter((text) => text !== ''),
      ),
    );
  return { screen, shown, printed, terminal, with$ };
}

/** Up so many lines, and clear from there. */
const up = (lines: number): string => `\r\x1b[${lines}A\x1b[J`;

describe('barScreen', () => {
  it(
    'draws four times a second, each frame over the last',
    marbles(({ cold, expectObservable }) => {
      const { screen, with$ } = drawing();
      const row = screen.addRow('a.bin');
      const acts$ = cold('               300ms p', {
        p: () => {
          row.update(progress(10));
        },
      });
      expectObservable(with$(acts$), '   600ms !').toBe('250ms 1 249ms 2', {
        1: 'a.bin  connecting\n',
        2: `${up(1)}a.bin  10 B  1 B/s\n`,
      });
    }),
  );

  it(
    'shows that a file is sent again until it makes progress',
    marbles(({ cold, expectObservable }) => {
      const { screen, with$ } = drawing();
      const row = screen.addRow('a.bin');
      const acts$ = cold('               300ms r 299ms p', {
        r: () => {
          row.retry('retrying in 1 s: reset');
        },
        p: () => {
          row.update(progress(10));
        },
      });
      expectObservable(with$(acts$), '   800ms !').toBe('250ms 1 249ms 2 249ms 3', {
        1: 'a.bin  connecting\n',
        2: `${up(1)}a.bin  retrying in 1 s: reset\n`,
        3: `${up(1)}a.bin  10 B  1 B/s\n`,
      });
    }),
  );

  it(
    'moves no cursor up over what a shell has printed while it was stopped (SIGCONT)',
    marbles(({ cold, expectObservable }) => {
      const { screen, with$ } = drawing();
      screen.addRow('a.bin');
      const acts$ = cold('               300ms c', { c: () => process.emit('SIGCONT') });
      expectObservable(with$(acts$), '   800ms !').toBe('250ms 1 249ms 1 249ms 2', {
        1: 'a.bin  connecting\n',
        2: `${up(1)}a.bin  connecting\n`,
      });
    }),
  );

  it(
    'draws after a poll, which brings the SIGCONT of a process that was stopped',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const poll$ = cold('                 9ms (p|)', { p: undefined });
      const { screen, with$ } = drawing(24, poll$);
      screen.addRow('a.bin');
      const acts$ = cold('               505ms c', { c: () => process.emit('SIGCONT') });
      expectObservable(with$(acts$), '   600ms !').toBe('259ms 1 249ms 1', {
        1: 'a.bin  connecting\n',
      });
      expectSubscriptions(poll$.subscriptions).toBe(['250ms ^ 8ms !', '500ms ^ 8ms !']);
    }),
  );

  it(
    'prints what is done once, above the bars',
    marbles(({ cold, expectObservable }) => {
      const { screen, with$ } = drawing();
      const [a, b] = [screen.addRow('a.bin'), screen.addRow('b.bin')];
      const acts$ = cold('               300ms a 299ms b', {
        a: () => {
          a.complete('saved');
        },
        b: () => {
          b.fail('ERROR: b.bin: reset');
        },
      });
      expectObservable(with$(acts$), '   1100ms !').toBe('250ms 1 249ms 2 249ms 3', {
        1: 'a.bin  connecting\nb.bin  connecting\n',
        2: `${up(2)}a.bin  saved\nb.bin  connecting\n`,
        3: `${up(1)}ERROR: b.bin: reset\n`,
      });
    }),
  );

  it(
    'loses no line of what is done while the terminal takes nothing (Ctrl-S)',
    marbles(({ cold, expectObservable }) => {
      const { screen, terminal, with$ } = drawing();
      const [a] = [screen.addRow('a.bin'), screen.addRow('b.bin')];
      const acts$ = cold('               300ms s 9ms a 1s q', {
        s: () => {
          terminal.takes = false;
        },
        a: () => {
          a.complete('saved');
        },
        q: () => {
          terminal.takes = true;
        },
      });
      expectObservable(with$(acts$), '   1600ms !').toBe('250ms 1 1249ms 2', {
        1: 'a.bin  connecting\nb.bin  connecting\n',
        2: `${up(2)}a.bin  saved\nb.bin  connecting\n`,
      });
    }),
  );

  it(
    'draws no more bars than the terminal has rows',
    marbles(({ cold, expectObservable }) => {
      const { screen, with$ } = drawing(4);
      for (const name of ['a', 'b', 'c', 'd']) screen.addRow(name);
      expectObservable(with$(cold('-')), '251ms !').toBe('250ms 1', {
        1: 'a  connecting\nb  connecting\n… and 2 more\n',
      });
    }),
  );

  it(
    'draws the total of several files below their bars, as the last row',
    marbles(({ cold, expectObservable }) => {
      const { screen, with$ } = drawing(4);
      for (const name of ['a', 'b', 'c']) screen.addRow(name);
      screen.showTotal?.({ ...progress(10), files: 5, sent: 2, failed: 0 });
      expectObservable(with$(cold('-')), '501ms !').toBe('250ms 1 249ms 2', {
        1: 'a  connecting\n… and 2 more\n2 of 5 files  10 B  1 B/s\n',
        2: `${up(3)}a  connecting\n… and 2 more\n2 of 5 files  10 B  1 B/s\n`,
      });
    }),
  );

  it('leaves the total of several files when it stops', () => {
    const { screen, shown } = drawing();
    screen.addRow('a.bin').complete('saved');
    screen.showTotal?.({ ...progress(10), files: 2, sent: 1, failed: 1 });
    screen.stop();
    expect(shown()).toBe('a.bin  saved\n1 of 2 files, 1 failed  10 B in 1 s, 1 B/s\n');
    screen.stop();
    expect(shown()).toBe('');
  });

  it('leaves no bar and no changed mode of the terminal when it stops', () => {
    const { screen, shown } = drawing();
    screen.addRow('a.bin').complete('saved');
    screen.addRow('b.bin');
    screen.stop();
    expect(shown()).toBe('a.bin  saved\n');
    screen.stop();
    expect(shown()).toBe('');
  });

  it('prints the lines of finished files if the terminal does not accept the last frame', () => {
    const { screen, terminal, printed } = drawing();
    screen.addRow('a.bin').fail('ERROR: a.bin: refused');
    terminal.takes = false;
    screen.stop();
    expect(printed.splice(0)).toStrictEqual(['ERROR: a.bin: refused']);
    screen.stop();
    expect(printed).toStrictEqual([]);
  });
});

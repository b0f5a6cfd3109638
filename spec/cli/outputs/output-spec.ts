import { finalize, ignoreElements, merge, NEVER, type Observable, tap } from 'rxjs';
import { into, type Output, type Problem } from '../../../src/cli/outputs/output.js';
import { terminal } from '../../../src/cli/outputs/terminal.js';
import { problems } from '../../../src/cli/outputs/problems.js';
import { warnings } from '../../../src/cli/outputs/warnings.js';
import { type ServerEvent, StoreError } from '../../../src/index.js';
import { failed, opened, STAMP } from '../../support/events.js';
import { marbles } from '../../support/marbles.js';

const EVENTS: Readonly<Record<string, ServerEvent>> = {
  o: { ...STAMP, ...opened() },
  f: { ...STAMP, ...failed(new StoreError(), { bytes: 5, ms: 1 }) },
  s: { ...STAMP, type: 'stopped' },
};

/** Warns of nothing. */
const warn = (problems$: Observable<Problem>) => problems$.pipe(ignoreElements());

/** Outputs that record the events and when they are released. */
function noting() {
  const notes: string[] = [];
  const output =
    (name: string): Output =>
    (events$) =>
      events$.pipe(
        tap(({ type }) => notes.push(`${name} ${type}`)),
        finalize(() => notes.push(`${name} released`)),
        ignoreElements(),
      );
  return { notes, output };
}

// prettier-ignore
describe('into', () => {
  it('passes each event to every output in order, and then on', marbles(({ hot, expectObservable, expectSubscriptions, flush }) => {
    const events     = hot('-o-s|', EVENTS);
    const eventsSubs = '    ^---!';
    const expected   = '    -o-s|';
    const { notes, output } = noting();
    const result$ = events.pipe(into([output('a'), output('b')], warn), tap(({ type }) => notes.push(type)));
    expectObservable(result$).toBe(expected, EVENTS);
    expectSubscriptions(events.subscriptions).toBe(eventsSubs);
    flush();
    expect(notes).toStrictEqual([
      ...['a opened', 'b opened', 'opened', 'a stopped', 'b stopped', 'stopped'],
      ...['a released', 'b released'],
    ]);
  }));

  it('passes events on without any output', marbles(({ hot, expectObservable }) => {
    const events   = hot('-o-s|', EVENTS);
    const expected = '    -o-s|';
    expectObservable(events.pipe(into([], warn))).toBe(expected, EVENTS);
  }));

  it('releases every output and the server when it is unsubscribed', marbles(({ hot, expectObservable, expectSubscriptions, flush }) => {
    const events     = hot('-o-----', EVENTS);
    const unsub      = '    ---!   ';
    const eventsSubs = '    ^--!   ';
    const expected   = '    -o-----';
    const { notes, output } = noting();
    const busy: Output = (events$) => merge(output('busy')(events$), NEVER);
    expectObservable(events.pipe(into([output('a'), busy], warn)), unsub).toBe(expected, EVENTS);
    expectSubscriptions(events.subscriptions).toBe(eventsSubs);
    flush();
    expect(notes).toStrictEqual(['a opened', 'busy opened', 'a released', 'busy released']);
  }));

  it('releases every output of a server that errors, and passes the error on', marbles(({ hot, expectObservable, flush }) => {
    const events   = hot('-o-#', EVENTS);
    const expected = '    -o-#';
    const { notes, output } = noting();
    const busy: Output = (events$) => merge(output('busy')(events$), NEVER);
    expectObservable(events.pipe(into([output('a'), busy], warn))).toBe(expected, EVENTS);
    flush();
    expect(notes.filter((note) => note.endsWith('released')).sort()).toStrictEqual(['a released', 'busy released']);
  }));

  it('waits for outputs that finish after the last event', marbles(({ hot, cold, expectObservable }) => {
    const events   = hot('-o-s|', EVENTS);
    const rest     = cold<never>('------|');
    const expected = '    -o-s--|';
    expectObservable(events.pipe(into([() => rest], warn))).toBe(expected, EVENTS);
  }));
});

// prettier-ignore
describe('the outputs of the server program', () => {
  it('print lines and warnings, and emit nothing', marbles(({ hot, expectObservable, flush }) => {
    const events = hot('-o-f-s|', EVENTS);
    const lines: string[] = [];
    const warned: string[] = [];
    const outputs = [
      terminal((line) => void lines.push(line), { verbosity: 'verbose', dir: 'inbox' }),
      problems(),
    ];
    const warn = warnings((line) => warned.push(line));
    expectObservable(events.pipe(into(outputs, warn), ignoreElements())).toBe('------|');
    flush();
    expect(lines).toStrictEqual([
      '1.file  receiving from 192.0.2.1:5000',
      '1.file  ERROR after 5 B from 192.0.2.1:5000: cannot save the file: reason unknown',
      'stopped',
    ]);
    expect(warned).toStrictEqual([
      'WARNING: 1.file from 192.0.2.1:5000: cannot save the file: reason unknown',
    ]);
  }));
});

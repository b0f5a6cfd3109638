import { filter, NEVER, type Observable, Subject, throwError } from 'rxjs';
import { errorData } from '../../src/errorData.js';
import { CommandError, ShutdownError } from '../../src/errors.js';
import type { CommandResult } from '../../src/node/index.js';
import type { Hook, Received, ServerFact } from '../../src/server/events.js';
import { execEach } from '../../src/server/execEach.js';
import type { Unstamped } from '../../src/stamp.js';
import { failed, opened, received, stopped } from '../support/events.js';
import { marbles } from '../support/marbles.js';
import { PEER } from '../support/sender.js';

type HookFact = Unstamped<Hook>;
type File = Unstamped<Received>;

const hook = (id: number, facts: Partial<HookFact>): HookFact => ({
  type: 'hook',
  ...{ connection: id, peer: PEER, hook: 'exec', id, file: `${id}.file` },
  ms: 0,
  ...facts,
});

const file = (id: number): File => received({ id, bytes: 5, ms: 1 });

const SHUTDOWN = new ShutdownError();
const NOT_STARTED = new CommandError({ cause: new Error('no sh') });
const RESULT = { status: undefined, signal: undefined, output: '' };
const RESULTS: Readonly<Record<string, CommandResult>> = {
  o: { ...RESULT, status: 0 },
  f: { ...RESULT, status: 3, output: 'no\n' },
  k: { ...RESULT, signal: 'SIGKILL' },
};
const FACTS: Readonly<Record<string, ServerFact>> = {
  ...{ o: opened(), x: failed(SHUTDOWN, { id: 9, bytes: 0, ms: 0 }), s: stopped },
  ...{ 1: file(1), 2: file(2), 3: file(3), 4: file(4) },
  ...{ a: hook(1, { status: 0, ms: 2 }), b: hook(2, { status: 0, ms: 2 }) },
  B: hook(2, { reason: 'SHUTDOWN' }),
  ...{ C: hook(3, { reason: 'SHUTDOWN' }), D: hook(4, { reason: 'SHUTDOWN' }) },
  Q: hook(3, { reason: 'QUEUE_FULL' }),
};

// prettier-ignore
describe('execEach', () => {
  it('runs a command after each file, and reports its end', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const facts     = hot('-o1x----2------  ', FACTS);
    const command   = cold(' --o---|         ', RESULTS);
    const unsub     = '    --------------!  ';
    const expected  = '    -o1xa---2-b----  ';
    const factsSubs = '    ^-------------!  ';
    const runs      = [    '--^-----!        ',
                           '--------^-----!  '];
    expectObservable(facts.pipe(execEach({ run: () => command, concurrency: 9 })), unsub).toBe(expected, FACTS);
    expectSubscriptions(facts.subscriptions).toBe(factsSubs);
    expectSubscriptions(command.subscriptions).toBe(runs);
  }));

  it('reports the signal, the status with the output, and why a command could not be started', marbles(({ cold, hot, expectObservable }) => {
    const facts    = hot('-1---2---3---', FACTS);
    const expected = '    -1k--2f--(3n)';
    const results: Readonly<Record<number, Observable<CommandResult>>> = {
      1: cold('-(k|)', RESULTS),
      2: cold('-(f|)', RESULTS),
    };
    const run = ({ id }: File) => results[id] ?? throwError(() => NOT_STARTED);
    expectObservable(facts.pipe(execEach({ run, concurrency: 9 }))).toBe(expected, {
      ...FACTS,
      k: hook(1, { signal: 'SIGKILL', ms: 1 }),
      f: hook(2, { status: 3, output: 'no\n', ms: 1 }),
      n: hook(3, { reason: 'COMMAND', error: errorData(NOT_STARTED) }),
    });
  }));

  it('names the client of a file', marbles(({ cold, expectObservable }) => {
    const client = { name: 'alice', names: [], fingerprint: '' };
    const facts    = cold('f----', { f: { ...file(1), client } });
    const expected = '     f-h--';
    expectObservable(facts.pipe(execEach({ run: () => cold('--(o|)', RESULTS), concurrency: 9 }))).toBe(expected, {
      f: { ...file(1), client }, h: { ...hook(1, { status: 0, ms: 2 }), client },
    });
  }));

  it('keeps the place of a command until nothing of it is left', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const facts    = hot(' 12-----------', FACTS);
    const command  = cold('--o--|       ', RESULTS);
    const runs     = [    '^----!       ',
                          '-----^----!  '];
    const expected = '     12a----b-----';
    expectObservable(facts.pipe(execEach({ run: () => command, concurrency: 1 }))).toBe(expected, FACTS);
    expectSubscriptions(command.subscriptions).toBe(runs);
  }));

  it('reports a command that the queue has no room for, and does not run it', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const facts    = hot(' 123------------4---', FACTS);
    const command  = cold('--------o-|        ', RESULTS);
    const runs     = [    '^---------!        ',
                          '----------^--------!'];
    const unsub    = '     -------------------!';
    const expected = '     12(3Q)--e------4--f';
    const run = () => command;
    expectObservable(facts.pipe(execEach({ run, concurrency: 1, maxWaiting: 1 })), unsub).toBe(expected, {
      ...FACTS, e: hook(1, { status: 0, ms: 8 }), f: hook(2, { status: 0, ms: 8 }),
    });
    expectSubscriptions(command.subscriptions).toBe(runs);
  }));

  it('lets commands finish before the last event', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const facts     = hot(' 1-s      ', FACTS);
    const command   = cold('----o-|  ', RESULTS);
    const factsSubs = '     ^-!      ';
    const expected  = '     1---e-(s|)';
    expectObservable(facts.pipe(execEach({ run: () => command, concurrency: 1 }))).toBe(expected, {
      ...FACTS, e: hook(1, { status: 0, ms: 4 }),
    });
    expectSubscriptions(facts.subscriptions).toBe(factsSubs);
  }));

  it('runs no more commands when the server ends, and reports those that did not run', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const facts    = hot('       123------4-------s', FACTS);
    const abort$   = hot<never>('----#             ', undefined, SHUTDOWN);
    const command  = cold('      --------------#   ', RESULTS, SHUTDOWN);
    const runs     = '           ^-------------!   ';
    const expected = '           123-(BC)-(4D)-e--(s|)';
    const run = () => command;
    expectObservable(facts.pipe(execEach({ run, concurrency: 1, abort$ }))).toBe(expected, {
      ...FACTS, e: hook(1, { reason: 'SHUTDOWN', ms: 14 }),
    });
    expectSubscriptions(command.subscriptions).toBe(runs);
  }));

  it('reports a command once, whatever its processes in the background do', marbles(({ cold, hot, expectObservable }) => {
    const facts    = hot(' 1-------s', FACTS);
    const command  = cold('--o--#   ', RESULTS, SHUTDOWN);
    const expected = '     1-a-----(s|)';
    expectObservable(facts.pipe(execEach({ run: () => command, concurrency: 1 }))).toBe(expected, FACTS);
  }));

  it('passes on an error of the server, and ends its commands', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const facts    = hot(' 1--#  ', FACTS);
    const command  = cold('------', RESULTS);
    const runs     = '     ^--!  ';
    const expected = '     1--#  ';
    expectObservable(facts.pipe(execEach({ run: () => command, concurrency: 1 }))).toBe(expected, FACTS);
    expectSubscriptions(command.subscriptions).toBe(runs);
  }));

  it('queues at most ten thousand commands, and drops all of them at once at the stop', () => {
    const facts$ = new Subject<ServerFact>();
    const abort$ = new Subject<never>();
    const reasons: unknown[] = [];
    const ran$ = facts$.pipe(execEach({ run: () => NEVER, concurrency: 2, abort$ }));
    const hooks$ = ran$.pipe(filter((fact) => fact.type === 'hook'));
    void hooks$.forEach(({ reason }) => reasons.push(reason));
    for (let id = 1; id <= 10_004; id++) facts$.next(file(id));
    expect(reasons).toStrictEqual(['QUEUE_FULL', 'QUEUE_FULL']);
    abort$.error(SHUTDOWN);
    expect(reasons).toHaveLength(10_002);
    expect(new Set(reasons.slice(2))).toStrictEqual(new Set(['SHUTDOWN']));
  });
});

import { EMPTY, map, NEVER, type Observable, of, ReplaySubject, tap, throwError } from 'rxjs';
import {
  CheckError,
  ResetError,
  ShutdownError,
  StoreError,
  WorkerError,
} from '../../../src/errors.js';
import type { HandedOver } from '../../../src/node/handOver.js';
import { Member, type PoolState } from '../../../src/server/workers/pool.js';
import type { Answer, ToWorker } from '../../../src/server/workers/protocol.js';
import { receiveAt } from '../../../src/server/workers/receiveAt.js';
import { RemoteSender } from '../../../src/server/workers/remoteSender.js';
import type { Check } from '../../../src/store/checked.js';
import type { LentFile } from '../../../src/store/directory/lender.js';
import { failed, received } from '../../support/events.js';
import { marbles } from '../../support/marbles.js';
import { PEER } from '../../support/sender.js';

const DIED = new WorkerError({ pid: 7, signal: 'SIGKILL' });
const RESET = new ResetError();
const ORIGIN = { connection: 1, peer: PEER };
const LOAN = { serial: 1, id: 1, facts: { peer: '' } };
const SAVED = received({ bytes: 3, ms: 4 });
const FAILED = failed(RESET, { bytes: 3, ms: 4 });
const PROGRESS = { ...SAVED, type: 'progress' as const };

const told = (event: object): Answer => ({ type: 'event', job: 5, event }) as Answer;
const ANSWERS = {
  ...{ p: told(PROGRESS), r: told(SAVED), f: told(FAILED) },
  c: { type: 'check', job: 5, bytes: 3, sha256: 'ab' } as Answer,
};

/** A worker with answers of marbles, which notes what it is sent. */
function fakeMember(answers$: Observable<Answer>, gone$: Observable<never> = EMPTY) {
  const sent: (ToWorker & { withHandle?: boolean })[] = [];
  const member = new Member({
    ...{ pid: 7, ready: {}, reports$: NEVER, gone$, kill: () => undefined },
    send: (command, handle) => sent.push({ ...command, ...(handle && { withHandle: true }) }),
    answers: (_, ask) => answers$.pipe(tap({ subscribe: ask })),
  });
  return { member, sent };
}

/** The acceptor's copy of a socket: `C` closes it, `R` resets it. */
function fakeCopy() {
  const seen$ = new ReplaySubject<'C' | 'R'>(Infinity);
  const copy = {
    ...{ peer: PEER, handle: {} },
    close: () => {
      seen$.next('C');
    },
    abort: () => {
      seen$.next('R');
    },
  } as unknown as HandedOver;
  return { copy, seen$ };
}

/** A file that is recovered by marbles: `s` it is settled, and `r` its recovery begins. */
function fakeFile(recover$: Observable<number | undefined> = NEVER) {
  const seen$ = new ReplaySubject<'s' | 'r'>(Infinity);
  const file: LentFile = {
    ...{ id: 1, id$: of(1), fileName: (id) => `${id}.file`, loan: LOAN },
    path: '/inbox/.1',
    settle: () => {
      seen$.next('s');
    },
    recover: () =>
      recover$.pipe(
        tap({
          subscribe: () => {
            seen$.next('r');
          },
        }),
      ),
  };
  return { file, seen$ };
}

const poolOf = (...members: readonly Member[]): Observable<PoolState> => of({ members });

/*
 * Rows: `answers` is what the worker reports: progress, received, failed, or its death. `copy` is what the acceptor does with
 * its copy of the socket (C: close, R: reset). `file`: s: settled, r: recovered.
 */
// prettier-ignore
describe('receiveAt', () => {
  const start = (options: {
    pool$: Observable<PoolState>;
    recover$?: Observable<number | undefined>;
    abort$?: Observable<never>;
    clock: { now: () => number };
    check?: Check;
  }) => {
    const { copy, seen$: copy$ } = fakeCopy();
    const { file, seen$: file$ } = fakeFile(options.recover$);
    const sender = new RemoteSender(5, copy);
    const { pool$, abort$ = NEVER, clock, check } = options;
    return { sender, copy$, file$, events$: receiveAt(pool$, { abort$, clock, check })(sender, file, ORIGIN) };
  };
  const clock = { now: () => 0 };

  it.each([
    ['closes its copy if the file is saved', '  r', '  C'],
    ['resets its copy if it is not (S7)', '     f', '  R'],
  ])('%s', (_, last, copy) => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const answers  = cold(`-p${last.trim()}-`, ANSWERS);
      const subs     = '     ^-!';
      const { member, sent } = fakeMember(answers);
      member.connections = 2;
      const { events$, copy$, file$ } = start({ pool$: poolOf(member), clock });
      expectObservable(events$.pipe(map(({ type }) => type))).toBe('-p(l|)', {
        p: 'progress', l: last.trim() === 'r' ? 'received' : 'failed',
      });
      expectObservable(copy$).toBe(`--${copy.trim()}`);
      expectObservable(file$).toBe('--s');
      expectSubscriptions(answers.subscriptions).toBe(subs);
      expectObservable(cold('---(a|)').pipe(map(() => [sent.map(({ type, withHandle }) => [type, withHandle]), member.connections]))).toBe('---(a|)', {
        a: [[['receive', true]], 2],
      });
    })();
  });

  it.each([
    ['makes the file of a worker that died ERROR, and resets its copy (S7)', undefined, 'R', failed(DIED, { bytes: 0, ms: 0 })],
    ['closes its copy if the file turns out to be published: the peer gets a FIN', 9, 'C', received({ bytes: 9, ms: 0 })],
  ] as const)('%s', (_, size, sees, event) => {
    marbles(({ cold, expectObservable }) => {
      const answers  = cold('-p-#       ', ANSWERS, DIED);
      const recover  = cold('   --(v|)  ', { v: size });
      const file     = '     ---r       ';
      const copy     = `     -----${sees}`;
      const expected = '     -p---(e|)  ';

      const { events$, copy$, file$ } = start({ pool$: poolOf(fakeMember(answers).member), recover$: recover, clock });
      expectObservable(events$).toBe(expected, { p: PROGRESS, e: event });
      expectObservable(copy$).toBe(copy);
      expectObservable(file$).toBe(file);
    })();
  });

  it.each([
    ['passes', '      --|', undefined],
    ['does not pass', '--#', { code: 'CHECK', message: 'a virus' }],
  ])('checks a file, which %s, and sends the result to the worker', (_, verdict, error) => {
    marbles(({ cold, expectObservable }) => {
      const answers  = cold('-c---r', ANSWERS);
      const check    = cold<never>(verdict.trim(), {}, new CheckError('a virus'));
      const expected = '     -----(r|)';

      const { member, sent } = fakeMember(answers);
      const files: unknown[] = [];
      const { events$ } = start({ pool$: poolOf(member), clock, check: (file) => { files.push(file); return check; } });
      expectObservable(events$).toBe(expected, { r: SAVED });
      expectObservable(cold('--(a|)').pipe(map(() => sent.length))).toBe('--(a|)', { a: 1 });
      expectObservable(cold('----(a|)').pipe(map(() => [files, sent.slice(1)]))).toBe('----(a|)', {
        a: [
          [{ file: '/inbox/.1', id: 1, bytes: 3, peer: PEER, client: undefined, sha256: 'ab' }],
          [{ type: 'verdict', job: 5, ...(error && { error }) }],
        ],
      });
    })();
  });

  it('ends the check of a file whose worker died', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const answers  = cold('-c-#', ANSWERS, DIED);
    const check    = cold<never>('-----|');
    const subs     = '     -^-!';

    const { events$ } = start({ pool$: poolOf(fakeMember(answers).member), recover$: of(undefined), clock, check: () => check });
    expectObservable(events$.pipe(map(({ type }) => type))).toBe('---(f|)', { f: 'failed' });
    expectSubscriptions(check.subscriptions).toBe(subs);
  }));

  it('reports that not even ERROR could be written', marbles(({ cold, expectObservable }) => {
    const answers  = cold('-#', ANSWERS, DIED);
    const lost = new StoreError();
    const { events$, copy$ } = start({ pool$: poolOf(fakeMember(answers).member), recover$: throwError(() => lost), clock });
    expectObservable(events$.pipe(map((event) => 'fileError' in event && event.fileError.code))).toBe('-(e|)', { e: 'STORE' });
    expectObservable(copy$).toBe('-R');
  }));

  it('waits for a worker if there is none, and fails at the stop of the server', marbles(({ cold, hot, expectObservable }) => {
    const later    = hot(' ---p----     ', { p: { members: [] } });
    const abort    = cold<never>('-----#       ', {}, new ShutdownError());
    const file     = '     -----r       ';
    const copy     = '     -----R       ';
    const expected = '     -----(f|)    ';

    const { events$, copy$, file$ } = start({ pool$: later, abort$: abort, recover$: of(undefined), clock });
    expectObservable(events$).toBe(expected, { f: failed(new ShutdownError(), { bytes: 0, ms: 0 }) });
    expectObservable(copy$).toBe(copy);
    expectObservable(file$).toBe(file);
  }));

  it('takes the worker that comes first', marbles(({ hot, cold, expectObservable }) => {
    const answers  = cold('  -r          ', ANSWERS);
    const { member } = fakeMember(answers);
    const pool     = hot(' --p          ', { p: { members: [member] } });
    const expected = '     ---(r|)      ';

    const { events$ } = start({ pool$: pool, clock });
    expectObservable(events$).toBe(expected, { r: SAVED });
  }));

  it('resets its copy when it is unsubscribed, and finishes the file once the worker is gone', marbles(({ cold, expectObservable }) => {
    const answers  = cold('-p-------- ', ANSWERS);
    const gone     = cold<never>('  ---|     ');
    const unsub    = '     --!        ';
    const copy     = '     --R        ';
    const file     = '     -----r     ';
    const expected = '     -p-        ';

    const { member } = fakeMember(answers, gone);
    const { events$, copy$, file$ } = start({ pool$: poolOf(member), recover$: of(undefined), clock });
    expectObservable(cold('------(c|)').pipe(map(() => member.connections))).toBe('------(c|)', { c: 1 });
    expectObservable(events$, unsub).toBe(expected, { p: PROGRESS });
    expectObservable(copy$).toBe(copy);
    expectObservable(file$).toBe(file);
  }));
});

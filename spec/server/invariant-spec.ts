import fc from 'fast-check';
import {
  concat,
  dematerialize,
  EMPTY,
  map,
  mergeMap,
  NEVER,
  type Observable,
  type ObservableNotification,
  of,
  startWith,
  Subject,
  takeUntil,
  throwError,
  timer,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { ResetError, StoreError } from '../../src/errors.js';
import type { ServerFact } from '../../src/server/events.js';
import { receiveAll } from '../../src/server/receiveAll.js';
import { stopping } from '../../src/server/stopping.js';
import type { Part } from '../../src/store/store.js';
import { fakeConnection, type FakeConnection, memoryPart } from '../../src/testing/index.js';
import { bytes } from '../support/bytes.js';

/*
 * The server's half of the promise: a FIN and `received` come only after the part is committed, with exactly the
 * bytes that came before the sender's FIN. Any other end, at any moment, results in an RST and `failed`, and no
 * whole file follows.
 */

/** How a step ends. Most steps succeed. */
type Way = 'well' | 'errs' | 'throws' | 'never';
interface Step {
  at: number;
  way: Way;
}

const AT = fc.integer({ min: 0, max: 40 });
const TIMES = fc.array(AT, { maxLength: 4 }).map((times) => times.sort((a, b) => a - b));
const WAY = fc.constantFrom<Way[]>(...Array<Way>(7).fill('well'), 'errs', 'throws', 'never');
const STEP = fc.record({ at: AT, way: WAY });
const PLAN = fc.record({
  /** When the sender sends each byte, and how it ends after the last. */
  data: TIMES,
  end: fc.record({ at: AT, by: fc.constantFrom('FIN', 'FIN', 'FIN', 'RST', 'silence') }),
  /** When the part is full, and when it has drained. */
  full: TIMES,
  room: fc.constantFrom(Infinity, Infinity, 2),
  steps: fc.record({
    begin: WAY,
    id: STEP,
    commit: STEP,
    fail: STEP,
    fin: STEP,
    release: WAY,
    digest: WAY,
    hex: WAY,
    handshake: STEP,
  }),
});
const RUN = fc.record({
  plans: fc.array(PLAN, { minLength: 1, maxLength: 2 }),
  onIdle: fc.constantFrom('error' as const, 'keep' as const),
  receipt: fc.boolean(),
  secure: fc.boolean(),
  maxSize: fc.constantFrom(Infinity, 2),
  minRate: fc.constantFrom(0, 100),
  drain: fc.constantFrom(0, 15, Infinity),
  stops: fc.oneof(fc.constant<number[]>([]), TIMES),
  unsubscribed: fc.oneof(fc.constant(1_000), AT),
});
type Plan = typeof PLAN extends fc.Arbitrary<infer P> ? P : never;
type Run = typeof RUN extends fc.Arbitrary<infer R> ? R : never;

const CAUSE = new Error('as planned');

/** Throws, errors, stays silent, or continues with the next Observable when the step succeeds. */
const take = <T>({ at, way }: Step, done$: Observable<T>): Observable<T> => {
  if (way === 'throws') throw CAUSE;
  if (way === 'never') return NEVER;
  const end$ = way === 'errs' ? throwError(() => new StoreError({ cause: CAUSE })) : done$;
  return timer(at).pipe(mergeMap(() => end$));
};
const mayThrow = (way: Way): void => {
  if (way !== 'well') throw CAUSE;
};

const heard = <T>(
  source$: Observable<T>,
  next: (value: T) => void,
  complete: () => void = () => undefined,
) => {
  source$.subscribe({ next, complete, error: failOf });
};
const failOf = (error: unknown): never => {
  throw error;
};

/** One connection: what its sender and its store do, and the results. */
class Play {
  sent = '';
  ended = 'silence';
  /** The content of the file under the number. */
  stands: string | undefined;
  sees: string[] = [];
  closed = false;
  begun = false;
  readonly faults: string[] = [];
  readonly sender: FakeConnection;
  private readonly waiting: ObservableNotification<Uint8Array>[] = [];
  private readonly wake$ = new Subject<void>();

  constructor(
    readonly plan: Plan,
    readonly peer: string,
    private readonly run: Run,
  ) {
    const { data, end, steps } = plan;
    for (const at of data)
      heard(timer(at), () => {
        this.send();
      });
    heard(timer(Math.max(end.at, ...data, 0)), () => {
      this.end(end.by);
    });
    const bytes$ = this.wake$.pipe(
      startWith(undefined),
      mergeMap(() => this.waitingNow()),
      dematerialize(),
    );
    const connection = fakeConnection({ bytes$, peer });
    heard(
      connection.sees$,
      (seen) => {
        this.saw(seen);
      },
      () => {
        this.closed = true;
      },
    );
    this.sender = {
      ...connection,
      end: (text) => take<never>(steps.fin, connection.end(text)),
    };
  }

  /** The part of the store. */
  begin(): Part {
    const { steps, full, room } = this.plan;
    this.begun = true;
    mayThrow(steps.begin);
    const part = memoryPart({
      id$: steps.id.way === 'throws' ? throwError(() => CAUSE) : take(steps.id, of(1)),
      full$: concat(
        of(false),
        ...full.map((at, n) =>
          timer(n === 0 ? at : at - (full[n - 1] ?? 0)).pipe(map(() => n % 2 === 0)),
        ),
        full.length % 2 ? timer(5).pipe(map(() => false)) : EMPTY,
      ),
      room,
    });
    heard(part.file$, (text) => {
      this.stands = text;
    });
    return Object.assign(Object.create(part) as Part, {
      commit: () => concat(take(steps.commit, EMPTY), part.commit()),
      fail: () => concat(take(steps.fail, EMPTY), part.fail()),
      release: () => {
        part.release();
        mayThrow(steps.release);
      },
    });
  }

  /** Whether the file has all bytes before the sender's end, or before the silence of a kept sender. */
  get isSaved(): boolean {
    const { stands, sent, run, ended } = this;
    if (stands === undefined) return false;
    if (run.onIdle === 'keep' && sent.startsWith(stands)) return true;
    return ended === 'FIN' && stands === sent;
  }

  event({ type }: ServerFact): void {
    if (type === 'received' && !this.isSaved) this.faults.push('received, but not saved');
    if (type === 'failed' && this.sees.includes('F')) this.faults.push('failed after our FIN');
    if (type === 'failed' && !this.closed) this.faults.push('failed, but the connection is open');
  }

  private saw(seen: string): void {
    this.sees.push(seen);
    if (seen === 'F' && !this.isSaved) this.faults.push('a FIN, but not saved');
  }

  private send(): void {
    const chunk = String.fromCharCode(97 + this.sent.length);
    this.sent += chunk;
    this.arrive({ kind: 'N', value: bytes(chunk) });
  }

  private end(by: string): void {
    this.ended = by;
    if (by === 'FIN') this.arrive({ kind: 'C' });
    if (by === 'RST') this.arrive({ kind: 'E', error: new ResetError() });
  }

  private arrive(notification: ObservableNotification<Uint8Array>): void {
    this.waiting.push(notification);
    this.wake$.next();
  }

  /** Unread bytes are kept, and so is the end. */
  private *waitingNow() {
    for (let next = this.waiting[0]; next; next = this.waiting[0]) {
      if (next.kind === 'N') this.waiting.shift();
      yield next;
      if (next.kind !== 'N') return;
    }
  }
}

/** The violations of a run. */
function faultsOf(run: Run): string[] {
  const faults: string[] = [];
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(({ flush }) => {
    const plays = run.plans.map((plan, n) => new Play(plan, `192.0.2.${n + 1}:5000`, run));
    const begins = plays.values();
    const events: ServerFact[] = [];
    const byPeer = new Map(plays.map((play) => [play.peer, play]));
    // The parts begin in the order of arrival, if there is no handshake.
    const order: Play[] = [];
    const store = { begin: (): Part => (order.shift() ?? begins.next().value ?? fail()).begin() };
    const connections$ = concat(
      timer(0).pipe(mergeMap(() => plays.map(({ sender }) => sender))),
      NEVER,
    );
    const digest = (way: Way, hex: Way) => () => {
      mayThrow(way);
      return {
        update: () => undefined,
        hex: () => {
          mayThrow(hex);
          return 'ab';
        },
      };
    };
    const first = run.plans[0] ?? fail();
    stopping(
      {
        stop$: concat(...run.stops.map((at, n) => timer(at - (run.stops[n - 1] ?? 0))), NEVER),
        drain: run.drain,
        patience: 30,
      },
      (phase$) =>
        receiveAll({
          connections$,
          store,
          phase$,
          idleTimeout: 20,
          onIdle: run.onIdle,
          maxSize: run.maxSize,
          minRate: run.minRate,
          ...(run.receipt && {
            receipt: true,
            digest: digest(first.steps.digest, first.steps.hex),
          }),
          ...(run.secure && {
            handshake: (sender: FakeConnection) => {
              const play = byPeer.get(sender.peer) ?? fail();
              return take(play.plan.steps.handshake, of(sender)).pipe(
                map((shaken) => {
                  order.push(play);
                  return shaken;
                }),
              );
            },
          }),
        }),
    )
      .pipe(takeUntil(timer(run.unsubscribed)))
      .subscribe({
        next: (event) => {
          events.push(event);
          if ('peer' in event) byPeer.get(event.peer)?.event(event);
        },
        error: (error: unknown) => faults.push(`the server ended: ${String(error)}`),
      });
    flush();

    for (const { peer, begun, closed, sees, isSaved, stands, faults: own, sent } of plays) {
      const ends = events.filter(
        (event) =>
          'peer' in event &&
          event.peer === peer &&
          (event.type === 'received' || event.type === 'failed'),
      );
      // A marker that cannot be written may leave the file that it should have replaced.
      const lost = events.some(
        (event) => event.type === 'failed' && event.fileError !== undefined && event.peer === peer,
      );
      faults.push(...own);
      if (ends.length > 1) faults.push('it ended twice');
      if (begun && !closed) faults.push('its connection stays open');
      if (begun && sees.length !== 1) faults.push(`its sender sees ${sees.join('') || 'nothing'}`);
      if (sees.includes('F') && !isSaved) faults.push('a FIN, and then the file is lost');
      if (ends[0]?.type === 'received' && !isSaved)
        faults.push('received, and then the file is lost');
      if (ends[0]?.type === 'failed' && stands !== undefined && stands !== 'ERROR' && !lost)
        faults.push(`failed, but ${stands} of ${sent} stands`);
    }
  });
  return faults;
}

const fail = (): never => {
  throw new Error('the play is over');
};

it('confirms files that are saved, and no others, in any interleaving (S7, S10)', () => {
  fc.assert(
    fc.property(RUN, (run) => {
      expect(faultsOf(run)).toStrictEqual([]);
    }),
    { numRuns: 10_000 },
  );
}, 60_000);

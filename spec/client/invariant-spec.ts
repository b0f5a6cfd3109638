import fc from 'fast-check';
import {
  concat,
  defer,
  EMPTY,
  from,
  ignoreElements,
  interval,
  map,
  mergeMap,
  NEVER,
  Observable,
  of,
  type Subscriber,
  takeWhile,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { ClientFact } from '../../src/client/events.js';
import { upload } from '../../src/client/upload.js';
import { ReadError, ResetError, RxdropError } from '../../src/errors.js';
import type { Uplink } from '../../src/node/index.js';

/**
 * The invariant of the client: no `sent` is confirmed, and so nothing is reported as saved, unless the
 * server's FIN came after our own, which came behind the last byte of the file (C1, C2). It holds in
 * whatever order the network, the file and the user do what they do.
 */
describe('no file is reported as saved', () => {
  it('unless the FIN of the server came after ours, for all of its bytes, 10,000 times', () => {
    const outcomes = new Map<string, number>();
    fc.assert(
      fc.property(scripts, (script) => {
        const { outcome, faults } = played(script);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        expect(faults).toStrictEqual([]);
      }),
      { numRuns: 10_000 },
    );
    // Each end is seen often enough to mean something.
    for (const outcome of OUTCOMES)
      expect({ outcome, often: (outcomes.get(outcome) ?? 0) >= 100 }).toStrictEqual({
        outcome,
        often: true,
      });
  });
});

const OUTCOMES = [
  ...['confirmed', 'unconfirmed', 'unsubscribed'],
  ...['RESET', 'READ', 'CLOSED_EARLY', 'STALLED', 'UNCONFIRMED', 'RECEIPT'],
];

/** What the world does, in milliseconds. */
interface Script {
  /** The file: how long after the one before each block can be read, and how many bytes it has. */
  blocks: readonly { wait: number; size: number }[];
  file: 'ends' | 'errs' | 'stays open';
  /** What the peer sends, after the start or after our FIN has come to it; the last may be its end. */
  says: readonly { wait: number; bytes: Uint8Array }[];
  ends: 'FIN' | 'RST' | 'never';
  /** How long after the start, or after our FIN, its end comes. */
  endWait: number;
  endFrom: 'start' | 'our FIN';
  /** How long what has come to our kernel waits there until it is read. */
  unread: number;
  /** How long our kernel needs for a byte, and when it takes no more. */
  perByte: number;
  stuckAt: number;
  /** What the system shows of acknowledgements; they come that long after a byte was taken. */
  acknowledged: 'hidden' | 'never' | number;
  /** How long our FIN needs to get on its way, and whether it gets there. */
  finWait: number;
  finFails: boolean;
  unsubscribed: number;
  confirm: boolean;
  receipt: 'none' | 'right' | 'wrong';
}

const often = <T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
const ms = (max: number) => fc.integer({ min: 0, max });

const scripts: fc.Arbitrary<Script> = fc.record({
  blocks: fc.array(fc.record({ wait: ms(20), size: fc.integer({ min: 1, max: 8 }) }), {
    maxLength: 3,
  }),
  file: often<Script['file']>('ends', fc.constantFrom('errs', 'stays open')),
  says: often(
    [],
    fc.array(fc.record({ wait: ms(30), bytes: fc.uint8Array({ minLength: 1, maxLength: 3 }) }), {
      maxLength: 2,
    }),
  ),
  ends: often<Script['ends']>('FIN', fc.constantFrom('RST', 'never')),
  endWait: ms(40),
  endFrom: fc.constantFrom('start', 'our FIN'),
  unread: often(0, ms(30)),
  perByte: often(0, ms(5)),
  stuckAt: often(Infinity, ms(40)),
  acknowledged: often<Script['acknowledged']>(
    'hidden',
    fc.oneof(fc.constant('never' as const), ms(50)),
  ),
  finWait: often(0, ms(10)),
  finFails: often(false, fc.constant(true)),
  unsubscribed: often(Infinity, ms(80)),
  confirm: often(true, fc.constant(false)),
  receipt: often<Script['receipt']>('none', fc.constantFrom('right', 'wrong')),
});

/** Long enough for each clock of a delivery to run out. */
const HORIZON = 500;
const DUE = 100;

/** Plays a script in virtual time, and judges what was reported by what has really happened. */
function played(script: Script): { outcome: string; faults: string[] } {
  const scheduler = new TestScheduler(() => undefined);
  return scheduler.run(() => {
    const world = new World(script, scheduler);
    const events: ClientFact[] = [];
    const faults: string[] = [];
    let outcome = 'pending';
    const options = {
      ...{ file$: world.file$, uplink$: world.uplink$, timeout: DUE },
      confirm: script.confirm,
      digest: script.receipt === 'none' ? undefined : () => world.digest,
    };
    const subscription = upload(options).subscribe({
      next(event) {
        if (outcome !== 'pending') faults.push('an event comes after unsubscription');
        events.push(event);
        if (event.type === 'sent') faults.push(...world.faultsOf(event.confirmed));
        if (event.type === 'sent' && event.bytes !== world.size) faults.push('the size is wrong');
      },
      error(error: unknown) {
        outcome = error instanceof RxdropError ? error.code : String(error);
      },
      complete() {
        const last = events.at(-1);
        if (last?.type !== 'sent') faults.push('it completes without `sent`');
        else outcome = last.confirmed ? 'confirmed' : 'unconfirmed';
      },
    });
    scheduler.schedule(() => {
      if (!subscription.closed) outcome = 'unsubscribed';
      subscription.unsubscribe();
    }, script.unsubscribed);
    scheduler.maxFrames = HORIZON;
    scheduler.flush();
    if (outcome === 'pending' && script.file !== 'stays open') faults.push('it never ends');
    if (outcome === 'pending' || outcome === 'unsubscribed') subscription.unsubscribe();
    return { outcome, faults };
  });
}

/** A file, and a connection with two kernels: what arrives in ours is read later. */
class World {
  readonly size: number;
  private step = 0;
  private given = 0;
  private takenAt: { at: number; bytes: number }[] = [];
  private ourFin = Infinity;
  private ourFinIsSent = false;
  private takenByOurFin = NaN;
  private theirEnd = Infinity;
  private readonly arrived: (Uint8Array | 'FIN' | 'RST')[] = [];
  private end: 'FIN' | 'RST' | undefined;
  private reader: Subscriber<Uint8Array> | undefined;

  constructor(
    private readonly script: Script,
    // Given to each timer: of its own timers, a test scheduler bears no two that are due at once.
    private readonly time: TestScheduler,
  ) {
    this.size = script.blocks.reduce((sum, { size }) => sum + size, 0);
  }

  readonly digest = { update: () => undefined, hex: () => 'ab' };

  /** What is wrong about a `sent` now. */
  faultsOf(confirmed: boolean): string[] {
    const { script } = this;
    const proven = script.receipt === 'none' || script.receipt === 'right';
    return [
      ...(this.ourFinIsSent ? [] : ['our FIN is not on its way']),
      ...(script.file === 'ends' ? [] : ['the file has not ended']),
      ...(this.takenByOurFin === this.size ? [] : ['our FIN came before the last byte']),
      ...(confirmed === script.confirm ? [] : ['it is confirmed although nobody asked']),
      ...(confirmed && this.end !== 'FIN' ? ['the server has not ended'] : []),
      ...(confirmed && this.theirEnd < this.ourFin ? ['the FIN of the server came first'] : []),
      ...(confirmed && !proven ? ['the receipt is wrong'] : []),
    ];
  }

  readonly file$ = concat(
    defer(() => of({ size: this.size, blocks$: this.blocks$ })),
    NEVER,
  );

  private readonly blocks$ = defer(() => {
    const { blocks, file } = this.script;
    let at = 0;
    const read$ = from(blocks).pipe(
      map(({ wait, size }) => ({ at: (at += wait), bytes: new Uint8Array(size) })),
      mergeMap(({ at, bytes }) =>
        at === 0 ? of(bytes) : timer(at, this.time).pipe(map(() => bytes)),
      ),
    );
    if (file === 'stays open') return concat(read$, NEVER);
    return concat(read$, file === 'ends' ? EMPTY : throwError(() => new ReadError('a.bin')));
  });

  readonly uplink$ = concat(
    defer(() => {
      const { says, endFrom } = this.script;
      for (const { wait, bytes } of says) this.comes(wait, bytes);
      if (endFrom === 'start') this.ends();
      return of(this.uplink);
    }),
    NEVER,
  );

  private readonly uplink: Uplink = {
    peer: '192.0.2.1:5000',
    full$: concat(of(false), NEVER),
    write: (chunk) => {
      this.given += chunk.byteLength;
      const last = Math.max(this.time.now(), this.takenAt.at(-1)?.at ?? 0);
      this.takenAt.push({
        at: last + this.script.perByte * chunk.byteLength,
        bytes: chunk.byteLength,
      });
    },
    taken: () => this.taken(this.time.now()),
    pending: () => this.given - this.taken(this.time.now()),
    unacknowledged$: defer(() => of(this.unacknowledged())),
    bytes$: new Observable<Uint8Array>((reader) => {
      this.reader = reader;
      this.tell();
      this.time.schedule(() => {
        this.read();
      });
      return () => {
        this.reader = undefined;
      };
    }),
    flushed$: defer(() =>
      concat(
        this.uplink.pending() === 0 ? EMPTY : this.everyMs(() => this.uplink.pending() > 0),
        defer(() => {
          this.read();
          return EMPTY;
        }),
      ),
    ).pipe(ignoreElements()),
    leavable$: defer(() => this.everyMs(() => (this.unacknowledged() ?? 0) > 0)).pipe(
      ignoreElements(),
    ),
    end: () =>
      defer(() => {
        const { finWait, finFails, endFrom, receipt } = this.script;
        this.ourFin = this.step++;
        this.takenByOurFin = this.taken(this.time.now());
        const way$ = finWait === 0 ? of(0) : timer(finWait, this.time);
        return way$.pipe(
          tap(() => {
            if (finFails) throw new ResetError();
            this.ourFinIsSent = true;
            if (receipt !== 'none') this.comes(0, receiptOf(this.size, receipt));
            if (endFrom === 'our FIN') this.ends();
          }),
          ignoreElements(),
        );
      }),
    abort: () => undefined,
  };

  private ends(): void {
    const { ends, endWait } = this.script;
    if (ends !== 'never') this.comes(endWait, ends);
  }

  private comes(wait: number, what: Uint8Array | 'FIN' | 'RST'): void {
    this.after(wait, () => {
      if (this.theirEnd !== Infinity) return;
      if (typeof what === 'string') this.theirEnd = this.step++;
      this.arrived.push(what);
      this.after(this.script.unread, () => {
        this.read();
      });
    });
  }

  private after(wait: number, act: () => void): void {
    if (wait === 0) act();
    else this.time.schedule(act, wait);
  }

  private everyMs(goesOn: () => boolean): Observable<unknown> {
    return interval(1, this.time).pipe(takeWhile(goesOn));
  }

  /** Passes the bytes in our kernel to the reader; an end is kept. */
  private read(): void {
    while (this.reader && this.arrived.length > 0) {
      const next = this.arrived.shift();
      if (next === 'FIN' || next === 'RST') this.end = next;
      else if (next) this.reader.next(next);
      this.tell();
    }
  }

  private tell(): void {
    if (this.end === 'FIN') this.reader?.complete();
    if (this.end === 'RST') this.reader?.error(new ResetError());
  }

  private taken(now: number): number {
    const until = Math.min(now, this.script.stuckAt);
    return this.takenAt.filter(({ at }) => at <= until).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  private unacknowledged(): number | undefined {
    const { acknowledged } = this.script;
    const now = this.time.now();
    if (acknowledged === 'hidden') return undefined;
    return this.taken(now) - (acknowledged === 'never' ? 0 : this.taken(now - acknowledged));
  }
}

const receiptOf = (size: number, receipt: 'right' | 'wrong'): Uint8Array =>
  Buffer.from(`OK 1 ${size} ${receipt === 'right' ? 'ab' : 'cd'}\n`);

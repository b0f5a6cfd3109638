import { asyncScheduler, EMPTY, filter, ignoreElements, merge, type Observable } from 'rxjs';
import { deliver } from '../../src/client/deliver.js';
import type { ClientFact } from '../../src/client/events.js';
import {
  ClosedEarlyError,
  ReadError,
  ReceiptError,
  ResetError,
  StalledError,
  UnconfirmedError,
} from '../../src/errors.js';
import { byteBudget } from '../../src/operators/index.js';
import { bytes } from '../support/bytes.js';
import { level } from '../support/level.js';
import { marbles } from '../support/marbles.js';
import { fakeUplink } from '../support/uplink.js';
import { synchronous } from '../support/synchronous.js';

const FULL = { f: false, t: true };
const CHUNKS = { a: bytes('aaa'), b: bytes('bbb'), c: bytes('ccc'), x: bytes('x') };
const CALLS = { ...CHUNKS, F: 'FIN' };

const RESET = new ResetError();
const STALLED = new StalledError(10_000);
const UNCONFIRMED = new UnconfirmedError(10_000);

const c: ClientFact = { type: 'connected', peer: '127.0.0.1:5000', total: 9 };
const p = (bytes: number): ClientFact => ({ type: 'progress', bytes });
const s = (bytes: number, ms: number, confirmed = true): ClientFact => ({
  type: 'sent',
  peer: '127.0.0.1:5000',
  bytes,
  ms,
  confirmed,
});

// prettier-ignore
describe('deliver', () => {
  it('writes block after block and our FIN behind the last, and completes on the FIN of the server (C1)', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const blocks     = cold('a-b-c|          ', CHUNKS);
    const blocksSubs = '     ^----!          ';
    const end        = cold('     ---|       ');
    const endSubs    = '     -----^--!       ';
    const answer     = hot ('--x-------x----|', CHUNKS);
    const answerSubs = [    '^----!          ',
                            '-----^---------!'];
    const calls      = '     a-b-cF          ';
    const expected   = '     c--------------(s|)';
    const uplink = fakeUplink({ bytes$: answer, end$: end });
    expectObservable(deliver(file(blocks), uplink)).toBe(expected, { c, s: s(9, 15) });
    expectObservable(uplink.calls$).toBe(calls, CALLS);
    expectSubscriptions(blocks.subscriptions).toBe(blocksSubs);
    expectSubscriptions(end.subscriptions).toBe(endSubs);
    expectSubscriptions(answer.subscriptions).toBe(answerSubs);
  }));

  it('accepts the FIN of the server before ours is reported as sent', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const blocks     = cold('a|          ', CHUNKS);
    const end        = cold(' ---|       ');
    const answer     = hot ('--x|        ', CHUNKS);
    const answerSubs = [    '^!          ',
                            '-^-!        '];
    const expected   = '     c---(s|)    ';
    const uplink = fakeUplink({ bytes$: answer, end$: end });
    expectObservable(deliver(file(blocks), uplink)).toBe(expected, { c, s: s(3, 4) });
    expectSubscriptions(answer.subscriptions).toBe(answerSubs);
  }));

  it('reports its time in microseconds, whatever digits the clock has', marbles(({ hot, cold, expectObservable }) => {
    const clock    = { now: () => asyncScheduler.now() * 1.000_000_1 };
    const blocks   = cold('a|       ', CHUNKS);
    const end      = cold(' ---|    ');
    const answer   = hot ('---|     ', CHUNKS);
    const expected = '     c---(s|) ';
    const uplink = fakeUplink({ bytes$: answer, end$: end });
    expectObservable(deliver(file(blocks), uplink, { clock })).toBe(expected, { c, s: s(3, 4) });
  }));

  describe('without waiting for the FIN of the server', () => {
    it('leaves once that loses no byte, and reads until then', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const blocks     = cold('a|          ', CHUNKS);
      const answer     = hot ('-----x------', CHUNKS);
      const answerSubs = [    '^!          ',
                              '-^------!   '];
      const leavable   = cold(' -------|   ');
      const expected   = '     c-------(s|)';
      const uplink = fakeUplink({ bytes$: answer, leavable$: leavable.pipe(ignoreElements()) });
      expectObservable(deliver(file(blocks), uplink, { confirm: false })).toBe(expected, { c, s: s(3, 8, false) });
      expectSubscriptions(answer.subscriptions).toBe(answerSubs);
    }));

    it('also leaves once the peer has ended, because nothing more can turn our close into a reset', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const blocks       = cold('a|          ', CHUNKS);
      const answer       = hot ('-----|      ', CHUNKS);
      const leavable     = cold(' -          ');
      const leavableSubs = '     -^---!      ';
      const expected     = '     c----(s|)   ';
      const uplink = fakeUplink({ bytes$: answer, leavable$: leavable.pipe(ignoreElements()) });
      expectObservable(deliver(file(blocks), uplink, { confirm: false })).toBe(expected, { c, s: s(3, 5, false) });
      expectSubscriptions(leavable.subscriptions).toBe(leavableSubs);
    }));

    it('does not leave before our FIN is on its way, although the peer has ended', marbles(({ hot, cold, expectObservable }) => {
      const blocks   = cold('a|          ', CHUNKS);
      const end      = cold(' ----|      ');
      const answer   = hot ('--|         ', CHUNKS);
      const expected = '     c----(s|)   ';
      const uplink = fakeUplink({ bytes$: answer, end$: end });
      expectObservable(deliver(file(blocks), uplink, { confirm: false })).toBe(expected, { c, s: s(3, 5, false) });
    }));

    it('errors when the connection is reset before it can leave', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const blocks       = cold('a|   ', CHUNKS);
      const answer       = hot ('----#', CHUNKS, RESET);
      const leavable     = cold(' -   ');
      const leavableSubs = '     -^--!';
      const expected     = '     c---#';
      const uplink = fakeUplink({ bytes$: answer, leavable$: leavable.pipe(ignoreElements()) });
      expectObservable(deliver(file(blocks), uplink, { confirm: false })).toBe(expected, { c }, RESET);
      expectSubscriptions(leavable.subscriptions).toBe(leavableSubs);
    }));

    it('errors after 10 s without progress', marbles(({ cold, expectObservable }) => {
      const blocks   = cold('a|          ', CHUNKS);
      const leavable = cold(' -          ');
      const unacked  = level('3          ');
      const expected = '     c 250ms p 9999ms #';
      const uplink = fakeUplink({ leavable$: leavable.pipe(ignoreElements()), unacknowledged: unacked });
      expectObservable(deliver(file(blocks), uplink, { confirm: false })).toBe(expected, { c, p: p(3) }, STALLED);
    }));
  });

  // `blocks` is made before `full`: in a frame of both, the block is written, and that fills the uplink.
  it('reads the next block only when the uplink has drained', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const blocks     = hot('--a--b------------c--|   ', CHUNKS);
    const blocksSubs = [   '^----!                   ',
                           '--------------^------!   '];
    const full       = hot('f----t--------f----------', FULL);
    const fullSubs   = '    ^--------------------!   ';
    const answer     = hot('------------------------|', CHUNKS);
    const calls      = '    --a--b------------c--F   ';
    const expected   = '    c-----------------------(s|)';
    const uplink = fakeUplink({ full$: full, bytes$: answer });
    expectObservable(deliver(file(blocks), uplink)).toBe(expected, { c, s: s(9, 24) });
    expectObservable(uplink.calls$).toBe(calls, CALLS);
    expectSubscriptions(blocks.subscriptions).toBe(blocksSubs);
    expectSubscriptions(full.subscriptions).toBe(fullSubs);
  }));

  it('reports what our kernel has accepted, four times a second and when that has changed', marbles(({ hot, cold, expectObservable }) => {
    const blocks   = cold( '(abc)                              1095ms |', CHUNKS);
    const taken    = level('0 299ms         3 399ms         9          ');
    const answer   = hot(  '-                                  1199ms |', CHUNKS);
    const expected = '      c 249ms p 249ms q 249ms r       449ms (s|) ';
    const uplink = fakeUplink({ bytes$: answer, taken });
    expectObservable(deliver(file(blocks), uplink)).toBe(expected, { c, p: p(0), q: p(3), r: p(9), s: s(9, 1200) });
  }));

  it('sends an empty file as a mere FIN (S5)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const answer     = hot('---|', CHUNKS);
    const answerSubs = [   '(^!)',
                           '^--!'];
    const calls      = '    F   ';
    const expected   = '    c--(s|)';
    const uplink = fakeUplink({ bytes$: answer });
    expectObservable(deliver(file(EMPTY), uplink)).toBe(expected, { c, s: s(0, 3) });
    expectObservable(uplink.calls$).toBe(calls, CALLS);
    expectSubscriptions(answer.subscriptions).toBe(answerSubs);
  }));

  describe('fails', () => {
    it('at once when the server resets the connection half-way (C2)', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const blocks     = cold('a-b-c-|', CHUNKS);
      const answer     = hot ('---#   ', CHUNKS, RESET);
      const subs       = '     ^--!   ';
      const calls      = '     a-b    ';
      const expected   = '     c--#   ';
      const uplink = fakeUplink({ bytes$: answer });
      expectObservable(deliver(file(blocks), uplink)).toBe(expected, { c }, RESET);
      expectObservable(uplink.calls$).toBe(calls, CALLS);
      expectSubscriptions(blocks.subscriptions).toBe(subs);
      expectSubscriptions(answer.subscriptions).toBe(subs);
    }));

    it('when the server resets the connection behind our FIN (C2)', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const blocks     = cold('a|   ', CHUNKS);
      const answer     = hot ('----#', CHUNKS, RESET);
      const answerSubs = [    '^!   ',
                              '-^--!'];
      const calls      = '     aF   ';
      const expected   = '     c---#';
      const uplink = fakeUplink({ bytes$: answer });
      expectObservable(deliver(file(blocks), uplink)).toBe(expected, { c }, RESET);
      expectObservable(uplink.calls$).toBe(calls, CALLS);
      expectSubscriptions(answer.subscriptions).toBe(answerSubs);
    }));

    it('when our FIN cannot be sent', marbles(({ cold, expectObservable }) => {
      const blocks   = cold('a|  ', CHUNKS);
      const end      = cold(' --#', undefined, RESET);
      const expected = '     c--#';
      expectObservable(deliver(file(blocks), fakeUplink({ end$: end }))).toBe(expected, { c }, RESET);
    }));

    it('when the FIN of the server comes before ours (C2)', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const blocks     = cold('a-b-c-|', CHUNKS);
      const answer     = hot ('---|   ', CHUNKS);
      const subs       = '     ^--!   ';
      const calls      = '     a-b    ';
      const expected   = '     c--#   ';
      const uplink = fakeUplink({ bytes$: answer });
      expectObservable(deliver(file(blocks), uplink)).toBe(expected, { c }, new ClosedEarlyError());
      expectObservable(uplink.calls$).toBe(calls, CALLS);
      expectSubscriptions(blocks.subscriptions).toBe(subs);
      expectSubscriptions(answer.subscriptions).toBe(subs);
    }));

    it('when the FIN of the server comes while bytes wait before ours (C2)', marbles(({ hot, cold, expectObservable }) => {
      const blocks     = cold('a|     ', CHUNKS);
      const end        = cold(' -     ');
      const answer     = hot ('---|   ', CHUNKS);
      const expected   = '     c--#   ';
      const uplink = fakeUplink({ bytes$: answer, end$: end, taken: () => 2 });
      expectObservable(deliver(file(blocks), uplink)).toBe(expected, { c }, new ClosedEarlyError());
    }));

    it('when the last look before our FIN finds the FIN of the server; ours is then not sent (C2)', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const blocks     = cold('a|     ', CHUNKS);
      const flushed    = cold(' --|   ');
      const answer     = hot ('---|   ', CHUNKS);
      const answerSubs = '     ^--!   ';
      const calls      = '     a      ';
      const expected   = '     c--#   ';
      const uplink = fakeUplink({ bytes$: answer, flushed$: flushed.pipe(ignoreElements()) });
      expectObservable(deliver(file(blocks), uplink)).toBe(expected, { c }, new ClosedEarlyError());
      expectObservable(uplink.calls$).toBe(calls, CALLS);
      expectSubscriptions(answer.subscriptions).toBe(answerSubs);
    }));

    it('when the file cannot be read on, and then sends no FIN (C6)', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const unreadable = new ReadError('a.bin');
      const blocks     = cold('a-b-#', CHUNKS, unreadable);
      const answer     = hot ('-----', CHUNKS);
      const answerSubs = '     ^---!';
      const calls      = '     a-b--';
      const expected   = '     c---#';
      const uplink = fakeUplink({ bytes$: answer });
      expectObservable(deliver(file(blocks), uplink)).toBe(expected, { c }, unreadable);
      expectObservable(uplink.calls$).toBe(calls, CALLS);
      expectSubscriptions(answer.subscriptions).toBe(answerSubs);
    }));
  });

  it('stops reading and listening when unsubscribed, and sends no FIN (C6)', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const blocks   = cold('a-b-c-|', CHUNKS);
    const full     = hot ('f------', FULL);
    const answer   = hot ('-------', CHUNKS);
    const unsub    = '     ---!   ';
    const subs     = '     ^--!   ';
    const calls    = '     a-b    ';
    const expected = '     c--    ';
    const uplink = fakeUplink({ full$: full, bytes$: answer });
    expectObservable(deliver(file(blocks), uplink), unsub).toBe(expected, { c });
    expectObservable(uplink.calls$).toBe(calls, CALLS);
    expectSubscriptions(blocks.subscriptions).toBe(subs);
    expectSubscriptions(full.subscriptions).toBe(subs);
    expectSubscriptions(answer.subscriptions).toBe(subs);
  }));

  describe('while it sends', () => {
    it('errors 10 s after the last byte was accepted (C4)', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const blocks   = cold( '(abc)', CHUNKS);
      const taken    = level('0 1999ms 7         ');
      const answer   = hot(  '-                  ', CHUNKS);
      const subs     = '      ^ 1999ms - 9999ms !';
      const expected = '      c 1999ms - 9999ms #';
      const uplink = fakeUplink({ bytes$: answer, taken });
      expectObservable(milestones(deliver(file(blocks), uplink))).toBe(expected, { c }, STALLED);
      expectSubscriptions(blocks.subscriptions).toBe(subs);
      expectSubscriptions(answer.subscriptions).toBe(subs);
    }));

    it('errors 10 s after the last byte was acknowledged, if the system shows that (C4)', marbles(({ cold, expectObservable }) => {
      const blocks   = cold( '(abc|)                               ', CHUNKS);
      const end      = cold( '-                                    ');
      const taken    = level('7                                    ');
      const unacked  = level('7 8999ms 5 8999ms 3 8999ms 1         ');
      const expected = '      c 8999ms - 8999ms - 8999ms - 9999ms #';
      const uplink = fakeUplink({ end$: end, taken, unacknowledged: unacked });
      expectObservable(milestones(deliver(file(blocks), uplink))).toBe(expected, { c }, STALLED);
    }));

    it('errors 10 s after the last byte was acknowledged even while a pipe is silent (C4)', marbles(({ hot, expectObservable }) => {
      const blocks   = hot(  'a                              ', CHUNKS);
      const unacked  = level('3 4999ms 1                     ');
      const expected = '      c 4999ms - 9999ms #            ';
      const uplink = fakeUplink({ unacknowledged: unacked });
      expectObservable(milestones(deliver(file(blocks), uplink))).toBe(expected, { c }, STALLED);
    }));

    it.each([
      ['shows', () => 0],
      ['does not show', () => undefined],
    ])('does not count waiting for its budget as a stall, if the system %s acknowledgements (C4)', (_, unacknowledged) => {
      marbles(({ hot, expectObservable }) => {
        const blocks   = synchronous([CHUNKS.a, CHUNKS.b, CHUNKS.c]);
        const answer   = hot ('- 90s --|                         ', CHUNKS);
        const calls    = '     a 29999ms b 29999ms c 29999ms F   ';
        const expected = '     c 29999ms - 29999ms - 29999ms ---(s|)';
        const budget = byteBudget(0.1, { burst: 0 });
        const uplink = fakeUplink({ bytes$: answer, unacknowledged });
        expectObservable(milestones(deliver(file(blocks), uplink, { budget }))).toBe(expected, { c, s: s(9, 90_003) });
        expectObservable(uplink.calls$).toBe(calls, CALLS);
      })();
    });

    it('shares the bytes per second with other uploads', marbles(({ expectObservable }) => {
      const budget = byteBudget(1_000, { burst: 0 });
      const [one, other] = [fakeUplink(), fakeUplink()];
      const events = [one, other].map((uplink) => deliver(file(synchronous([CHUNKS.a, CHUNKS.b])), uplink, { budget }));
      expectObservable(merge(...events).pipe(ignoreElements()), '1s !').toBe('-');
      expectObservable(one.calls$).toBe('  a--b-----F', CALLS);
      expectObservable(other.calls$).toBe('------a--b--F', CALLS);
    }));

    it('continues for many minutes with a receiver that accepts a byte every 9 s (C4)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const blocks     = hot ('a- 10m -|     ', { a: new Uint8Array(66) });
      const blocksSubs = [    '^!            ',
                              '-- 10m ^!     '];
      const full       = hot ('ft 10m f------', FULL);
      const taken      = () => Math.floor(asyncScheduler.now() / 9_000);
      const answer     = hot ('-- 10m ---|   ', CHUNKS);
      const expected   = '     c- 10m ---(s|)';
      const uplink = fakeUplink({ full$: full, bytes$: answer, taken });
      expectObservable(milestones(deliver(file(blocks), uplink))).toBe(expected, { c, s: s(66, 600_005) });
      expectSubscriptions(blocks.subscriptions).toBe(blocksSubs);
    }));

    it('waits forever for a silent pipe', marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const blocks     = hot('a 10m b|     ', CHUNKS);
      const blocksSubs = '    ^ 10m -!     ';
      const answer     = hot('- 10m ---|   ', CHUNKS);
      const expected   = '    c 10m ---(s|)';
      const uplink = fakeUplink({ bytes$: answer });
      expectObservable(milestones(deliver(file(blocks), uplink))).toBe(expected, { c, s: s(6, 600_004) });
      expectSubscriptions(blocks.subscriptions).toBe(blocksSubs);
    }));
  });

  describe('while it waits for the FIN of the server', () => {
    it('errors 10 s after the last byte was acknowledged (C5)', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const blocks     = cold( '(a|)                                 ', CHUNKS);
      const unacked    = level('3 8999ms 2 8999ms 1 8999ms 0         ');
      const answer     = hot(  '-                                    ', CHUNKS);
      const answerSubs = [     '(^!)                                 ',
                               '^ 8999ms - 8999ms - 8999ms - 9999ms !'];
      const expected   = '      c 8999ms - 8999ms - 8999ms - 9999ms #';
      const uplink = fakeUplink({ bytes$: answer, unacknowledged: unacked });
      expectObservable(milestones(deliver(file(blocks), uplink))).toBe(expected, { c }, UNCONFIRMED);
      expectSubscriptions(answer.subscriptions).toBe(answerSubs);
    }));

    it.each([{ timeout: 60_000 }, { confirmTimeout: 60_000 }])('waits as long as its options require: %j', (options) => {
      marbles(({ hot, cold, expectObservable }) => {
        const blocks   = cold('a|          ', CHUNKS);
        const answer   = hot ('- 59s |     ', CHUNKS);
        const expected = '     c 59s (s|)  ';
        const uplink = fakeUplink({ bytes$: answer });
        expectObservable(milestones(deliver(file(blocks), uplink, options))).toBe(expected, { c, s: s(3, 59_001) });
      })();
    });
  });

  describe('with a receipt', () => {
    const digest = () => ({ update: () => undefined, hex: () => 'ab' });

    it('accepts the right line', marbles(({ hot, cold, expectObservable }) => {
      const blocks   = cold('a|        ', CHUNKS);
      const answer   = hot ('----o--k-|', { o: bytes('OK 4 3'), k: bytes(' ab\n') });
      const expected = '     c--------(s|)';
      const uplink = fakeUplink({ bytes$: answer });
      expectObservable(deliver(file(blocks), uplink, { digest })).toBe(expected, { c, s: { ...s(3, 9), id: 4, sha256: 'ab' } });
    }));

    it('fails without the line, and with another one, although the FIN came', marbles(({ hot, cold, expectObservable }) => {
      const blocks   = cold('a|        ', CHUNKS);
      const answer   = hot ('----o----|', { o: bytes('OK 4 3 ac\n') });
      const expected = '     c--------#';
      const uplink = fakeUplink({ bytes$: answer });
      expectObservable(deliver(file(blocks), uplink, { digest })).toBe(expected, { c }, new ReceiptError('OK 4 3 ac\n', '3 ab'));
    }));
  });

  describe('without confirmation', () => {
    const confirm = false;

    it('completes as soon as our FIN is on its way (C5)', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const blocks     = cold('a|          ', CHUNKS);
      const end        = cold(' ---|       ');
      const answer     = hot ('------------', CHUNKS);
      const answerSubs = '     ^!          ';
      const expected   = '     c---(s|)    ';
      const uplink = fakeUplink({ bytes$: answer, end$: end });
      expectObservable(deliver(file(blocks), uplink, { confirm })).toBe(expected, { c, s: s(3, 4, false) });
      expectSubscriptions(answer.subscriptions).toBe(answerSubs);
    }));

    it('continues to send after the FIN of the server (C2)', marbles(({ hot, cold, expectObservable }) => {
      const blocks   = cold('a-b-c|      ', CHUNKS);
      const answer   = hot ('-|          ', CHUNKS);
      const calls    = '     a-b-cF      ';
      const expected = '     c----(s|)   ';
      const uplink = fakeUplink({ bytes$: answer });
      expectObservable(deliver(file(blocks), uplink, { confirm })).toBe(expected, { c, s: s(9, 5, false) });
      expectObservable(uplink.calls$).toBe(calls, CALLS);
    }));
  });
});

const file = (blocks$: Observable<Uint8Array>) => ({ size: 9, blocks$ });

const milestones = (events$: Observable<ClientFact>) =>
  events$.pipe(filter(({ type }) => type !== 'progress'));

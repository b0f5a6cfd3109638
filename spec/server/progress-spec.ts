import { ignoreElements, map, merge, NEVER, type Observable } from 'rxjs';
import { ResetError } from '../../src/errors.js';
import type { ServerFact } from '../../src/server/events.js';
import { type ReportedBytes, withProgress } from '../../src/server/progress.js';
import { receive } from '../../src/server/receive.js';
import type { Part } from '../../src/store/store.js';
import { bytes } from '../support/bytes.js';
import { countingScheduler } from '../support/countingScheduler.js';
import { failed, received } from '../support/events.js';
import { marbles } from '../support/marbles.js';
import { memoryPart } from '../support/parts.js';
import { fakeSender, PEER } from '../support/sender.js';

const BYTES = { a: bytes('a'), b: bytes('bb') };

const progress = (bytes: number, ms: number): ServerFact => ({
  type: 'progress',
  ...{ connection: 1, id: 1, file: '1.file', peer: PEER },
  bytes,
  ms,
});

const watched = (data: Observable<Uint8Array>, part: Part) =>
  withProgress(5, (reportedBytes) => receive(fakeSender(data), part, { reportedBytes }));

// prettier-ignore
describe('the progress of a transfer', () => {
  it('is reported at each interval with more bytes, until the transfer ends', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a-b-------a----|   ', BYTES);
    const dataSubs = '    ^---------------!   ';
    const expected = '    -----p---------q(r|)';
    expectObservable(watched(data, memoryPart())).toBe(expected, {
      p: progress(3, 5), q: progress(4, 15), r: received({ bytes: 4, ms: 16 }),
    });
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it.each([
    ['completes',       '-a-|', '---|'],
    ['fails',           '-a-#', '---|'],
    ['is unsubscribed', '-a--', '----'],
  ])('is looked at until the transfer %s', (_, data, expected) => {
    marbles(({ hot, expectObservable }) => {
      const reportedBytes: ReportedBytes = new Map();
      const transfer$ = receive(fakeSender(hot(data, BYTES, new ResetError())), memoryPart(), { reportedBytes });
      const sizes$ = hot('--l---l').pipe(map(() => reportedBytes.size));
      expectObservable(transfer$.pipe(ignoreElements()), '----!').toBe(expected);
      expectObservable(sizes$).toBe('--a---b', { a: 1, b: 0 });
    })();
  });

  it('is not reported without the option', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a-b-------a----|   ', BYTES);
    const expected = '    ----------------(r|)';
    expectObservable(receive(fakeSender(data), memoryPart())).toBe(expected, { r: received({ bytes: 4, ms: 16 }) });
  }));

  it('is not reported for an empty file', marbles(({ hot, expectObservable }) => {
    const data     = hot('------------|   ', BYTES);
    const expected = '    ------------(r|)';
    expectObservable(watched(data, memoryPart())).toBe(expected, { r: received({ bytes: 0, ms: 12 }) });
  }));

  it('is not reported for a failed transfer while its file becomes ERROR', marbles(({ hot, cold, expectObservable }) => {
    const data     = hot(' -a---ab#            ', BYTES, new ResetError());
    const fail     = cold('       -----|       ');
    const expected = '     -----p------(f|)    ';
    expectObservable(watched(data, memoryPart({ fail$: fail }))).toBe(expected, {
      p: progress(2, 5), f: failed(new ResetError(), { bytes: 4, ms: 12 }),
    });
  }));

  it('has no number before the number is known', marbles(({ hot, cold, expectObservable }) => {
    const data     = hot(' -a----a----         ', BYTES);
    const id       = cold('------(i|)          ', { i: 1 });
    const unsub    = '     -----------!        ';
    const expected = '     -----p----q-        ';
    expectObservable(watched(data, memoryPart({ id$: id })), unsub).toBe(expected, {
      p: { type: 'progress', connection: 1, peer: PEER, bytes: 1, ms: 5 }, q: progress(2, 10),
    });
  }));

  it('sets one timer for all transfers, none without the option, and releases it when it is unsubscribed', () => {
    const timers = (everyMs?: number) => {
      const { scheduler, delays } = countingScheduler();
      const sender = () => fakeSender(NEVER);
      const receiveTwo = (reportedBytes?: ReportedBytes) =>
        merge(...[sender(), sender()].map((sender) => receive(sender, memoryPart(), { idleTimeout: Infinity, reportedBytes, scheduler })));
      const subscription = withProgress(everyMs, receiveTwo, scheduler).subscribe();
      subscription.unsubscribe();
      // A timer that was not released would fire, and set the next one.
      scheduler.maxFrames = 100;
      scheduler.flush();
      return delays;
    };
    expect(timers()).toStrictEqual([]);
    expect(timers(5)).toStrictEqual([5]);
    expect(timers(2 ** 31)).toStrictEqual([]);
  });
});

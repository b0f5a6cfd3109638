import { EMPTY, NEVER, type Observable } from 'rxjs';
import { keepSending } from '../../../src/cli/outputs/keepSending.js';
import type { ServerEvent } from '../../../src/index.js';
import { opened, STAMP } from '../../support/events.js';
import { marbles } from '../../support/marbles.js';

const event = (id: number): ServerEvent => ({ ...STAMP, ...opened(id) });
const events = { a: event(1), b: event(2), c: event(3), d: event(4) };
const usage: ServerEvent = { ...STAMP, type: 'usage', files: 1 };

const full = { text: 'an event is lost: nats://a/events takes too few' };
const late = { text: 'an event is lost: nats://a/events does not take it' };

const sending = (send: (event: ServerEvent, serial: number) => Observable<unknown>, max?: number) =>
  keepSending(send, 'nats://a/events', max === undefined ? {} : { max });

// prettier-ignore
describe('keepSending', () => {
  it('sends each event at once, without samples, and completes once all have arrived', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const source     = hot('-a-u-b|     ', { ...events, u: usage });
    const sent       = cold(' ----(x|)');
    const sentSubs   = ['    -^---!     ',
                        '    -----^---! '];
    const expected   = '     ---------|    ';
    expectObservable(source.pipe(sending(() => sent))).toBe(expected);
    expectSubscriptions(sent.subscriptions).toBe(sentSubs);
  }));

  it('numbers the events from 0, so that each has an id of its own', marbles(({ cold, expectObservable, flush }) => {
    const serials: number[] = [];
    const source = cold('(aub|)', { ...events, u: usage });
    expectObservable(source.pipe(sending((_, serial) => { serials.push(serial); return EMPTY; }))).toBe('|');
    flush();
    expect(serials).toStrictEqual([0, 1]);
  }));

  it('reports an event that is lost, because too many have not arrived, and takes the next one after one has', marbles(({ cold, hot, expectObservable }) => {
    const source   = hot('-a-b-c-d---', events);
    const sent     = cold('-----|');
    const expected = '    -----f-----';
    expectObservable(source.pipe(sending(() => sent, 2))).toBe(expected, { f: full });
  }));

  it('reports events that have not arrived 300 ms after the last one', marbles(({ hot, expectObservable }) => {
    const source   = hot('-a-b|', events);
    const expected = '    ---- 300ms (ll|)';
    expectObservable(source.pipe(sending(() => NEVER))).toBe(expected, { l: late });
  }));

  it('sends no longer than it is subscribed', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const source     = hot('-a----', events);
    const sent       = cold(' -----');
    const unsub      = '     ---!  ';
    const sentSubs   = '     -^-!  ';
    expectObservable(source.pipe(sending(() => sent)), unsub).toBe('');
    expectSubscriptions(sent.subscriptions).toBe(sentSubs);
  }));
});

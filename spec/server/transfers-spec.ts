import type { ServerEvent } from '../../src/server/events.js';
import { transfers } from '../../src/server/transfers.js';
import { failed, opened, received, refused, STAMP } from '../support/events.js';
import { marbles } from '../support/marbles.js';
import { ResetError } from '../../src/errors.js';
import { PEER } from '../support/sender.js';

const LATER = { ...STAMP, time: '2026-11-25T13:45:02.250Z' };

const EVENTS: Readonly<Record<string, ServerEvent>> = {
  l: { ...STAMP, type: 'listening', address: '::', port: 5000 },
  o: { ...STAMP, type: 'opened', connection: 1, peer: PEER },
  p: {
    ...LATER,
    type: 'progress',
    connection: 1,
    id: 1,
    file: '1.file',
    peer: PEER,
    bytes: 5,
    ms: 9,
  },
  r: { ...LATER, ...received({ bytes: 7, ms: 10 }) },
  O: { ...STAMP, ...opened(2) },
  f: { ...LATER, ...failed(new ResetError(), { id: 2, bytes: 7, ms: 10 }) },
  d: { ...STAMP, ...refused('DENIED', { connection: 3 }) },
  s: { ...LATER, type: 'stopped' },
};

const { time } = STAMP;
const FIRST = { time, connection: 1, peer: PEER, bytes: 0, ms: 0 };
const MORE = {
  time: LATER.time,
  connection: 1,
  id: 1,
  file: '1.file',
  peer: PEER,
  bytes: 5,
  ms: 9,
};
const SECOND = { time, connection: 2, id: 2, file: '2.file', peer: PEER, bytes: 0, ms: 0 };

const SETS = {
  n: new Map(),
  a: new Map([[1, FIRST]]),
  b: new Map([[1, MORE]]),
  c: new Map([
    [1, MORE],
    [2, SECOND],
  ]),
  e: new Map([[2, SECOND]]),
};

// prettier-ignore
describe('transfers', () => {
  it('emits the transfers in flight after each event', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const events     = hot('-l-o-p-O-r-f-|', EVENTS);
    const eventsSubs = '    ^------------!';
    const expected   = '    nn-a-b-c-e-n-|';
    expectObservable(transfers(events)).toBe(expected, SETS);
    expectSubscriptions(events.subscriptions).toBe(eventsSubs);
  }));

  it('does not list refused connections', marbles(({ hot, expectObservable }) => {
    const events   = hot('-o-d-', EVENTS);
    const expected = '    na-a-';
    expectObservable(transfers(events)).toBe(expected, SETS);
  }));

  it('is empty after the stop, even if the end of a transfer was not reported', marbles(({ hot, expectObservable }) => {
    const events   = hot('-o-s|', EVENTS);
    const expected = '    na-n|';
    expectObservable(transfers(events)).toBe(expected, SETS);
  }));

  it('keeps no state between two subscriptions', marbles(({ cold, expectObservable }) => {
    const sets$ = transfers(cold('-o-|', EVENTS));
    expectObservable(sets$).toBe('na-|', SETS);
    expectObservable(sets$, '-----^').toBe('-----na-|', SETS);
  }));
});

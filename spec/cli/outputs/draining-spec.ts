import { draining } from '../../../src/cli/outputs/draining.js';
import { type ServerEvent, StoreError } from '../../../src/index.js';
import { failed, hook, opened, received, STAMP, stopped } from '../../support/events.js';
import { marbles } from '../../support/marbles.js';

const EVENTS: Readonly<Record<string, ServerEvent>> = {
  l: { ...STAMP, type: 'listening', address: '::', port: 5000 },
  o: { ...STAMP, ...opened() },
  r: { ...STAMP, ...received({ bytes: 5, ms: 1 }) },
  f: { ...STAMP, ...failed(new StoreError(), { bytes: 5, ms: 1 }) },
  h: { ...STAMP, ...hook({ status: 0 }) },
  s: { ...STAMP, ...stopped },
};

const lineFor = (what: string) =>
  `stopping within 1.5 s: waiting for ${what}; a second signal ends them`;

/** The lines of a server that stops after these events. */
// prettier-ignore
const lines = (text: string, exec = false) => {
  const printed: string[] = [];
  marbles(({ hot, expectObservable, expectSubscriptions, flush }) => {
    const events   = hot(`${text.padEnd(8, '-')}----(s|)`, EVENTS);
    const stop     = hot('--------s-s------');
    const stopSubs =    '^-------!';
    const expected =    '--------|';
    const print = (line: string) => void printed.push(line);
    expectObservable(draining(print, { stop$: stop, drain: 1_500, exec })(events)).toBe(expected);
    expectSubscriptions(stop.subscriptions).toBe(stopSubs);
    flush();
  })();
  return printed;
};

describe('draining', () => {
  it.each([
    ['lo', '1 transfer'],
    ['looo', '3 transfers'],
    ['looorf', '1 transfer'],
    ['loooorrh', '2 transfers'],
  ])('prints what is in flight at the first signal: %s', (events, what) => {
    expect(lines(events)).toStrictEqual([lineFor(what)]);
  });

  it.each([
    ['lor', '1 command'],
    ['looorrh', '1 transfer and 1 command'],
    ['looorr', '1 transfer and 2 commands'],
  ])('counts the commands that have not ended: %s', (events, what) => {
    expect(lines(events, true)).toStrictEqual([lineFor(what)]);
  });

  it.each(['', 'l', 'lor', 'loforh'])('prints nothing if nothing is in flight: %j', (events) => {
    expect(lines(events)).toStrictEqual([]);
  });

  // prettier-ignore
  it('ends with the events of a server that ends by itself', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const events   = hot('lor(s|)', EVENTS);
    const stop     = hot('---------');
    const stopSubs =     '^--!';
    const expected =     '---|';
    const print = () => undefined;
    expectObservable(draining(print, { stop$: stop, drain: 1_500, exec: false })(events)).toBe(expected);
    expectSubscriptions(stop.subscriptions).toBe(stopSubs);
  }));
});

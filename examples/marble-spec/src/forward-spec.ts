import { describe, it } from 'node:test';
import { IdleTimeoutError, ResetError } from 'rxdrop';
import { fakeConnection, fakeUplink, lawsOf, marbles } from 'rxdrop/testing';
import { forward } from './forward.js';
import { numbered } from './numbered.js';

const a = Buffer.from('a');
const b = Buffer.from('b');
const [FIN, RST] = ['FIN', 'RST'];

// prettier-ignore
describe('forward', () => {
  it('passes bytes on, and confirms them once the uplink has ended', marbles(({ cold, expectObservable }) => {
    const data       = cold('-a-b-|     ', { a, b });
    const ends       = cold('     --|   ');
    const calls      = '     -a-b-F-R   ';
    const sees       = '     -------(F|)';
    const expected   = '     -------|   ';
    const connection = fakeConnection({ bytes$: data });
    const uplink     = fakeUplink({ end$: ends });
    expectObservable(forward(connection, uplink)).toBe(expected);
    expectObservable(uplink.calls$).toBe(calls, { a, b, F: FIN, R: RST });
    expectObservable(connection.sees$).toBe(sees);
  }));

  it('reads nothing while the uplink is full, for however long', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data       = hot('-a 60s b--- ', { a, b });
    const full       = hot('f-t 60s f---', { f: false, t: true });
    const dataSubs   =    ['^-!         ',
                           '--- 60s ^--!'];
    const unsub      =     '--- 60s ---!';
    const expected   =     '--- 60s ----';
    const connection = fakeConnection({ bytes$: data });
    expectObservable(forward(connection, fakeUplink({ full$: full })), unsub).toBe(expected);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('resets both sides when the sender is silent for over ten seconds', marbles(({ cold, expectObservable }) => {
    const data       = cold('-a             ', { a });
    const expected   = '     -- 9999ms #   ';
    const calls      = '     -a 9999ms R   ';
    const sees       = '     -- 9999ms (R|)';
    const connection = fakeConnection({ bytes$: data });
    const uplink     = fakeUplink();
    expectObservable(forward(connection, uplink)).toBe(expected, {}, new IdleTimeoutError(10_000));
    expectObservable(uplink.calls$).toBe(calls, { a, R: RST });
    expectObservable(connection.sees$).toBe(sees);
  }));

  it('resets the uplink when the sender is cut off', marbles(({ cold, expectObservable }) => {
    const data       = cold('-a-#', { a }, new ResetError());
    const calls      = '     -a-R';
    const expected   = '     ---#';
    const uplink     = fakeUplink();
    expectObservable(forward(fakeConnection({ bytes$: data }), uplink)).toBe(expected, {}, new ResetError());
    expectObservable(uplink.calls$).toBe(calls, { a, R: RST });
  }));
});

describe('numbered', () => {
  for (const [title, check] of lawsOf(numbered, { a: 'a', b: 'b' })) it(title, check);

  // prettier-ignore
  it('counts from one', marbles(({ cold, expectObservable }) => {
    const source   = cold('-a-b|');
    const expected = '     -p-q|';
    expectObservable(source.pipe(numbered())).toBe(expected, { p: '1:a', q: '2:b' });
  }));
});

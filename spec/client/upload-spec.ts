import { defer, EMPTY, map } from 'rxjs';
import { upload, type UploadOptions } from '../../src/client/upload.js';
import { NoInputError, ResetError, UnknownHostError, UnreachableError } from '../../src/errors.js';
import { bytes } from '../support/bytes.js';
import { marbles } from '../support/marbles.js';
import { fakeUplink } from '../support/uplink.js';

const CHUNKS = { a: bytes('aaa'), b: bytes('bbb') };
const TYPES = { c: 'connected', r: 'retrying', s: 'sent' };
const RETRY = { count: 2, random: () => 0.1 };

// prettier-ignore
describe('upload', () => {
  it('opens the file, then connects, and unsubscribes from both once the file is sent (C1)', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const blocks     = cold('     a-b|      ', CHUNKS);
    const answer     = hot ('-----------|   ', CHUNKS);
    const uplink     = cold('  ---u         ', { u: fakeUplink({ bytes$: answer }) });
    const uplinkSubs = '     --^--------!   ';
    const file       = cold('--f            ', { f: { size: 6, blocks$: blocks } });
    const fileSubs   = '     ^----------!   ';
    const expected   = '     -----c-----(s|)';
    expectObservable(types({ file$: file, uplink$: uplink })).toBe(expected, TYPES);
    expectSubscriptions(file.subscriptions).toBe(fileSubs);
    expectSubscriptions(uplink.subscriptions).toBe(uplinkSubs);
  }));

  it('unsubscribes from both when unsubscribed', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const blocks     = cold('     a-b|', CHUNKS);
    const blocksSubs = '     -----^-! ';
    const uplink     = cold('  ---u   ', { u: fakeUplink() });
    const uplinkSubs = '     --^----! ';
    const file       = cold('--f      ', { f: { size: 6, blocks$: blocks } });
    const fileSubs   = '     ^------! ';
    const unsub      = '     -------! ';
    const expected   = '     -----c-- ';
    expectObservable(types({ file$: file, uplink$: uplink }), unsub).toBe(expected, TYPES);
    expectSubscriptions(file.subscriptions).toBe(fileSubs);
    expectSubscriptions(uplink.subscriptions).toBe(uplinkSubs);
    expectSubscriptions(blocks.subscriptions).toBe(blocksSubs);
  }));

  it('unsubscribes from both when the delivery fails', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const reset      = new ResetError();
    const blocks     = cold('     a-b|', CHUNKS);
    const answer     = hot ('-------# ', CHUNKS, reset);
    const uplink     = cold('  ---u   ', { u: fakeUplink({ bytes$: answer }) });
    const uplinkSubs = '     --^----! ';
    const file       = cold('--f      ', { f: { size: 6, blocks$: blocks } });
    const fileSubs   = '     ^------! ';
    const expected   = '     -----c-# ';
    expectObservable(types({ file$: file, uplink$: uplink })).toBe(expected, TYPES, reset);
    expectSubscriptions(file.subscriptions).toBe(fileSubs);
    expectSubscriptions(uplink.subscriptions).toBe(uplinkSubs);
  }));

  it('unsubscribes from the file, unread, when there is no connection', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const unreachable = new UnreachableError('example.org', 5000);
    const blocks      = cold('a-b|  ', CHUNKS);
    const uplink      = cold('  ---#', { u: fakeUplink() }, unreachable);
    const file        = cold('--f   ', { f: { size: 6, blocks$: blocks } });
    const fileSubs    = '     ^----!';
    const expected    = '     -----#';
    expectObservable(types({ file$: file, uplink$: uplink })).toBe(expected, TYPES, unreachable);
    expectSubscriptions(file.subscriptions).toBe(fileSubs);
    expectSubscriptions(blocks.subscriptions).toBe([]);
  }));

  it('does not connect if the file cannot be opened', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const noInput  = new NoInputError('a.bin');
    const blocks   = cold('|  ', CHUNKS);
    const uplink   = cold('u  ', { u: fakeUplink() });
    const file     = cold('--#', { f: { size: 6, blocks$: blocks } }, noInput);
    const expected = '     --#';
    expectObservable(types({ file$: file, uplink$: uplink })).toBe(expected, TYPES, noInput);
    expectSubscriptions(uplink.subscriptions).toBe([]);
  }));

  it('opens the file and connects anew after a failure that may pass, and holds neither meanwhile', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const refused    = new UnreachableError('example.org', 5000);
    const blocks     = cold('               a|', CHUNKS);
    const file       = cold('f                ', { f: { size: 3, blocks$: blocks } });
    const fileSubs   = [    '^-!              ',
                            '-- 100ms ^--! '];
    const answer     = cold('                --|', CHUNKS);
    const uplinks    = [cold('--#', { u: fakeUplink() }, refused),
                        cold('u', { u: fakeUplink({ bytes$: answer }) })];
    const uplinkSubs = [    '^-!              ',
                            '-- 100ms ^--! '];
    const expected   = '     --r 99ms c--(s|)';
    const uplink$ = defer(() => uplinks.shift() ?? EMPTY);
    const [refusing, accepting] = uplinks;
    expectObservable(types({ file$: file, uplink$, retry: RETRY })).toBe(expected, TYPES);
    expectSubscriptions(file.subscriptions).toBe(fileSubs);
    expectSubscriptions(refusing?.subscriptions ?? []).toBe(uplinkSubs[0] ?? []);
    expectSubscriptions(accepting?.subscriptions ?? []).toBe(uplinkSubs[1] ?? []);
  }));

  it('sends no pipe, terminal or device again, because its first bytes are gone', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const refused  = new UnreachableError('example.org', 5000);
    const blocks   = cold('     a|', CHUNKS);
    const uplink   = cold('  ---# ', { u: fakeUplink() }, refused);
    const file     = cold('--f    ', { f: { size: undefined, blocks$: blocks } });
    const fileSubs = '     ^----! ';
    const expected = '     -----# ';
    expectObservable(types({ file$: file, uplink$: uplink, retry: RETRY })).toBe(expected, TYPES, refused);
    expectSubscriptions(file.subscriptions).toBe(fileSubs);
  }));

  it('does not retry a failure that does not pass', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const unknown  = new UnknownHostError('example.org');
    const blocks   = cold('     a|', CHUNKS);
    const uplink   = cold('  ---# ', { u: fakeUplink() }, unknown);
    const file     = cold('--f    ', { f: { size: 3, blocks$: blocks } });
    const fileSubs = '     ^----! ';
    const expected = '     -----# ';
    expectObservable(types({ file$: file, uplink$: uplink, retry: RETRY })).toBe(expected, TYPES, unknown);
    expectSubscriptions(file.subscriptions).toBe(fileSubs);
  }));

  it('passes its options to the delivery', marbles(({ cold, expectObservable }) => {
    const blocks   = cold('     a-b|    ', CHUNKS);
    const uplink   = cold('  ---u       ', { u: fakeUplink() });
    const file     = cold('--f          ', { f: { size: 6, blocks$: blocks } });
    const expected = '     -----c--(s|) ';
    expectObservable(types({ file$: file, uplink$: uplink, confirm: false })).toBe(expected, TYPES);
  }));
});

const types = (options: UploadOptions) => upload(options).pipe(map(({ type }) => type));

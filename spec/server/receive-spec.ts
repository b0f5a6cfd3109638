import { jest } from '@jest/globals';
import { asyncScheduler, concat, map, throwError } from 'rxjs';
import { errorData } from '../../src/errorData.js';
import {
  IdleTimeoutError,
  ResetError,
  ShutdownError,
  StoreError,
  TooLargeError,
  TooLongError,
  TooSlowError,
} from '../../src/errors.js';
import type { Digest } from '../../src/node/sha256.js';
import { receive, type ReceiveOptions } from '../../src/server/receive.js';
import type { Part } from '../../src/store/store.js';
import { bytes } from '../support/bytes.js';
import { failed, failedWithoutFile, received } from '../support/events.js';
import { marbles } from '../support/marbles.js';
import { memoryPart } from '../support/parts.js';
import { fakeSender } from '../support/sender.js';

const BYTES = { a: bytes('a'), b: bytes('b'), c: bytes('c') };
const FULL = { f: false, t: true };
const ERROR = { e: 'ERROR' };
const CAUSE = new Error('thrown by what it is given');
const IDLE = new IdleTimeoutError(10_000);

/** A digest whose hash is the text itself. */
function fakeDigest(): Digest {
  let text = '';
  return {
    update: (chunk) => (text += Buffer.from(chunk).toString()),
    hex: () => text,
  };
}

/*
 * Rows: `data` are the bytes of the sender. `peer` is what the sender receives (`F`: our FIN, `R`: an RST, `|`: we
 * closed). `file` is the file under the number (`|`: the part is released).
 */
// prettier-ignore
describe('receive', () => {
  it('saves a whole file first and sends its FIN afterwards (S10)', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const data       = hot(' -a--b|        ', BYTES);
    const dataSubs   = '     ^----!        ';
    const commit     = cold('     ---|     ');
    const commitSubs = '     -----^--!     ';
    const fin        = cold('        --|   ');
    const finSubs    = '     --------^-!   ';
    const file       = '     --------f-|   ';
    const peer       = '     ----------(F|)';
    const expected   = '     ----------(r|)';

    const sender = fakeSender(data, fin);
    const part   = memoryPart({ commit$: commit });
    expectObservable(receive(sender, part)).toBe(expected, { r: received({ bytes: 2, ms: 10 }) });
    expectObservable(part.file$).toBe(file, { f: 'ab' });
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
    expectSubscriptions(commit.subscriptions).toBe(commitSubs);
    expectSubscriptions(fin.subscriptions).toBe(finSubs);
  }));

  it('saves an empty file for a connection that closes without data (S5)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('--|   ', BYTES);
    const dataSubs = '    ^-!   ';
    const file     = '    --(f|)';
    const peer     = '    --(F|)';
    const expected = '    --(r|)';

    const sender = fakeSender(data);
    const part   = memoryPart();
    expectObservable(receive(sender, part)).toBe(expected, { r: received({ bytes: 0, ms: 2 }) });
    expectObservable(part.file$).toBe(file, { f: '' });
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('fails a sender that is silent from the start: ERROR first, RST afterwards (S6, S7)', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const data     = hot(' -               ', BYTES);
    const dataSubs = '     ^ 9999ms !      ';
    const fail     = cold('         ---|   ');
    const failSubs = '     - 9999ms ^--!   ';
    const file     = '     - 9999ms ---(e|)';
    const peer     = '     - 9999ms ---(R|)';
    const expected = '     - 9999ms ---(f|)';

    const sender = fakeSender(data);
    const part   = memoryPart({ fail$: fail });
    expectObservable(receive(sender, part)).toBe(expected, { f: failed(IDLE, { bytes: 0, ms: 10_003 }) });
    expectObservable(part.file$).toBe(file, ERROR);
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
    expectSubscriptions(fail.subscriptions).toBe(failSubs);
  }));

  it('fails a sender whose next chunk is a millisecond late (S6)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a 9999ms -b| ', BYTES);
    const dataSubs = '    ^- 9999ms !   ';
    const file     = '    -- 9999ms (e|)';
    const peer     = '    -- 9999ms (R|)';
    const expected = '    -- 9999ms (f|)';

    const sender = fakeSender(data);
    const part   = memoryPart();
    expectObservable(receive(sender, part)).toBe(expected, { f: failed(IDLE, { bytes: 1, ms: 10_001 }) });
    expectObservable(part.file$).toBe(file, ERROR);
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  // The first chunk of a cold row comes after the clock's own tick in that millisecond.
  it('accepts a chunk, and the end, in the tenth second (S6)', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const data     = cold('- 9999ms a 9999ms b 9999ms |   ', BYTES);
    const dataSubs = '     ^ 9999ms - 9999ms - 9999ms !   ';
    const file     = '     - 9999ms - 9999ms - 9999ms (f|)';
    const peer     = '     - 9999ms - 9999ms - 9999ms (F|)';
    const expected = '     - 9999ms - 9999ms - 9999ms (r|)';

    const sender = fakeSender(data);
    const part   = memoryPart();
    expectObservable(receive(sender, part)).toBe(expected, { r: received({ bytes: 2, ms: 30_000 }) });
    expectObservable(part.file$).toBe(file, { f: 'ab' });
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('accepts a file that comes in small chunks with gaps of 9.3 s (S6)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot(`-${' 9299ms a'.repeat(20)}|`, BYTES);
    const dataSubs = '    ^ 3m 6000ms !   ';
    const file     = '    - 3m 6000ms (f|)';
    const peer     = '    - 3m 6000ms (F|)';
    const expected = '    - 3m 6000ms (r|)';

    const sender = fakeSender(data);
    const part   = memoryPart();
    expectObservable(receive(sender, part)).toBe(expected, { r: received({ bytes: 20, ms: 186_001 }) });
    expectObservable(part.file$).toBe(file, { f: 'a'.repeat(20) });
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('checks for waiting bytes before it fails an idle sender', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const data     = hot(' - 9999ms --a|   ', BYTES);
    const dataSubs = '     ^ 9999ms ---!   ';
    const look     = cold('         ---|   ');
    const lookSubs = '     - 9999ms ^-!    ';
    const peer     = '     - 9999ms ---(F|)';
    const expected = '     - 9999ms ---(r|)';

    const sender = fakeSender(data);
    expectObservable(receive(sender, memoryPart(), { lookAgain$: look })).toBe(expected, { r: received({ bytes: 1, ms: 10_003 }) });
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
    expectSubscriptions(look.subscriptions).toBe(lookSubs);
  }));

  it('does not read while the part is full, and fails no sender meanwhile (S6)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a 5m --b|   ', BYTES);
    const full     = hot('ft 5m f---   ', FULL);
    const dataSubs = [   '^! 5m        ',
                         '-- 5m ^--!   '];
    const fullSubs = '    ^- 5m ---!   ';
    const file     = '    -- 5m ---(f|)';
    const peer     = '    -- 5m ---(F|)';
    const expected = '    -- 5m ---(r|)';

    const sender = fakeSender(data);
    const part   = memoryPart({ full$: full });
    expectObservable(receive(sender, part)).toBe(expected, { r: received({ bytes: 2, ms: 300_005 }) });
    expectObservable(part.file$).toBe(file, { f: 'ab' });
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
    expectSubscriptions(full.subscriptions).toBe(fullSubs);
  }));

  it('gives a sender the whole 10 s after it resumes reading', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a                 ', BYTES);
    const full     = hot('ft 9s f            ', FULL);
    const dataSubs = [   '^!                 ',
                         '-- 9s ^ 9999ms !   '];
    const fullSubs = '    ^- 9s - 9999ms !   ';
    const peer     = '    -- 9s - 9999ms (R|)';
    const expected = '    -- 9s - 9999ms (f|)';

    const sender = fakeSender(data);
    const part   = memoryPart({ full$: full });
    expectObservable(receive(sender, part)).toBe(expected, { f: failed(IDLE, { bytes: 1, ms: 19_002 }) });
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
    expectSubscriptions(full.subscriptions).toBe(fullSubs);
  }));

  it('turns a file into ERROR if the connection is reset, even immediately after data (S7)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const reset    = new ResetError();
    const data     = hot('-a-(b#)', BYTES, reset);
    const dataSubs = '    ^--!   ';
    const file     = '    ---(e|)';
    const peer     = '    ---(R|)';
    const expected = '    ---(f|)';

    const sender = fakeSender(data);
    const part   = memoryPart();
    expectObservable(receive(sender, part)).toBe(expected, { f: failed(reset, { bytes: 2, ms: 3 }) });
    expectObservable(part.file$).toBe(file, ERROR);
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('stops reading at the chunk that makes the file too large', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a-b-c-a-b-c', BYTES);
    const dataSubs = '    ^----!      ';
    const file     = '    -----(e|)   ';
    const peer     = '    -----(R|)   ';
    const expected = '    -----(f|)   ';

    const sender = fakeSender(data);
    const part   = memoryPart();
    expectObservable(receive(sender, part, { maxSize: 2 })).toBe(expected, { f: failed(new TooLargeError(2), { bytes: 2, ms: 5 }) });
    expectObservable(part.file$).toBe(file, ERROR);
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('stops reading at the chunk that cannot be written', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a-b-c-a-b-c', BYTES);
    const dataSubs = '    ^--!        ';
    const file     = '    ---(e|)     ';
    const peer     = '    ---(R|)     ';
    const expected = '    ---(f|)     ';

    const sender = fakeSender(data);
    const part   = memoryPart({ room: 1 });
    expectObservable(receive(sender, part)).toBe(expected, { f: failed(new StoreError(), { bytes: 1, ms: 3 }) });
    expectObservable(part.file$).toBe(file, ERROR);
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('fails if the bytes of a full part cannot be saved', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const lost     = new StoreError();
    const data     = hot('-a-----', BYTES);
    const full     = hot('ft-#   ', FULL, lost);
    const dataSubs = '    ^!     ';
    const fullSubs = '    ^--!   ';
    const file     = '    ---(e|)';
    const peer     = '    ---(R|)';
    const expected = '    ---(f|)';

    const sender = fakeSender(data);
    const part   = memoryPart({ full$: full });
    expectObservable(receive(sender, part)).toBe(expected, { f: failed(lost, { bytes: 1, ms: 3 }) });
    expectObservable(part.file$).toBe(file, ERROR);
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
    expectSubscriptions(full.subscriptions).toBe(fullSubs);
  }));

  it('turns a file that cannot be committed into ERROR, and sends no FIN (S10)', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const lost       = new StoreError();
    const data       = hot(' -a|        ', BYTES);
    const dataSubs   = '     ^-!        ';
    const commit     = cold('  ---#     ', undefined, lost);
    const commitSubs = '     --^--!     ';
    const fail       = cold('     --|   ');
    const failSubs   = '     -----^-!   ';
    const file       = '     -------(e|)';
    const peer       = '     -------(R|)';
    const expected   = '     -------(f|)';

    const sender = fakeSender(data);
    const part   = memoryPart({ commit$: commit, fail$: fail });
    expectObservable(receive(sender, part)).toBe(expected, { f: failed(lost, { bytes: 1, ms: 7 }) });
    expectObservable(part.file$).toBe(file, ERROR);
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
    expectSubscriptions(commit.subscriptions).toBe(commitSubs);
    expectSubscriptions(fail.subscriptions).toBe(failSubs);
  }));

  it('reports that not even ERROR can be saved, and why', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const reset    = new ResetError();
    const lost     = new StoreError();
    const data     = hot(' -a-#      ', BYTES, reset);
    const dataSubs = '     ^--!      ';
    const fail     = cold('   --#    ', undefined, lost);
    const failSubs = '     ---^-!    ';
    const file     = '     -----|    ';
    const peer     = '     -----(R|) ';
    const expected = '     -----(f|)';

    const sender = fakeSender(data);
    const part   = memoryPart({ fail$: fail });
    expectObservable(receive(sender, part)).toBe(expected, { f: { ...failed(reset, { bytes: 1, ms: 5 }), fileError: errorData(lost) } });
    expectObservable(part.file$).toBe(file);
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
    expectSubscriptions(fail.subscriptions).toBe(failSubs);
  }));

  it('reports an error of another library as INTERNAL', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const bug      = new TypeError('undefined is not a function');
    const data     = hot('-a-#   ', BYTES, bug);
    const dataSubs = '    ^--!   ';
    const peer     = '    ---(R|)';
    const expected = '    ---(f|)';

    const sender = fakeSender(data);
    const f = failed(bug, { bytes: 1, ms: 3 });
    expect(f).toMatchObject({ reason: 'INTERNAL', error: { code: 'INTERNAL', message: String(bug) } });
    expectObservable(receive(sender, memoryPart())).toBe(expected, { f });
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('ends the file at silence, if idle senders are kept', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a            ', BYTES);
    const dataSubs = '    ^- 9999ms !   ';
    const file     = '    -- 9999ms (f|)';
    const peer     = '    -- 9999ms (F|)';
    const expected = '    -- 9999ms (r|)';

    const sender = fakeSender(data);
    const part   = memoryPart();
    expectObservable(receive(sender, part, { onIdle: 'keep' })).toBe(expected, { r: received({ bytes: 1, ms: 10_001 }) });
    expectObservable(part.file$).toBe(file, { f: 'a' });
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('fails at a reset even if idle senders are kept', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const reset    = new ResetError();
    const data     = hot('-a-#   ', BYTES, reset);
    const dataSubs = '    ^--!   ';
    const file     = '    ---(e|)';
    const peer     = '    ---(R|)';
    const expected = '    ---(f|)';

    const sender = fakeSender(data);
    const part   = memoryPart();
    expectObservable(receive(sender, part, { onIdle: 'keep' })).toBe(expected, { f: failed(reset, { bytes: 1, ms: 3 }) });
    expectObservable(part.file$).toBe(file, ERROR);
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('reports a file as received even if the FIN after it fails', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const data     = hot(' -a|     ', BYTES);
    const dataSubs = '     ^-!     ';
    const fin      = cold('  --#   ', undefined, new ResetError());
    const finSubs  = '     --^-!   ';
    const file     = '     --f-|   ';
    const peer     = '     ----(R|)';
    const expected = '     ----(r|)';

    const sender = fakeSender(data, fin);
    const part   = memoryPart();
    expectObservable(receive(sender, part)).toBe(expected, { r: received({ bytes: 1, ms: 4 }) });
    expectObservable(part.file$).toBe(file, { f: 'a' });
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
    expectSubscriptions(fin.subscriptions).toBe(finSubs);
  }));

  it('resets the connection and releases the part when it is unsubscribed (S7)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a--b--', BYTES);
    const unsub    = '    ---!   ';
    const dataSubs = '    ^--!   ';
    const file     = '    ---(e|)';
    const peer     = '    ---(R|)';
    const expected = '    -------';

    const sender = fakeSender(data);
    const part   = memoryPart();
    expectObservable(receive(sender, part), unsub).toBe(expected);
    expectObservable(part.file$).toBe(file, ERROR);
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('also resets the connection if it is unsubscribed during the commit', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const data       = hot(' -a|     ', BYTES);
    const dataSubs   = '     ^-!     ';
    const commit     = cold('  ----| ');
    const commitSubs = '     --^-!   ';
    const unsub      = '     ----!   ';
    const file       = '     ----(e|)';
    const peer       = '     ----(R|)';
    const expected   = '     --------';

    const sender = fakeSender(data);
    const part   = memoryPart({ commit$: commit });
    expectObservable(receive(sender, part), unsub).toBe(expected);
    expectObservable(part.file$).toBe(file, ERROR);
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
    expectSubscriptions(commit.subscriptions).toBe(commitSubs);
  }));

  it('fails a transfer at the stop, even while it is held (S7)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const shutdown  = new ShutdownError();
    const data      = hot(       '-a--b--', BYTES);
    const full      = hot(       'f-t----', FULL);
    const abort     = hot<never>('---#   ', undefined, shutdown);
    const dataSubs  = '           ^-!    ';
    const fullSubs  = '           ^--!   ';
    const abortSubs = '           ^--!   ';
    const file      = '           ---(e|)';
    const peer      = '           ---(R|)';
    const expected  = '           ---(f|)';

    const sender = fakeSender(data);
    const part   = memoryPart({ full$: full });
    expectObservable(receive(sender, part, { abort$: abort })).toBe(expected, { f: failed(shutdown, { bytes: 1, ms: 3 }) });
    expectObservable(part.file$).toBe(file, ERROR);
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
    expectSubscriptions(full.subscriptions).toBe(fullSubs);
    expectSubscriptions(abort.subscriptions).toBe(abortSubs);
  }));

  it('still saves a file that was received whole before the stop', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const data      = hot(       '-a|     ', BYTES);
    const commit    = cold('        --|   ');
    const abort     = hot<never>('---#    ', undefined, new ShutdownError());
    const dataSubs  = '           ^-!     ';
    const abortSubs = '           ^-!     ';
    const file      = '           ----(f|)';
    const peer      = '           ----(F|)';
    const expected  = '           ----(r|)';

    const sender = fakeSender(data);
    const part   = memoryPart({ commit$: commit });
    expectObservable(receive(sender, part, { abort$: abort })).toBe(expected, { r: received({ bytes: 1, ms: 4 }) });
    expectObservable(part.file$).toBe(file, { f: 'a' });
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
    expectSubscriptions(abort.subscriptions).toBe(abortSubs);
  }));

  it('sends no FIN before the number is known, even if the file is committed', marbles(({ hot, expectObservable }) => {
    const data     = hot(' ----a-b|   ', BYTES);
    const id       = hot('---------(i|)', { i: 7 });
    const file     = '     -------f-|';
    const peer     = '     ---------(F|)';
    const expected = '     ---------(r|)';

    const sender = fakeSender(data);
    const part   = memoryPart({ id$: id });
    expectObservable(receive(sender, part)).toBe(expected, { r: received({ connection: 1, id: 7, bytes: 2, ms: 9 }) });
    expectObservable(part.file$).toBe(file, { f: 'ab' });
    expectObservable(sender.sees$).toBe(peer);
  }));

  it('reads while the number is not yet known', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const data       = hot(' -a--b|      ', BYTES);
    const dataSubs   = '     ^----!      ';
    const id         = hot('--------------(i|)', { i: 7 });
    const commit     = cold('     ---|   ');
    const commitSubs = '     -----^--!   ';
    const file       = '     --------f-----|';
    const peer       = '     --------------(F|)';
    const expected   = '     --------------(r|)';

    const sender = fakeSender(data);
    const part   = memoryPart({ id$: id, commit$: commit });
    expectObservable(receive(sender, part)).toBe(expected, { r: received({ connection: 1, id: 7, bytes: 2, ms: 14 }) });
    expectObservable(part.file$).toBe(file, { f: 'ab' });
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
    expectSubscriptions(commit.subscriptions).toBe(commitSubs);
  }));

  it('fails a sender that is too slow, although it is never idle', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot(`-${' 8999ms a'.repeat(9)}`, BYTES);
    const dataSubs = '    ^ 9999ms !    ';
    const file     = '    - 9999ms (e|) ';
    const peer     = '    - 9999ms (R|) ';
    const expected = '    - 9999ms (f|) ';

    const sender = fakeSender(data);
    const part   = memoryPart();
    expectObservable(receive(sender, part, { minRate: 1 })).toBe(expected, { f: failed(new TooSlowError(1), { bytes: 1, ms: 10_000 }) });
    expectObservable(part.file$).toBe(file, ERROR);
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('does not count the time of a hold as slow', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a - 60s - b|       ', BYTES);
    const full     = hot('ft - 60s f-         ', FULL);
    const file     = '    --- 60s --(f|)      ';
    const expected = '    --- 60s --(r|)      ';

    const part   = memoryPart({ full$: full });
    expectObservable(receive(fakeSender(data), part, { minRate: 1 })).toBe(expected, { r: received({ bytes: 2, ms: 60_005 }) });
    expectObservable(part.file$).toBe(file, { f: 'ab' });
  }));

  it('keeps the file of a sender that was fast enough before its silence, if silence is the end', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a - 20s -', BYTES);
    const file     = '    -- 9999ms (f|)';
    const expected = '    -- 9999ms (r|)';

    const part     = memoryPart();
    const limits   = { onIdle: 'keep', minRate: 1 } as const;
    expectObservable(receive(fakeSender(data), part, limits)).toBe(expected, { r: received({ bytes: 1, ms: 10_001 }) });
    expectObservable(part.file$).toBe(file, { f: 'a' });
  }));

  it('fails a silent sender as too slow if silence is never the end', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a - 20s -', BYTES);
    const expected = '    - 9999ms (f|)';
    const limits   = { onIdle: 'keep', idleTimeout: Infinity, minRate: 1 } as const;
    expectObservable(receive(fakeSender(data), memoryPart(), limits)).toBe(expected, { f: failed(new TooSlowError(1), { bytes: 1, ms: 10_000 }) });
  }));

  it('does not count silence as slow if silence is the end', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a             ', BYTES);
    const file     = '    -- 29999ms (f|)';
    const peer     = '    -- 29999ms (F|)';
    const expected = '    -- 29999ms (r|)';

    const sender = fakeSender(data);
    const part   = memoryPart();
    expectObservable(receive(sender, part, { onIdle: 'keep', idleTimeout: 30_000, minRate: 1 })).toBe(expected, { r: received({ bytes: 1, ms: 30_001 }) });
    expectObservable(part.file$).toBe(file, { f: 'a' });
    expectObservable(sender.sees$).toBe(peer);
  }));

  it('fails a sender that continues too slowly, even if idle senders are kept', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a 14s b 99s -', BYTES);
    const peer     = '    15s (R|)';
    const expected = '    15s (f|)';

    const sender = fakeSender(data);
    expectObservable(receive(sender, memoryPart(), { onIdle: 'keep', idleTimeout: 30_000, minRate: 1 })).toBe(expected, { f: failed(new TooSlowError(1), { bytes: 2, ms: 15_000 }) });
    expectObservable(sender.sees$).toBe(peer);
  }));

  it('resets the sender and reports a failure without a number if the store has none', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const cause    = new Error('no numbers');
    const data     = hot('-a--b----', BYTES);
    const id       = hot<number>('---#     ', undefined, cause);
    const dataSubs = '    ^--!     ';
    const peer     = '    ---(R|)  ';
    const expected = '    ---(f|)  ';

    const sender = fakeSender(data);
    const part   = memoryPart({ id$: concat(id, throwError(() => cause)) });
    const error  = new StoreError({ cause });
    expectObservable(receive(sender, part)).toBe(expected, { f: failedWithoutFile(error, { bytes: 1, ms: 3 }) });
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('sends an RST, not a FIN, if the number fails after the commit', marbles(({ hot, expectObservable }) => {
    const cause    = new Error('no numbers');
    const data     = hot('-a|      ', BYTES);
    const id       = hot<number>('-----#   ', undefined, cause);
    const file     = '    --f--(e|)';
    const peer     = '    -----(R|)';
    const expected = '    -----(f|)';

    const sender = fakeSender(data);
    const part   = memoryPart({ id$: id });
    const error  = new StoreError({ cause });
    expectObservable(receive(sender, part)).toBe(expected, { f: failedWithoutFile(error, { bytes: 1, ms: 5 }) });
    expectObservable(part.file$).toBe(file, { f: 'a', e: 'ERROR' });
    expectObservable(sender.sees$).toBe(peer);
  }));

  it('resets the sender as soon as its part has failed, even if the number is late', marbles(({ hot, expectObservable }) => {
    const reset    = new ResetError();
    const data     = hot('-a#        ', BYTES, reset);
    const id       = hot('------(i|) ', { i: 7 });
    const peer     = '    --(R|)     ';
    const expected = '    ------(f|) ';

    const sender = fakeSender(data);
    const part   = memoryPart({ id$: id });
    expectObservable(receive(sender, part)).toBe(expected, { f: failed(reset, { connection: 1, id: 7, bytes: 1, ms: 6 }) });
    expectObservable(sender.sees$).toBe(peer);
  }));

  it.each<[string, Partial<Part>, ReceiveOptions]>([
    ['a commit', { commit: () => { throw CAUSE; } }, {}],
    ['a marker', { commit: () => throwError(() => CAUSE), fail: () => { throw CAUSE; } }, {}],
    ['a release', { commit: () => throwError(() => CAUSE), release: () => { throw CAUSE; } }, {}],
    ['a digest', {}, { digest: () => { throw CAUSE; } }],
    ['a hash', {}, { digest: () => ({ update: () => undefined, hex: () => { throw CAUSE; } }) }],
  ])('survives %s that throws, by an RST and an event', (_, broken, options) => { marbles(({ hot, expectObservable }) => {
    const data   = hot('-a|', BYTES);
    const sender = fakeSender(data);
    const part: Part = { ...memoryPart(), ...broken };
    const types$ = receive(sender, part, options).pipe(map(({ type }) => type));
    const at = 'digest' in options && _ === 'a digest' ? '(f|)' : '--(f|)';
    expectObservable(types$).toBe(at, { f: 'failed' });
    expectObservable(sender.sees$).toBe(at.replace('f', 'R'));
  })(); });

  it('fails a transfer that takes too long', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot(`-${' 8999ms a'.repeat(9)}`, BYTES);
    const dataSubs = '    ^ 29999ms !   ';
    const peer     = '    - 29999ms (R|)';
    const expected = '    - 29999ms (f|)';

    const sender = fakeSender(data);
    expectObservable(receive(sender, memoryPart(), { maxDuration: 30_000 })).toBe(expected, { f: failed(new TooLongError(30_000), { bytes: 3, ms: 30_000 }) });
    expectObservable(sender.sees$).toBe(peer);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('sends a receipt after the commit and before the FIN', marbles(({ cold, hot, expectObservable, flush }) => {
    const data     = hot(' -a-b|      ', BYTES);
    const commit   = cold('    --|    ');
    const id       = hot('---------(i|)', { i: 7 });
    const file     = '     ------f--|';
    const peer     = '     ---------(F|)';
    const expected = '     ---------(r|)';

    const sender = fakeSender(data);
    const part   = memoryPart({ commit$: commit, id$: id });
    const r      = { ...received({ connection: 1, id: 7, bytes: 2, ms: 9 }), sha256: 'ab' };
    expectObservable(receive(sender, part, { digest: fakeDigest, receipt: true })).toBe(expected, { r });
    expectObservable(part.file$).toBe(file, { f: 'ab' });
    expectObservable(sender.sees$).toBe(peer);
    flush();
    expect(sender.sentText()).toBe('OK 7 2 ab\n');
  }));

  it('passes the hash of the file to the commit, and reports it without a receipt', marbles(({ hot, expectObservable, flush }) => {
    const data     = hot('-a-b|   ', BYTES);
    const expected = '    ----(r|)';

    const sender    = fakeSender(data);
    const part      = memoryPart();
    const committed = jest.spyOn(part, 'commit');
    const r         = { ...received({ bytes: 2, ms: 4 }), sha256: 'ab' };
    expectObservable(receive(sender, part, { digest: fakeDigest })).toBe(expected, { r });
    flush();
    expect(committed).toHaveBeenCalledWith({ sha256: 'ab' });
    expect(sender.sentText()).toBe('');
  }));

  it('sends no receipt for a file that is not saved', marbles(({ hot, flush, expectObservable }) => {
    const data     = hot('-a-#', BYTES, new ResetError());
    const expected = '    ---(f|)';

    const sender = fakeSender(data);
    expectObservable(receive(sender, memoryPart(), { digest: fakeDigest, receipt: true })).toBe(expected, { f: failed(new ResetError(), { bytes: 1, ms: 3 }) });
    flush();
    expect(sender.sentText()).toBe('');
  }));

  it('measures with the clock of its options', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a--|   ', BYTES);
    const dataSubs = '    ^---!   ';
    const expected = '    ----(r|)';

    const twiceAsFast = { now: () => 2 * asyncScheduler.now() };
    expectObservable(receive(fakeSender(data), memoryPart(), { clock: twiceAsFast })).toBe(expected, { r: received({ bytes: 1, ms: 8 }) });
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));
});

import type { Observable } from 'rxjs';
import { fakeConnection, type FakeConnection } from '../../src/testing/index.js';

export const PEER = '192.0.2.1:5000';

/** A sender of marbles: `bytes$` is what it sends, `fin$` how our FIN gets on its way. */
export const fakeSender = (
  bytes$: Observable<Uint8Array>,
  fin$?: Observable<unknown>,
  peer = PEER,
): FakeConnection => fakeConnection({ bytes$, ...(fin$ && { end$: fin$ }), peer });

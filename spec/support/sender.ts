import type { Observable } from 'rxjs';
import { fakeConnection, type FakeConnection } from '../../src/testing/index.js';

export const PEER = '192.0.2.1:5000';

/** A connection for marbles. `bytes$` are the bytes of the sender, and `fin$` is the sending of our FIN. */
export const fakeSender = (
  bytes$: Observable<Uint8Array>,
  fin$?: Observable<unknown>,
  peer = PEER,
): FakeConnection => fakeConnection({ bytes$, ...(fin$ && { end$: fin$ }), peer });

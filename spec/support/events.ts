import type { RxdropError } from '../../src/errors.js';
import type { Failed, Opened, Received, Stopped, Unmarked } from '../../src/server/events.js';
import { PEER } from './sender.js';

/** The events of a server as specs expect them, of the first connection unless they say otherwise. */
export const opened = (id = 1): Opened => ({ type: 'opened', id, peer: PEER });

export const received = (facts: Facts): Received => ({
  type: 'received',
  id: 1,
  peer: PEER,
  ...facts,
});

export const failed = (error: RxdropError, facts: Facts): Failed => ({
  type: 'failed',
  id: 1,
  peer: PEER,
  reason: error.code,
  error,
  ...facts,
});

export const unmarked = (error: unknown): Unmarked => ({
  type: 'unmarked',
  id: 1,
  peer: PEER,
  error,
});

export const stopped: Stopped = { type: 'stopped' };

interface Facts {
  id?: number;
  bytes: number;
  ms: number;
}

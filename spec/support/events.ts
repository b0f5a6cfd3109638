import { errorData } from '../../src/errorData.js';
import type { RxdropError } from '../../src/errors.js';
import type { Failed, Hook, Opened, Received, Refused, Stopped } from '../../src/server/events.js';
import type { Unstamped } from '../../src/stamp.js';
import { PEER } from './sender.js';

/** The fields that `serve` and `send` add to each event. */
export const STAMP = { version: 1, time: '2026-11-25T13:45:01.250Z' } as const;

/**
 * The events of a server as specs expect them, without their stamp. By default, they are of the first connection, and
 * its file has the same number.
 */
export const opened = (id = 1, connection = id): Unstamped<Opened> => ({
  type: 'opened',
  ...{ connection, id, file: `${id}.file`, peer: PEER },
});

export const received = ({ id = 1, connection = id, ...facts }: Facts): Unstamped<Received> => ({
  type: 'received',
  ...{ connection, id, file: `${id}.file`, peer: PEER },
  ...facts,
});

export const failed = (
  error: Error,
  { id = 1, connection = id, ...facts }: Facts,
): Unstamped<Failed> => ({
  ...failedWithoutFile(error, { connection, ...facts }),
  ...{ id, file: `${id}.file` },
});

/** A transfer that failed before the store had given it a number. */
export const failedWithoutFile = (
  error: Error,
  { connection = 1, peer = PEER, ...facts }: Omit<Facts, 'id'>,
): Unstamped<Failed> => ({
  type: 'failed',
  ...{ connection, peer },
  ...facts,
  reason: errorData(error).code,
  error: errorData(error),
});

export const refused = (
  reason: Refused['reason'],
  {
    connection = 1,
    peer = PEER,
    error,
  }: { connection?: number; peer?: string; error?: RxdropError } = {},
): Unstamped<Refused> => ({
  type: 'refused',
  ...{ connection, peer, reason },
  ...(error && { error: errorData(error) }),
});

export const hook = (end: Pick<Hook, 'status' | 'signal' | 'reason'>): Unstamped<Hook> => ({
  ...{ type: 'hook', hook: 'exec', connection: 1, id: 1, file: '1.file', peer: PEER, ms: 5 },
  ...end,
});

export const stopped: Unstamped<Stopped> = { type: 'stopped' };

interface Facts {
  connection?: number;
  id?: number;
  peer?: string;
  bytes: number;
  ms: number;
}

import { type LineOptions, lineOf } from '../../../src/cli/outputs/line.js';
import { errorData } from '../../../src/errorData.js';
import {
  IdleTimeoutError,
  type Refused,
  ResetError,
  type ServerEvent,
  StoreError,
  TlsError,
} from '../../../src/index.js';
import { STAMP } from '../../support/events.js';

const into = (verbosity: LineOptions['verbosity']): LineOptions => ({ verbosity, dir: 'inbox' });

const connection = { ...STAMP, connection: 9, id: 7, file: '7.file', peer: '127.0.0.1:40000' };
const transfer = { ...connection, bytes: 1_536, ms: 40.2 };

/** The events that have a line. */
const EVENTS: Readonly<Record<string, ServerEvent>> = {
  'listening on port 5000, saving into inbox': {
    ...{ type: 'listening', ...STAMP },
    ...{ address: '::', port: 5000 },
  },
  '7.file  1.5 KiB from 127.0.0.1:40000 in 40 ms': { type: 'received', ...transfer },
  '7.file  ERROR after 1.5 KiB from 127.0.0.1:40000: no data for 10 s': {
    type: 'failed',
    ...transfer,
    reason: 'IDLE',
    error: errorData(new IdleTimeoutError(10_000)),
  },
  '7.file  could not be written: cannot save the file: reason unknown': {
    type: 'failed',
    ...transfer,
    reason: 'RESET',
    error: errorData(new ResetError()),
    fileError: errorData(new StoreError()),
  },
  stopped: { type: 'stopped', ...STAMP },
};

const OPENED: ServerEvent = { type: 'opened', ...connection };

describe('lineOf', () => {
  it.each(Object.entries(EVENTS))('prints: %s', (line, event) => {
    expect(lineOf(event, into('normal'))).toBe(line);
    expect(lineOf(event, into('verbose'))).toBe(line);
  });

  it.each<[string, Pick<Refused, 'reason' | 'error'>]>([
    ['its address is not allowed', { reason: 'DENIED' }],
    [
      'TLS failed: cert has expired',
      { reason: 'TLS', error: errorData(new TlsError({ cause: new Error('CERT_HAS_EXPIRED') })) },
    ],
    [
      'no TLS handshake within 10 s',
      { reason: 'TLS', error: errorData(new IdleTimeoutError(10_000)) },
    ],
  ])('reports a refused connection only with --verbose: %s', (why, facts) => {
    const { peer } = connection;
    const refused: Refused = { type: 'refused', ...STAMP, connection: 9, peer, ...facts };
    expect(lineOf(refused, into('normal'))).toBeUndefined();
    expect(lineOf(refused, into('verbose'))).toBe(`refused 127.0.0.1:40000: ${why}`);
  });

  it('reports a new connection only with --verbose', () => {
    expect(lineOf(OPENED, into('normal'))).toBeUndefined();
    expect(lineOf(OPENED, into('verbose'))).toBe('7.file  receiving from 127.0.0.1:40000');
  });

  it('prints nothing with --quiet', () => {
    const lines = [...Object.values(EVENTS), OPENED].map((event) => lineOf(event, into('quiet')));
    expect(new Set(lines)).toStrictEqual(new Set([undefined]));
  });
});

import type { Serving } from '../../src/cli/serverCommand.js';
import { serverLine } from '../../src/cli/serverLine.js';
import {
  IdleTimeoutError,
  type Refused,
  type ServerEvent,
  StoreError,
  TlsError,
} from '../../src/index.js';

const command = (lines: Serving['lines']): Serving => ({
  serve: { port: 5000, dir: 'inbox' },
  lines,
});

const connection = { id: 7, peer: '127.0.0.1:40000' };
const transfer = { ...connection, bytes: 1_536, ms: 40.2 };

/** The events that have a line. */
const EVENTS: Readonly<Record<string, ServerEvent>> = {
  'listening on port 5000, saving into inbox': { type: 'listening', address: '::', port: 5000 },
  '7.file  1.5 KiB from 127.0.0.1:40000 in 40 ms': { type: 'received', ...transfer },
  '7.file  ERROR after 1.5 KiB from 127.0.0.1:40000: no data for 10 s': {
    type: 'failed',
    ...transfer,
    reason: 'IDLE',
    error: new IdleTimeoutError(10_000),
  },
  '7.file  could not be written: cannot keep the file: reason unknown': {
    type: 'unmarked',
    ...connection,
    error: new StoreError(),
  },
  stopped: { type: 'stopped' },
};

const OPENED: ServerEvent = { type: 'opened', ...connection };

describe('serverLine', () => {
  it.each(Object.entries(EVENTS))('says: %s', (line, event) => {
    expect(serverLine(event, command('some'))).toBe(line);
    expect(serverLine(event, command('more'))).toBe(line);
  });

  it.each<[string, Omit<Refused, 'type' | 'peer'>]>([
    ['its address is not admitted', { reason: 'DENIED' }],
    [
      'TLS failed: cert has expired',
      { reason: 'TLS', error: new TlsError({ cause: new Error('CERT_HAS_EXPIRED') }) },
    ],
    ['no TLS handshake within 10 s', { reason: 'TLS', error: new IdleTimeoutError(10_000) }],
  ])('tells of a connection that is refused with --verbose alone: %s', (why, facts) => {
    const refused: Refused = { type: 'refused', peer: '127.0.0.1:40000', ...facts };
    expect(serverLine(refused, command('some'))).toBeUndefined();
    expect(serverLine(refused, command('more'))).toBe(`refused 127.0.0.1:40000: ${why}`);
  });

  it('tells of a connection that comes with --verbose alone', () => {
    expect(serverLine(OPENED, command('some'))).toBeUndefined();
    expect(serverLine(OPENED, command('more'))).toBe('7.file  comes from 127.0.0.1:40000');
  });

  it('tells nothing with --quiet', () => {
    const lines = [...Object.values(EVENTS), OPENED].map((event) =>
      serverLine(event, command('none')),
    );
    expect(new Set(lines)).toStrictEqual(new Set([undefined]));
  });
});

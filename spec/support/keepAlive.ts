import { readFileSync } from 'node:fs';

/**
 * Whether the system sends keep-alive probes on a connection to a port, or from it. The timer of its row in Linux's
 * `/proc/net/tcp` is then 2 (proc(5)).
 */
export const keepAliveTo = (port: number): boolean => hasProbes('remote', port);
export const keepAliveFrom = (port: number): boolean => hasProbes('local', port);

function hasProbes(side: 'local' | 'remote', port: number): boolean {
  const hexadecimal = port.toString(16).toUpperCase().padStart(4, '0');
  return readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .map((row) => row.trim().split(/\s+/))
    .some(
      ([, local = '', remote = '', state, , timer = '']) =>
        (side === 'local' ? local : remote).endsWith(`:${hexadecimal}`) &&
        state === ESTABLISHED &&
        timer.startsWith('02:'),
    );
}

const ESTABLISHED = '01';

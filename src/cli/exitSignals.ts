import { isatty } from 'node:tty';
import type { Observable } from 'rxjs';
import { fromSignals } from '../node/signals.js';

/**
 * The signals that end a program. SIGHUP is one of them if a standard stream is a terminal; otherwise it is
 * ignored from here on, as `nohup` and services expect (S3). Node itself forgets at its start which signals
 * its parent had it ignore.
 */
export function exitSignals(): Observable<NodeJS.Signals> {
  const onTerminal = [0, 1, 2].some((fd) => isatty(fd));
  if (!onTerminal) process.on('SIGHUP', () => undefined);
  return fromSignals('SIGINT', 'SIGTERM', 'SIGQUIT', ...(onTerminal ? (['SIGHUP'] as const) : []));
}

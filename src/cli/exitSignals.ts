import { isatty } from 'node:tty';
import type { Observable } from 'rxjs';
import { fromSignals } from '../node/signals.js';

/**
 * The signals that end a program. SIGHUP is one of them if a standard stream is a terminal, unless it has
 * another use; otherwise it is ignored from here on, as `nohup` and services expect (S3). Node itself forgets
 * at its start which signals its parent had it ignore.
 */
export function exitSignals({ exceptHangup = false } = {}): Observable<NodeJS.Signals> {
  const hangup = !exceptHangup && [0, 1, 2].some((fd) => isatty(fd));
  if (!hangup) process.on('SIGHUP', () => undefined);
  return fromSignals('SIGINT', 'SIGTERM', 'SIGQUIT', ...(hangup ? (['SIGHUP'] as const) : []));
}

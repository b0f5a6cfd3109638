import { isatty } from 'node:tty';
import type { Observable } from 'rxjs';
import { fromSignals } from '../node/signals.js';

/**
 * Emits the signals that end a program. SIGHUP is one of them if a standard stream is a terminal, unless it has
 * another use; otherwise the program ignores it, as `nohup` and services expect (S3). A program cannot see whether
 * its parent had set SIGHUP to be ignored, because Node resets that when it starts.
 */
export function exitSignals({ exceptHangup = false } = {}): Observable<NodeJS.Signals> {
  const hangup = !exceptHangup && [0, 1, 2].some((fd) => isatty(fd));
  if (!hangup) process.on('SIGHUP', () => undefined);
  return fromSignals('SIGINT', 'SIGTERM', 'SIGQUIT', ...(hangup ? (['SIGHUP'] as const) : []));
}

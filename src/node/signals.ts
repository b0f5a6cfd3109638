import { fromEvent, map, merge, type Observable } from 'rxjs';

/**
 * Emits the signals that this process receives. Without a subscriber, the system's default action applies.
 *
 *     fromSignals('SIGTERM', 'SIGINT')  ---SIGINT------SIGTERM---
 *
 * Not for work that must be done at every end of a process: SIGKILL and a crash emit nothing.
 *
 * @param names `SIGTERM` and the like
 * @example
 * ```ts
 * import { interval, takeUntil } from 'rxjs';
 * import { fromSignals } from 'rxdrop/node';
 *
 * interval(1_000)
 *   .pipe(takeUntil(fromSignals('SIGTERM', 'SIGINT')))
 *   .subscribe({ complete: () => console.log('asked to end') });
 *
 * process.kill(process.pid, 'SIGTERM');
 * // → asked to end
 * ```
 * @category Creation
 */
export function fromSignals(...names: NodeJS.Signals[]): Observable<NodeJS.Signals> {
  return merge(...names.map((name) => fromEvent(process, name).pipe(map(() => name))));
}

import { fromEvent, map, merge, type Observable } from 'rxjs';

/**
 * Signals sent to this process. Handlers are attached while it is subscribed; without a subscriber
 * the system's default action is back.
 *
 *     fromSignals('SIGTERM', 'SIGINT')  ---SIGINT------SIGTERM---
 *
 * @example serve({ port, dir, stop$: fromSignals('SIGTERM', 'SIGINT') })
 */
export function fromSignals(...names: NodeJS.Signals[]): Observable<NodeJS.Signals> {
  return merge(...names.map((name) => fromEvent(process, name).pipe(map(() => name))));
}

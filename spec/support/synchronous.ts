import { defer, type Observable } from 'rxjs';

/**
 * Emits values while it is being subscribed. If it is unsubscribed meanwhile, it continues at the next subscription.
 */
export function synchronous<T>(values: readonly T[]): Observable<T> {
  const rest = values.values();
  return defer(() => rest);
}

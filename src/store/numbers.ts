import type { Observable } from 'rxjs';

/** Numbers files. Several servers may share them, so a number may arrive late, and may fail. */
export interface Numbers {
  /**
   * Emits one number and completes. The number is asked for at subscription, in the order of subscriptions. While the
   * engine is down, this waits. The same id gets the same number for as long as the engine remembers it, so that a
   * request whose answer was lost can be repeated. Errors with a StoreError if there never is a number.
   *
   * @param messageId identifies the file among those of all servers
   */
  next(messageId: string): Observable<number>;
  /** Why the engine gives no number at the moment; `undefined` while it does. */
  readonly problem?: unknown;
}

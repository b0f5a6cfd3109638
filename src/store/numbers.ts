import type { Observable } from 'rxjs';

/** Numbers files. Several servers may share them, so a number may arrive late, and may fail. */
export interface Numbers {
  /**
   * Emits one number and completes. The same id always gets the same number, so that a request whose answer was lost
   * can be repeated. Errors with a StoreError if there is no number.
   *
   * @param messageId identifies the file among those of all servers
   */
  next(messageId: string): Observable<number>;
}

import type { Observable } from 'rxjs';

/** An engine that counts for several servers. */
export interface NumberEngine {
  /**
   * Asks for a number, once, and emits it. Requests are answered in the order of subscriptions. Errors if there is no
   * answer, after which the engine may have taken the number all the same.
   */
  ask(messageId: string): Observable<number>;
  /** Completes if the engine answers, and errors if not. It takes no number. */
  ping(): Observable<never>;
}

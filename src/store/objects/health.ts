import { distinctUntilChanged, map, type Observable, skip, BehaviorSubject } from 'rxjs';
import { asStoreError } from '../../asStoreError.js';
import { errorData } from '../../errorData.js';
import type { EngineState } from '../engineState.js';
import { isKind } from './engine.js';

/**
 * Whether the engine does what it is asked for, as its answers show. Of an outage, the first error and its end are
 * reported.
 *
 *     answers   a-x-x-x-a-a
 *     state$    --x-----a--
 */
export class Health {
  private readonly error$ = new BehaviorSubject<Error | undefined>(undefined);

  /** @param waiting returns the number of files that wait in the spool */
  constructor(private readonly waiting: () => number) {}

  /** The error of the last answer, if there is an outage. */
  get error(): Error | undefined {
    return this.error$.value;
  }

  readonly report = (error?: Error): void => {
    // The engine works: it has answered what it found.
    const isAnswer = isKind(error, 'taken', 'missing', 'unsupported');
    this.error$.next(isAnswer ? undefined : error);
  };

  readonly state$: Observable<EngineState> = this.error$.pipe(
    distinctUntilChanged((one, other) => (one === undefined) === (other === undefined)),
    skip(1),
    map((cause) => ({
      waiting: this.waiting(),
      ...(cause !== undefined && { error: errorData(asStoreError(cause)) }),
    })),
  );
}

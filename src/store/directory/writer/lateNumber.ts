import {
  catchError,
  defer,
  identity,
  map,
  type MonoTypeOperatorFunction,
  type Observable,
  switchMap,
  throwError,
  throwIfEmpty,
} from 'rxjs';
import { StoreError } from '../../../errors.js';
import type { FileNumber } from './place.js';
import { NameTakenError } from './publish.js';

/** The number of a file if it comes from elsewhere: it may be late, or never come, and its name may be taken. */
export class LateNumber {
  constructor(
    private number$: Observable<FileNumber>,
    /** How long a file that is complete waits for it. */
    private readonly inTime: MonoTypeOperatorFunction<FileNumber> = identity,
  ) {}

  get id$(): Observable<number> {
    return this.number$.pipe(map(({ id }) => id));
  }

  /**
   * Waits for the number and publishes the file under it, or under another one if its name is taken.
   *
   * @param withoutNumber is subscribed if there is no number in time
   */
  use(
    publish: (number: FileNumber) => Observable<never>,
    withoutNumber: (error: unknown) => Observable<never>,
  ): Observable<never> {
    return defer(() => this.number$).pipe(
      throwIfEmpty(),
      this.inTime,
      catchError((error: unknown) => {
        // It stays so: nobody waits for it again.
        this.number$ = throwError(() => error);
        return withoutNumber(error);
      }),
      switchMap((number) =>
        publish(number).pipe(
          catchError((error: unknown) => {
            if (number.other$ === undefined || !isNameTaken(error)) throw error;
            this.number$ = number.other$;
            return this.use(publish, withoutNumber);
          }),
        ),
      ),
    );
  }
}

/** The disk makes a StoreError of every error. */
const isNameTaken = (error: unknown): boolean =>
  error instanceof StoreError && error.cause instanceof NameTakenError;

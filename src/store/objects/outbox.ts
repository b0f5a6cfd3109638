import {
  defer,
  filter,
  from,
  ignoreElements,
  merge,
  mergeMap,
  type Observable,
  Subject,
  take,
  tap,
} from 'rxjs';
import type { SpooledFile } from './spoolName.js';

/**
 * The files of a spool that wait to become objects. `forward` ships one of them, and completes.
 *
 *     leftovers  ab|
 *     add        -----c------
 *     forward    a--|
 *                b----|
 *                     c--|
 */
export class Outbox {
  /** The number of files that wait. */
  waiting: number;
  private readonly added$ = new Subject<SpooledFile>();
  private readonly shipped$ = new Subject<SpooledFile>();

  constructor(
    private readonly leftovers: readonly SpooledFile[],
    private readonly forward: (file: SpooledFile) => Observable<never>,
    private readonly concurrent = 16,
  ) {
    this.waiting = leftovers.length;
  }

  /** Ships while subscribed, the files of earlier servers first. */
  readonly shipping$: Observable<never> = defer(() =>
    merge(from(this.leftovers), this.added$).pipe(
      mergeMap(
        (file) =>
          this.forward(file).pipe(
            tap({
              complete: () => {
                this.waiting--;
                this.shipped$.next(file);
              },
            }),
          ),
        this.concurrent,
      ),
    ),
  );

  add(file: SpooledFile): void {
    this.waiting++;
    this.added$.next(file);
  }

  /** Adds a file, and completes once it has been shipped. */
  addAndWait(file: SpooledFile): Observable<never> {
    return merge(
      this.shipped$.pipe(
        filter((shipped) => shipped === file),
        take(1),
      ),
      defer(() => {
        this.add(file);
        return [];
      }),
    ).pipe(ignoreElements());
  }
}

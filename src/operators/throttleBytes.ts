import { identity, type MonoTypeOperatorFunction, tap } from 'rxjs';
import { type ByteBudget, UNLIMITED } from './byteBudget.js';
import { heldWhile } from './heldWhile.js';

/**
 * Reads a live source no faster than a budget allows.
 *
 * Nothing is queued and nothing is dropped: while the budget is used up, the source is not subscribed. A chunk passes
 * whole and is paid for afterwards. The budget is created outside, so flows can share it, and a hold further below does
 * not reset it.
 *
 *     source                                          --4--4-----4---4--|
 *     throttleBytes(byteBudget(1_000, { burst: 0 }))  --4--------4------|
 *     source is read                                  ^-!   ^----!   ^--!
 *
 * A frame is a millisecond.
 *
 * Not for sources that continue while nobody reads: the values meanwhile are lost. Not for RxJS's `throttle`
 * either, which drops.
 *
 * @param budget what may be spent, alone or together with other flows
 * @example
 * ```ts
 * import { switchMap } from 'rxjs';
 * import { openFile } from 'rxdrop/node';
 * import { byteBudget, throttleBytes } from 'rxdrop/operators';
 *
 * const budget = byteBudget(100, { burst: 0 });
 * const start = performance.now();
 *
 * openFile('a.bin', { blockSize: 1 })
 *   .pipe(switchMap(({ blocks$ }) => blocks$.pipe(throttleBytes(budget))))
 *   .subscribe({ complete: () => console.log(performance.now() - start > 20) });
 * // → true
 * ```
 * @see {@link byteBudget}, which flows can share
 * @see {@link heldWhile}, which does the holding
 * @category Bytes
 */
export function throttleBytes<T extends { readonly byteLength: number }>(
  budget: ByteBudget,
): MonoTypeOperatorFunction<T> {
  if (budget === UNLIMITED) return identity;
  return (source) =>
    source.pipe(
      heldWhile(budget.full$),
      tap(({ byteLength }) => {
        budget.spend(byteLength);
      }),
    );
}

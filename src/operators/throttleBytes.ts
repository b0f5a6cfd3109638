import { identity, type MonoTypeOperatorFunction, tap } from 'rxjs';
import { type ByteBudget, UNLIMITED } from './byteBudget.js';
import { heldWhile } from './heldWhile.js';

/**
 * Reads a live source no faster than a budget allows.
 *
 * Nothing is queued and nothing is dropped: while the budget is used up, the source is not subscribed.
 * A chunk passes whole and is paid for afterwards. The budget is made outside: flows can share it, and
 * a hold further below does not forget what is owed.
 *
 *     source                                          --4--4-----4---4--|
 *     throttleBytes(byteBudget(1_000, { burst: 0 }))  --4--------4------|
 *     source is read                                  ^-!   ^----!   ^--!
 *
 * A frame is a millisecond.
 *
 * @example file.blocks$.pipe(throttleBytes(byteBudget(10 * 2 ** 20)), writeTo(uplink))
 * @see {@link byteBudget}, {@link heldWhile}
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

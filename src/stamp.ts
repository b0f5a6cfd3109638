import { defer, map, type OperatorFunction, type TimestampProvider } from 'rxjs';

/** The fields of every event: the version of its format, and the time at which it was emitted. */
export interface Stamp {
  /** Grows when a field changes its meaning, or goes; fields may be added at any time. */
  readonly version: 1;
  /** ISO 8601, in UTC: `2026-11-25T13:45:01.250Z`. */
  readonly time: string;
  /** The name of the server, if it has one. */
  readonly instance?: string;
}

/** An event before it has its stamp. */
export type Unstamped<E> = E extends Stamp ? Omit<E, keyof Stamp> : never;

/**
 * Adds the version, the time and the name of the server to each event, after its type. Nothing else reads a wall clock.
 *
 * @param wallClock milliseconds since 1970
 */
export const addStamp =
  <E extends Stamp & { readonly type: string }>(
    wallClock: TimestampProvider,
    instance?: string,
  ): OperatorFunction<Unstamped<E>, E> =>
  (facts$) =>
    defer(() => {
      const textNow = isoClock(wallClock);
      return facts$.pipe(
        map((fact) => {
          const stamp = { type: fact.type, version: 1, time: textNow() };
          const named = instance === undefined ? stamp : { ...stamp, instance };
          return Object.assign(named, fact) as unknown as E;
        }),
      );
    });

/** The time as text, which is the same for all events of a millisecond. */
function isoClock(wallClock: TimestampProvider): () => string {
  let [at, text] = [NaN, ''];
  return () => {
    const now = wallClock.now();
    if (now !== at) [at, text] = [now, new Date(now).toISOString()];
    return text;
  };
}

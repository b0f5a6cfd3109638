import { defer, NEVER, type Observable, of, ReplaySubject, share } from 'rxjs';
import { UnknownHostError } from '../errors.js';

/** Emits the addresses of a host. */
export type Lookup = (host: string) => Observable<readonly string[]>;

export interface SharedLookup {
  /** Emits the addresses of the one host that it is asked for. */
  readonly lookup: Lookup;
  /** Lets the next subscriber look the host up anew, because its address may have changed. */
  readonly forget: () => void;
}

/**
 * Looks a host up once for several uploads. A look-up that failed is repeated for the next one, but not the verdict
 * that the host is unknown. Stops a look-up that nobody waits for any more.
 *
 *     find     ---(a|)
 *     lookup   ---(a|)
 *     lookup      --(a|)
 */
export function shareLookup(find: Lookup): SharedLookup {
  let found$: Observable<readonly string[]> | undefined;
  const ask = (host: string) =>
    find(host).pipe(
      share({
        connector: () => new ReplaySubject(1),
        resetOnComplete: false,
        resetOnError: (error) => (error instanceof UnknownHostError ? NEVER : of(RESET)),
      }),
    );
  return {
    lookup: (host) => defer(() => (found$ ??= ask(host))),
    forget() {
      found$ = undefined;
    },
  };
}

const RESET = true;

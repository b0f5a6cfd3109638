import { randomUUID } from 'node:crypto';
import {
  catchError,
  defer,
  exhaustMap,
  isObservable,
  map,
  merge,
  type MonoTypeOperatorFunction,
  type Observable,
  of,
  reduce,
  retry,
  switchMap,
  throwError,
  timer,
} from 'rxjs';
import { DirectoryError } from '../../errors.js';
import type { DirectoryStoreOptions } from '../directory/directoryStore.js';
import { DEFAULT_NAME, type NameTemplate, nameTemplate } from '../directory/owner/nameTemplate.js';
import type { Numbers } from '../numbers.js';
import type { Store } from '../store.js';
import { countFrom } from './countFrom.js';
import { detectConditions } from './detectConditions.js';
import { type Engine, isKind } from './engine.js';
import { Health } from './health.js';
import { numberOf } from './numberOf.js';
import { ObjectPart } from './objectPart.js';
import { Outbox } from './outbox.js';
import { Shipper } from './shipper.js';
import { openSpool, type Spool } from './spool.js';
import { sweep } from './sweep.js';

/** The spool, and how files become objects. */
export interface ObjectStoreOptions extends Pick<
  DirectoryStoreOptions,
  'mode' | 'minFree' | 'name' | 'wallClock'
> {
  /** The directory in which files are received, and wait. It must exist. */
  spool: string | Buffer;
  /**
   * When a sender gets its FIN: once its file is an object (`engine`), or once it is on the local disk, also after a
   * power cut (`spool`). `engine` by default.
   */
  confirmAt?: 'engine' | 'spool' | undefined;
  /** Numbers the files; by default, this server counts from one past the highest number of an object. */
  numbers?: Numbers | Observable<Numbers> | undefined;
  /** Milliseconds without a new part after which an unfinished upload is removed; 15 minutes by default. */
  abandonedAfter?: number | undefined;
}

/**
 * A store of objects, whose files are received in a spool. `url` names the objects in errors.
 *
 * @throws DirectoryError, DirectoryInUseError
 */
export function objectStore(
  engine: Engine,
  url: string,
  {
    spool: path,
    confirmAt = 'engine',
    numbers,
    abandonedAfter = ABANDONED_MS,
    ...options
  }: ObjectStoreOptions,
): Observable<Store> {
  return defer(() => {
    const template = nameTemplate(options.name ?? DEFAULT_NAME);
    const spool$ = openSpool({ ...options, path, fsync: confirmAt === 'spool' });
    const canForbid$ = detectConditions(engine).pipe(begun(url));
    const isOurs = (name: string) => numberOf(template, name) !== undefined;
    const sweeping$ = timer(0, SWEEP_MS).pipe(
      exhaustMap(() => sweep(engine, { isOurs, abandonedAfter })),
    );
    return spool$.pipe(
      switchMap((spool) =>
        canForbid$.pipe(
          switchMap((canForbid) =>
            numbersOf(numbers, () => highest(engine, template, spool).pipe(begun(url))).pipe(
              switchMap((numbers) => {
                const store = open({ engine, canForbid, spool, numbers, template, confirmAt });
                return merge(of(store), store.shipping$, sweeping$);
              }),
            ),
          ),
        ),
      ),
    );
  });
}

interface OpenOptions {
  engine: Engine;
  canForbid: boolean;
  spool: Spool;
  numbers: Numbers;
  template: NameTemplate;
  confirmAt: 'engine' | 'spool';
}

function open({ engine, canForbid, spool, numbers, template, confirmAt }: OpenOptions) {
  const nameOf = template.fill;
  const health: Health = new Health(() => outbox.waiting);
  const shipper = new Shipper({ engine, canForbid, spool, numbers, nameOf, health });
  const outbox: Outbox = new Outbox(spool.leftovers, (file) => shipper.forward(file));
  const depot = { spool, numbers, nameOf, shipper, outbox, confirmAt };
  return {
    begin: (origin) => new ObjectPart(depot, spool.factsOf(origin), randomUUID()),
    usage$: defer(() => of({ waiting: outbox.waiting })),
    engine$: health.state$,
    shipping$: outbox.shipping$,
  } satisfies Store & { shipping$: Observable<never> };
}

const numbersOf = (
  numbers: Numbers | Observable<Numbers> | undefined,
  highest: () => Observable<number>,
): Observable<Numbers> => {
  if (numbers === undefined) return highest().pipe(map(countFrom));
  return isObservable(numbers) ? numbers : of(numbers);
};

/** The highest number of an object, or of a file that waits. */
const highest = (
  engine: Engine,
  template: NameTemplate,
  { leftovers }: Spool,
): Observable<number> =>
  engine.listNames().pipe(
    map((name) => numberOf(template, name) ?? 0),
    reduce(
      (highest, id) => Math.max(highest, id),
      leftovers.reduce((highest, { id }) => Math.max(highest, id), 0),
    ),
  );

/** A request of the start: it is repeated a little, and its error names the store. */
const begun =
  <T>(url: string): MonoTypeOperatorFunction<T> =>
  (source) =>
    source.pipe(
      retry({
        count: 2,
        delay: (error: unknown) =>
          isKind(error, 'unavailable') ? timer(START_RETRY_MS) : throwError(() => error),
      }),
      catchError((cause: unknown) => {
        throw new DirectoryError(url, { cause });
      }),
    );

const MINUTE_MS = 60_000;
const ABANDONED_MS = 15 * MINUTE_MS;
const SWEEP_MS = 15 * MINUTE_MS;
const START_RETRY_MS = 300;

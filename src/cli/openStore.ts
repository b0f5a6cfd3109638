import { from, type Observable, switchMap } from 'rxjs';
import type { ServeIntoDirectory } from '../serveOptions.js';
import type { Numbers } from '../store/numbers.js';
import type { Store } from '../store/store.js';
import type { StoreCommand } from './storeCommand.js';

/** Opens the object storage of a command line, whose code is loaded only then. FILE-DIR is its spool. */
export const openStore = (
  { url, confirmAt }: StoreCommand,
  { dir: spool, mode, minFree, name, ids }: ServeIntoDirectory,
): Observable<Store> => {
  // The SDK would print on standard error that it supports this version of Node for a limited time (S11).
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  return from(import('../s3.js')).pipe(
    switchMap(({ s3Store }) =>
      s3Store({ url, confirmAt, spool, mode, minFree, name, numbers: numbersFrom(ids) }),
    ),
  );
};

const numbersFrom = (ids: string | undefined): Observable<Numbers> | undefined =>
  ids === undefined
    ? undefined
    : from(import('../store/ids/numbersOf.js')).pipe(switchMap(({ numbersOf }) => numbersOf(ids)));

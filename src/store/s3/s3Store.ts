import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { catchError, defer, finalize, type Observable, switchMap } from 'rxjs';
import { DirectoryError } from '../../errors.js';
import { loadPackage } from '../../node/engines/loadPackage.js';
import { makeDirectory } from '../directory/owner/makeDirectory.js';
import { objectStore, type ObjectStoreOptions } from '../objects/objectStore.js';
import type { Store } from '../store.js';
import { newClient, s3Engine, type Sdk } from './s3Engine.js';
import { parseS3Url } from './s3Url.js';

/** The bucket, and how files become objects in it. */
export interface S3StoreOptions extends ObjectStoreOptions {
  /** `s3://bucket`, or `s3://bucket/prefix`. */
  url: string;
  /**
   * Settings of the client of the SDK. By default, the endpoint, the region and the credentials come from the
   * environment and the files of the SDK (`AWS_ENDPOINT_URL`, `AWS_REGION`, `AWS_ACCESS_KEY_ID` …).
   */
  client?: S3ClientConfig | undefined;
}

/**
 * A store that saves files as objects of an S3 engine: `prefix/1.file`, `prefix/2.file`, and so on.
 *
 * A file is received in a local directory, the spool, and shipped from there, with one request or in parts: the object
 * is visible whole or not at all. While the engine is down, requests are repeated. The spool is locked while the store
 * is subscribed; its last level is made if it is missing.
 *
 *     s3Store({ url, spool })  ---S--------
 *     spool locked             ^----------!
 *
 * Requires the package `@aws-sdk/client-s3`, which is loaded on demand.
 *
 * @throws DirectoryError if files cannot be saved in the spool or the bucket, or the package is missing
 * @throws DirectoryInUseError if another server uses the spool
 * @throws RangeError for a URL or a name that is none
 * @example
 * ```ts
 * import { serve } from 'rxdrop';
 * import { s3Store } from 'rxdrop/s3';
 *
 * const store = s3Store({ url: 's3://inbox/today', spool: 'spool', confirmAt: 'spool' });
 * serve({ port: 5000, store }).subscribe((event) => console.log(event));
 * ```
 * @category Stores
 */
export function s3Store({ url, client: config, ...options }: S3StoreOptions): Observable<Store> {
  return defer(() => {
    const place = parseS3Url(url);
    return loadSdk(url).pipe(
      switchMap((sdk) =>
        makeDirectory(options.spool, () =>
          defer(() => {
            const client = newClient(sdk, config);
            return objectStore(s3Engine(sdk, client, place), url, options).pipe(
              finalize(() => {
                client.destroy();
              }),
            );
          }),
        ),
      ),
    );
  });
}

const loadSdk = (url: string): Observable<Sdk> =>
  loadPackage(() => import('@aws-sdk/client-s3'), '@aws-sdk/client-s3').pipe(
    catchError((cause: unknown) => {
      throw new DirectoryError(url, { cause });
    }),
  );

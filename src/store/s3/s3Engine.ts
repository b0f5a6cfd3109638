import type {
  ListMultipartUploadsCommandOutput,
  S3Client,
  S3ClientConfig,
} from '@aws-sdk/client-s3';
import {
  catchError,
  defer,
  EMPTY,
  expand,
  finalize,
  from,
  map,
  mergeMap,
  type Observable,
  of,
  timeout,
} from 'rxjs';
import { type Engine, isKind, type NewObject, type Upload } from '../objects/engine.js';
import { asEngineFailure } from './asEngineFailure.js';

/** The module of the SDK, which is loaded on demand. */
export type Sdk = typeof import('@aws-sdk/client-s3');

/** Where the objects are: a bucket, and what stands before each name. */
export interface Place {
  readonly bucket: string;
  /** Empty, or it ends in `/`. */
  readonly prefix: string;
}

/** The client that an engine uses. The endpoint, the region and the credentials come from the environment. */
export const newClient = ({ S3Client }: Sdk, config: S3ClientConfig = {}): S3Client =>
  new S3Client({
    // Attempts are repeated by the store, which knows whether anybody still waits.
    maxAttempts: 1,
    // Engines other than AWS answer paths, and not every one knows the newer checksums.
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // It would print a warning if many requests wait for a connection (S11).
    requestHandler: { connectionTimeout: CONNECT_MS, logger: SILENT },
    ...config,
  });

/** An engine that speaks the S3 API, through the SDK of AWS. */
export function s3Engine(sdk: Sdk, client: S3Client, { bucket: Bucket, prefix }: Place): Engine {
  const keyOf = (name: string) => ({ Bucket, Key: prefix + name });
  const uploadOf = ({ name, id }: Upload) => ({ ...keyOf(name), UploadId: id });
  const nameOf = (key = '') => key.slice(prefix.length);
  const headers = ({ name, token }: NewObject) => ({
    ...keyOf(name),
    Metadata: { [TOKEN]: token },
    // Without one, Swift reports the type of the request that began the upload.
    ContentType: 'application/octet-stream',
  });
  return {
    put: (object, Body) =>
      request((signal) =>
        client.send(
          new sdk.PutObjectCommand({ ...headers(object), Body, ...ifNew(object.onlyIfNew) }),
          signal,
        ),
      ),

    startUpload: (object) =>
      request((signal) =>
        client.send(new sdk.CreateMultipartUploadCommand(headers(object)), signal),
      ).pipe(map(({ UploadId: id = '' }) => ({ name: object.name, id }))),

    putPart: (upload, PartNumber, Body) =>
      request((signal) =>
        client.send(new sdk.UploadPartCommand({ ...uploadOf(upload), PartNumber, Body }), signal),
      ).pipe(map(({ ETag = '' }) => ETag)),

    completeUpload: (upload, tags, onlyIfNew) => {
      const Parts = tags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
      const parts = { ...uploadOf(upload), MultipartUpload: { Parts }, ...ifNew(onlyIfNew) };
      return request((signal) =>
        client.send(new sdk.CompleteMultipartUploadCommand(parts), signal),
      );
    },

    abortUpload: (upload) =>
      request((signal) =>
        client.send(new sdk.AbortMultipartUploadCommand(uploadOf(upload)), signal),
      ),

    listUploads: () => {
      const page = (last?: ListMultipartUploadsCommandOutput) =>
        request((signal) =>
          client.send(
            new sdk.ListMultipartUploadsCommand({
              Bucket,
              Prefix: prefix,
              KeyMarker: last?.NextKeyMarker,
              UploadIdMarker: last?.NextUploadIdMarker,
            }),
            signal,
          ),
        );
      return pages(page).pipe(
        mergeMap(({ Uploads = [] }) => Uploads),
        map(({ Key, UploadId: id = '', Initiated }) => ({
          name: nameOf(Key),
          id,
          startedAt: Initiated?.getTime() ?? Infinity,
        })),
      );
    },

    listPartTimes: (upload) =>
      pages((last?: { NextPartNumberMarker?: string | undefined }) =>
        request((signal) =>
          client.send(
            new sdk.ListPartsCommand({
              ...uploadOf(upload),
              PartNumberMarker: last?.NextPartNumberMarker,
            }),
            signal,
          ),
        ),
      ).pipe(
        mergeMap(({ Parts = [] }) => Parts),
        map(({ LastModified }) => LastModified?.getTime() ?? Infinity),
      ),

    find: (name) =>
      request((signal) => client.send(new sdk.HeadObjectCommand(keyOf(name)), signal)).pipe(
        map(({ Metadata = {}, ContentLength: size = NaN }) => ({ token: Metadata[TOKEN], size })),
        catchError((error: unknown) => {
          if (isKind(error, 'missing')) return of(undefined);
          throw error;
        }),
      ),

    listNames: () =>
      pages((last?: { NextContinuationToken?: string | undefined }) =>
        request((signal) =>
          client.send(
            new sdk.ListObjectsV2Command({
              Bucket,
              Prefix: prefix,
              ContinuationToken: last?.NextContinuationToken,
            }),
            signal,
          ),
        ),
      ).pipe(
        mergeMap(({ Contents = [] }) => Contents),
        map(({ Key }) => nameOf(Key)),
      ),

    remove: (name) =>
      request((signal) => client.send(new sdk.DeleteObjectCommand(keyOf(name)), signal)),

    now: () => Date.now() + client.config.systemClockOffset,
  };
}

/** One request of the SDK, as an Observable: unsubscribing stops it. */
const request = <T>(send: (options: { abortSignal: AbortSignal }) => Promise<T>): Observable<T> =>
  defer(() => {
    const aborting = new AbortController();
    return from(send({ abortSignal: aborting.signal })).pipe(
      timeout(REQUEST_MS),
      finalize(() => {
        aborting.abort();
      }),
    );
  }).pipe(
    catchError((error: unknown) => {
      throw asEngineFailure(error);
    }),
  );

/** All pages of a list, one after the other. */
const pages = <P extends { IsTruncated?: boolean | undefined }>(
  page: (last?: P) => Observable<P>,
): Observable<P> => page().pipe(expand((last) => (last.IsTruncated ? page(last) : EMPTY)));

const ifNew = (onlyIfNew: boolean) => (onlyIfNew ? { IfNoneMatch: '*' } : {});

const ignore = () => undefined;
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** The key of the metadata in which an object keeps its token. */
const TOKEN = 'rxdrop-id';
const CONNECT_MS = 3_000;
/** A body of 32 MiB over a slow line takes its time. */
const REQUEST_MS = 60_000;

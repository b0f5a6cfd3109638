/**
 * Files as objects of an S3 engine.
 *
 * @packageDocumentation
 */
export { s3Store, type S3StoreOptions } from './store/s3/s3Store.js';
export type { ObjectStoreOptions } from './store/objects/objectStore.js';
export type { Numbers } from './store/numbers.js';

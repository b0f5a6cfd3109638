import { RxdropError, StoreError } from './errors.js';

/** Any error that a store throws becomes a StoreError. */
export const asStoreError = (cause: unknown): RxdropError =>
  cause instanceof RxdropError ? cause : new StoreError({ cause });

export { directoryStore, type DirectoryStoreOptions } from './directoryStore.js';
export type { Part, Store } from './store.js';

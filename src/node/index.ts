export { addressFilter, type AddressFilterOptions, isNetwork } from './addresses.js';
export { afterPoll$ } from './afterPoll.js';
export { connect, type ConnectOptions, type Uplink } from './connect.js';
export type { Connection } from './connection.js';
export { listen, type Listener, type ListenOptions } from './listen.js';
export { lookup } from './lookup.js';
export { openFile, type OpenFile, type OpenFileOptions } from './openFile.js';
export { type Digest, sha256 } from './sha256.js';
export { fromSignals } from './signals.js';

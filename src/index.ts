export type {
  ClientEvent,
  ClientReport,
  Connected,
  NotSent,
  Progressed,
  Retrying,
  Sent,
} from './client/events.js';
export { type CauseData, type ErrorData, originalError } from './errorData.js';
export * from './errors.js';
export type { Identity } from './identity.js';
export { send, type SendOptions } from './send.js';
export { serve } from './serve.js';
export type {
  ServeIntoDirectory,
  ServeIntoStore,
  ServeOptions,
  ServingOptions,
} from './serveOptions.js';
export type {
  EngineChanged,
  Failed,
  Hook,
  Listening,
  Opened,
  Received,
  Reduced,
  Refused,
  ServerEvent,
  Stopped,
  Transferring,
  Used,
  WorkerEnded,
} from './server/events.js';
export { type InFlight, type Transfers, transfers } from './server/transfers.js';
export type { Stamp } from './stamp.js';

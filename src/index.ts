export type { ClientEvent, Connected, Progressed, Sent } from './client/events.js';
export * from './errors.js';
export { send, type SendOptions } from './send.js';
export {
  serve,
  type ServeIntoDirectory,
  type ServeIntoStore,
  type ServeOptions,
  type ServingOptions,
} from './serve.js';
export type {
  Failed,
  Listening,
  Opened,
  Received,
  Reduced,
  Refused,
  ServerEvent,
  Stopped,
  Unmarked,
} from './server/events.js';

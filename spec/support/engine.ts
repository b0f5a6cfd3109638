import { NEVER, of } from 'rxjs';
import { type Engine, EngineError } from '../../src/store/objects/engine.js';

/** An engine that does everything at once, unless marbles say otherwise. */
export const engineOf = (marbles: Partial<Engine> = {}): Engine => ({
  put: () => of(undefined),
  startUpload: ({ name }) => of({ name, id: 'upload' }),
  putPart: (_, part) => of(`tag ${part}`),
  completeUpload: () => of(undefined),
  abortUpload: () => of(undefined),
  listUploads: () => NEVER,
  listPartTimes: () => NEVER,
  find: () => of(undefined),
  listNames: () => NEVER,
  remove: () => of(undefined),
  now: () => 0,
  ...marbles,
});

export const UNAVAILABLE = new EngineError('unavailable', 'the engine answers 503');
export const REFUSED = new EngineError('refused', 'the engine denies access to the bucket');
export const TAKEN = new EngineError('taken', 'an object has that name');
export const MISSING = new EngineError('missing', 'there is no such object or upload');
export const UNSUPPORTED = new EngineError('unsupported', 'the engine does not support it');

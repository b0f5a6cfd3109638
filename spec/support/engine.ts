import { NEVER, of } from 'rxjs';
import { type Engine, EngineFailure } from '../../src/store/objects/engine.js';

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

export const UNAVAILABLE = new EngineFailure('unavailable', 'the engine answers 503');
export const REFUSED = new EngineFailure('refused', 'the engine denies access to the bucket');
export const TAKEN = new EngineFailure('taken', 'an object has that name');
export const MISSING = new EngineFailure('missing', 'there is no such object or upload');
export const UNSUPPORTED = new EngineFailure('unsupported', 'the engine does not support it');

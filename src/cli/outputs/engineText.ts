import { escapeControls } from '../../node/escapeControls.js';
import type { EngineChanged } from '../../server/events.js';
import { describeCause } from '../describeCause.js';

/** Describes for people that an engine fails, or works again. */
export const engineText = ({ error, waiting }: EngineChanged): string => {
  const files = waiting === 1 ? '1 file waits' : `${waiting} files wait`;
  const state = error ? escapeControls(describeCause(error.cause)) : 'the engine works again';
  return `${state}; ${files} in the spool`;
};

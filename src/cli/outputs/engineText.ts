import type { ErrorData } from '../../errorData.js';
import { escapeControls } from '../../node/escapeControls.js';
import type { EngineChanged } from '../../server/events.js';
import { describeCause } from '../describeCause.js';

/** Describes for people that an engine fails, or works again. */
export const engineText = ({ error, waiting }: EngineChanged): string => {
  const files = waiting === 1 ? '1 file waits' : `${waiting} files wait`;
  return `${error ? whyDown(error) : 'the engine works again'}; ${files} in the spool`;
};

/** Describes for people why an engine fails. */
export const whyDown = ({ cause }: ErrorData): string => escapeControls(describeCause(cause));

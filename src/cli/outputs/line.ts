import { displayName, type Identity } from '../../identity.js';
import type { ServerEvent } from '../../server/events.js';
import { explain } from '../explain.js';
import { escapeControls } from '../../node/escapeControls.js';
import { formatDuration, formatBytes } from '../units.js';
import { isFailed, hookText } from './hookText.js';
import { refusalText } from './refusalText.js';
import { workerText } from './workerText.js';

/** Selects the lines, and completes their text. */
export interface LineOptions {
  /** `quiet`: no lines. `verbose`: also a line for each connection that is admitted or refused. */
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
  /** The directory as the user wrote it. */
  readonly dir: string;
}

/** Returns the line that the terminal shows for an event, if any. */
export function lineOf(event: ServerEvent, { verbosity, dir }: LineOptions): string | undefined {
  if (verbosity === 'quiet') return undefined;
  switch (event.type) {
    case 'listening':
      return `listening on port ${event.port}, saving into ${escapeControls(dir)}`;
    case 'opened':
      return verbosity === 'verbose'
        ? `${fileOf(event)}  receiving from ${senderOf(event)}`
        : undefined;
    case 'refused':
      return verbosity === 'verbose'
        ? `refused ${senderOf(event)}: ${refusalText(event)}`
        : undefined;
    case 'received':
      return `${fileOf(event)}  ${formatBytes(event.bytes)} from ${senderOf(event)} in ${formatDuration(event.ms)}`;
    case 'failed':
      return event.fileError
        ? `${fileOf(event)}  could not be written: ${explain(event.fileError)}`
        : `${fileOf(event)}  ERROR after ${formatBytes(event.bytes)} from ${senderOf(event)}: ${explain(event.error)}`;
    case 'hook':
      // With --verbose, the whole output has lines of its own.
      if (verbosity === 'verbose') return hookText({ ...event, output: '' });
      return isFailed(event) ? hookText(event) : undefined;
    case 'worker':
      return workerText(event);
    case 'stopped':
      return 'stopped';
    case 'progress':
    case 'usage':
    case 'reduced':
      return undefined;
  }
}

/** Returns the name of the file of a transfer. A store may have given it no number, and so no name. */
export const fileOf = ({ file }: { readonly file?: string }): string =>
  file === undefined ? 'a file without a number' : escapeControls(file);

/** The address of a sender, and the name in its certificate if it has one. */
export function senderOf({ peer, client }: { readonly peer: string; readonly client?: Identity }) {
  const name = displayName(client);
  return name === undefined ? peer : `${escapeControls(name)} (${peer})`;
}

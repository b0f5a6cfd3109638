import type { Identity } from '../../node/identity.js';
import type { ServerEvent } from '../../server/events.js';
import { explain } from '../explain.js';
import { escapeControls } from '../escapeControls.js';
import { formatDuration, formatBytes } from '../units.js';
import { refusalText } from './refusalText.js';

/** Which lines there are, and what they say. */
export interface LineOptions {
  /** `none`: no line. `more`: connections, too, as they are admitted or refused. */
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
  /** The directory as it was given. */
  readonly dir: string;
}

/** The line that the terminal shows for an event, if any. */
export function lineOf(event: ServerEvent, { verbosity, dir }: LineOptions): string | undefined {
  if (verbosity === 'quiet') return undefined;
  switch (event.type) {
    case 'listening':
      return `listening on port ${event.port}, saving into ${escapeControls(dir)}`;
    case 'opened':
      return verbosity === 'verbose'
        ? `${fileOf(event)}  comes from ${senderOf(event)}`
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
    case 'stopped':
      return 'stopped';
    case 'progress':
    case 'reduced':
      return undefined;
  }
}

/** The name of the file of a transfer. A store may have given it none. */
export const fileOf = ({ file }: { readonly file?: string }): string =>
  file === undefined ? 'a file without a number' : escapeControls(file);

/** The address of a sender, and the name in its certificate if it has one. */
export function senderOf({ peer, client }: { readonly peer: string; readonly client?: Identity }) {
  const name = client?.name ?? client?.names[0];
  return name === undefined ? peer : `${escapeControls(name)} (${peer})`;
}

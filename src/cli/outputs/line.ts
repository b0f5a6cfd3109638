import type { Identity } from '../../node/identity.js';
import type { ServerEvent } from '../../server/events.js';
import { explain } from '../explain.js';
import { oneLine } from '../oneLine.js';
import { duration, quantity } from '../units.js';
import { whyRefused } from './refusal.js';

/** Which lines there are, and what they say. */
export interface Lines {
  /** `none`: no line. `more`: connections, too, as they are admitted or refused. */
  readonly lines: 'none' | 'some' | 'more';
  /** The directory as it was given. */
  readonly dir: string;
}

/** The line that the terminal shows for an event, if any. */
export function lineOf(event: ServerEvent, { lines, dir }: Lines): string | undefined {
  if (lines === 'none') return undefined;
  switch (event.type) {
    case 'listening':
      return `listening on port ${event.port}, saving into ${oneLine(dir)}`;
    case 'opened':
      return lines === 'more' ? `${fileOf(event)}  comes from ${senderOf(event)}` : undefined;
    case 'refused':
      return lines === 'more' ? `refused ${senderOf(event)}: ${whyRefused(event)}` : undefined;
    case 'received':
      return `${fileOf(event)}  ${quantity(event.bytes)} from ${senderOf(event)} in ${duration(event.ms)}`;
    case 'failed':
      return event.fileError
        ? `${fileOf(event)}  could not be written: ${explain(event.fileError)}`
        : `${fileOf(event)}  ERROR after ${quantity(event.bytes)} from ${senderOf(event)}: ${explain(event.error)}`;
    case 'stopped':
      return 'stopped';
    case 'progress':
    case 'reduced':
      return undefined;
  }
}

/** The name of the file of a transfer. A store may have given it none. */
export const fileOf = ({ file }: { readonly file?: string }): string =>
  file === undefined ? 'a file without a number' : oneLine(file);

/** The address of a sender, and the name in its certificate if it has shown one. */
export function senderOf({ peer, client }: { readonly peer: string; readonly client?: Identity }) {
  const name = client?.name ?? client?.names[0];
  return name === undefined ? peer : `${oneLine(name)} (${peer})`;
}

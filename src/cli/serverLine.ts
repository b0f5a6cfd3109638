import { pathText } from '../node/pathText.js';
import type { ServerEvent } from '../server/events.js';
import { explain } from './explain.js';
import { oneLine } from './oneLine.js';
import { whyRefused } from './refused.js';
import type { Serving } from './serverCommand.js';
import { duration, quantity } from './units.js';

/** The line that the terminal shows for an event, if any. */
export function serverLine(
  event: ServerEvent,
  { serve: { dir }, lines }: Serving,
): string | undefined {
  if (lines === 'none') return undefined;
  switch (event.type) {
    case 'listening':
      return `listening on port ${event.port}, saving into ${oneLine(pathText(dir))}`;
    case 'reduced':
      return undefined;
    case 'opened':
      return lines === 'more' ? `${event.id}.file  comes from ${event.peer}` : undefined;
    case 'refused':
      return lines === 'more' ? `refused ${event.peer}: ${whyRefused(event)}` : undefined;
    case 'received':
      return `${event.id}.file  ${quantity(event.bytes)} from ${event.peer} in ${duration(event.ms)}`;
    case 'failed':
      return `${fileOf(event)}  ERROR after ${quantity(event.bytes)} from ${event.peer}: ${explain(event.error)}`;
    case 'unmarked':
      return `${fileOf(event)}  could not be written: ${explain(event.error)}`;
    case 'stopped':
      return 'stopped';
  }
}

/** The name of the file of a transfer that failed. A store may have given it none. */
export const fileOf = ({ id }: { readonly id?: number }): string =>
  id === undefined ? 'a file without a number' : `${id}.file`;

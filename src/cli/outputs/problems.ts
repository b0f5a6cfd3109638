import { filter, map } from 'rxjs';
import type { ErrorCode } from '../../errors.js';
import type { ServerEvent } from '../../server/events.js';
import { explain } from '../explain.js';
import { fileOf, senderOf } from './line.js';
import type { Output, Problem } from './output.js';
import { refusalText } from './refusalText.js';

/** The problems that events report: those of the server itself, and refusals (S11). */
export const problems: Output = (events$) =>
  events$.pipe(
    map(problemOf),
    filter((problem) => problem !== undefined),
  );

function problemOf(event: ServerEvent): Problem | undefined {
  switch (event.type) {
    case 'reduced':
      return {
        text: `--max-connections ${event.asked} is reduced to ${event.maxConnections}: more files may not be open at once (ulimit -n)`,
      };
    case 'refused':
      return event.reason === 'DENIED'
        ? undefined
        : { text: `refused ${senderOf(event)}: ${refusalText(event)}`, refusal: true };
    case 'failed':
      if (event.fileError)
        return {
          text: `${fileOf(event)} could not be written, not even as ERROR: ${explain(event.fileError)}`,
        };
      return SERVER_FAULTS.has(event.reason)
        ? { text: `${fileOf(event)} from ${senderOf(event)}: ${explain(event.error)}` }
        : undefined;
    default:
      return undefined;
  }
}

/** Failures that the server causes, and not a sender. */
const SERVER_FAULTS: ReadonlySet<ErrorCode> = new Set(['STORE', 'NO_ROOM', 'INTERNAL']);

import { filter, map } from 'rxjs';
import type { ErrorCode } from '../../errors.js';
import type { Failed, ServerEvent } from '../../server/events.js';
import { explain } from '../explain.js';
import { hookText, isFailed } from './hookText.js';
import { fileOf, senderOf } from './line.js';
import type { Output, Problem } from './output.js';
import { refusalText } from './refusalText.js';
import { workerText } from './workerText.js';

/**
 * The problems that events report: those of the server itself, and refusals (S11).
 *
 * @param isShown whether the terminal that shows the warnings has a line for the event already
 */
export const problems =
  (isShown: (event: ServerEvent) => boolean = () => false): Output =>
  (events$) =>
    events$.pipe(
      map((event) => {
        const problem = problemOf(event);
        return problem && isShown(event) ? undefined : problem;
      }),
      filter((problem) => problem !== undefined),
    );

function problemOf(event: ServerEvent): Problem | undefined {
  switch (event.type) {
    case 'reduced':
      return {
        text: `--max-connections ${event.asked} is reduced to ${event.maxConnections}: the open-files limit (ulimit -n) allows no more`,
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
      return isServerFault(event)
        ? { text: `${fileOf(event)} from ${senderOf(event)}: ${explain(event.error)}` }
        : undefined;
    case 'worker':
      return { text: workerText(event) };
    case 'hook':
      return isFailed(event) ? { text: hookText(event) } : undefined;
    default:
      return undefined;
  }
}

/** Whether the server caused a failure, and not a sender. A check that refuses a file works as it should. */
const isServerFault = ({ reason, error: { status } }: Failed): boolean =>
  reason === 'CHECK'
    ? status === undefined || NOT_RUN.has(Number(status))
    : SERVER_FAULTS.has(reason);

/** Exit statuses of a shell whose command is not executable, or not found. */
const NOT_RUN: ReadonlySet<number> = new Set([126, 127]);

const SERVER_FAULTS: ReadonlySet<ErrorCode> = new Set(['STORE', 'NO_ROOM', 'QUOTA', 'INTERNAL']);

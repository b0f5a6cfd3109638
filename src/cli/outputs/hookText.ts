import type { Hook } from '../../server/events.js';
import { escapeControls } from '../../node/escapeControls.js';
import { explain } from '../explain.js';
import { formatDuration } from '../units.js';

/** What became of a command, in words for people, with the last line of its output. */
export function hookText({ hook, file, status, signal, reason, error, ms, output }: Hook): string {
  const name = `--${hook} for ${escapeControls(file)}`;
  if (reason === 'QUEUE_FULL') return `${name} is not run: too many wait already`;
  if (reason === 'SHUTDOWN')
    return `${name} ${ms === 0 ? 'is not run' : 'was ended'}: the server stopped`;
  if (error) return `${name}: ${explain(error)}`;
  const end = signal === undefined ? `ended with status ${status}` : `was ended by ${signal}`;
  const last = lastLine(output);
  return `${name} ${end} in ${formatDuration(ms)}${last && `: ${last}`}`;
}

/** Whether a command did not do what it was to do. */
export const isFailed = ({ status }: Hook): boolean => status !== 0;

const lastLine = (output = ''): string => escapeControls(output.trimEnd().split('\n').at(-1) ?? '');

import type { CommandLine } from './commandLine.js';
import { formatHelp } from './formatHelp.js';
import { HELP_OPTIONS } from './helpOptions.js';
import type { OptionGroups } from './option.js';

/** Returns the text that a command line requests, whatever else it contains. Throws UsageError. */
export function requestedText<G extends OptionGroups>(
  commandLine: CommandLine<G>,
  argv: readonly string[],
): string | undefined {
  const end = argv.indexOf('--');
  for (const word of argv.slice(0, end === -1 ? argv.length : end)) {
    const { level } = HELP.exec(word)?.groups ?? {};
    if (level !== undefined) HELP_OPTIONS.help.parse(level);
    if (HELP.test(word)) return formatHelp(commandLine, { all: level !== undefined });
    if (VERSION.test(word)) return commandLine.version;
  }
  return undefined;
}

/** `--help`, `--help=all`, `-h`, `-qh` */
const HELP = /^(?:--help(?:=(?<level>.*))?|-[a-zA-Z]*h[a-zA-Z]*)$/s;

const VERSION = /^(?:--version|-[a-zA-Z]*V[a-zA-Z]*)$/;

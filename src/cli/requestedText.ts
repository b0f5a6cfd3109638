import type { CommandLine } from './commandLine.js';
import { formatHelp } from './formatHelp.js';
import { HELP_OPTIONS } from './helpOptions.js';
import { optionWords } from './optionWords.js';
import type { OptionGroups } from './option.js';

/**
 * Returns the text that a command line requests, whatever else it contains.
 *
 * @param columns returns the columns of the screen
 * @throws UsageError
 */
export function requestedText<G extends OptionGroups>(
  commandLine: CommandLine<G>,
  argv: readonly string[],
  columns: () => number,
): string | undefined {
  for (const word of optionWords(argv)) {
    const { level } = HELP.exec(word)?.groups ?? {};
    if (level !== undefined) HELP_OPTIONS.help.parse(level);
    if (HELP.test(word))
      return formatHelp(commandLine, { all: level !== undefined, columns: columns() });
    if (VERSION.test(word)) return commandLine.version;
  }
  return undefined;
}

/** `--help`, `--help=all`, `-h`, `-qh` */
const HELP = /^(?:--help(?:=(?<level>.*))?|-[a-zA-Z]*h[a-zA-Z]*)$/s;

const VERSION = /^(?:--version|-[a-zA-Z]*V[a-zA-Z]*)$/;

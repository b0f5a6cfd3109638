import { closestWord } from './closestWord.js';
import type { OptionTable } from './option.js';
import { UsageError } from './usageError.js';

/**
 * Rejects the first argument that begins with a dash and is not an option of the table. Yargs would report
 * `-dash` as four unknown options, and read `--quiet=x` as false.
 *
 * @throws UsageError
 */
export function rejectUnknownOptions(options: OptionTable, argv: readonly string[]): void {
  const end = argv.indexOf('--');
  const letters = lettersOf(options);
  for (const word of argv.slice(0, end === -1 ? argv.length : end)) {
    const name = /^--(?<name>[^=]*)/.exec(word)?.groups?.name;
    if (name === undefined) rejectLetters(word, letters, Object.keys(options));
    else rejectName(name, word, options);
  }
}

function rejectName(name: string, word: string, options: OptionTable): void {
  if (!Object.hasOwn(options, name))
    throw new UsageError(`unknown option --${name}${suggest(name, Object.keys(options))}`);
  if (!('parse' in (options[name] ?? {})) && word.includes('='))
    throw new UsageError(`option --${name} takes no value`);
}

function rejectLetters(word: string, letters: RegExp, names: readonly string[]): void {
  if (!word.startsWith('-') || word === '-' || NUMBER.test(word) || letters.test(word)) return;
  const hint =
    suggest(word.slice(1), names) || ` (a file of that name is ./${word}, or comes after --)`;
  throw new UsageError(`unknown option ${word}${hint}`);
}

/** Yargs treats a negative number as an argument. */
const NUMBER = /^-(?:\d+(?:\.\d+)?|\.\d+)$/;

/** `-q`, `-qv`, `-j`, `-j4`, `-j=4`, `-qj4` */
function lettersOf(options: OptionTable): RegExp {
  const letters = (withValue: boolean) =>
    Object.values(options)
      .filter((spec) => ('parse' in spec && spec.bare === undefined) === withValue)
      .map(({ letter = '' }) => letter)
      .join('');
  const [flags, valued] = [letters(false), letters(true)];
  return new RegExp(`^-[${flags}]*(?:[${flags}]|[${valued}](?:=.*|\\d+)?)$`, 's');
}

const suggest = (name: string, names: readonly string[]): string => {
  const closest = closestWord(name, names);
  return closest === undefined ? '' : ` (did you mean --${closest}?)`;
};

import { type NameFacts, namePiece, type NamePiece } from './nameField.js';

/** How the files of a directory are named, by a path below it. */
export interface NameTemplate {
  /** The path of a file, with `/` between its components. */
  readonly fill: (id: number, facts: NameFacts) => string;
  /** A pattern for the name of each directory on the way, whose groups capture the number. */
  readonly directories: readonly RegExp[];
  /** The same for the name of the file or of a backup of it, whose number `backup` captures. */
  readonly file: RegExp;
  /** Whether names have anything of the connection, and its time. */
  readonly needsFacts: boolean;
  readonly needsTime: boolean;
  /** The most bytes that a path may have, with a backup's suffix. */
  readonly bytes: number;
}

export const DEFAULT_NAME = '{id}.file';

/**
 * Reads a template such as `{date}/{peer}/{id:6}.log`.
 *
 * No name that it makes leaves the directory, is hidden or has a control character, whatever the sender is called:
 * a component begins with text that was checked here, or with a value, which never begins with a dot.
 *
 * @throws RangeError for a template without `{id}`, with an unknown field, or that makes names that are none
 */
export function nameTemplate(text: string): NameTemplate {
  const components = text.split('/').map((component) => piecesOf(component, text));
  const pieces = components.flat();
  if (!pieces.some(({ kind }) => kind === 'id')) throw bad(text, 'it has no {id}');

  const patterns = components.map((pieces) => pieces.map(({ pattern }) => pattern).join(''));
  const last = patterns.pop() ?? '';
  return {
    fill: (id, facts) =>
      components.map((pieces) => pieces.map((piece) => piece.fill(id, facts)).join('')).join('/'),
    directories: patterns.map((pattern) => new RegExp(`^${pattern}$`, 'u')),
    file: new RegExp(`^${last}(?:\\.~(?<backup>\\d+)~)?$`, 'u'),
    needsFacts: pieces.some(({ kind }) => kind === 'value' || kind === 'time'),
    needsTime: pieces.some(({ kind }) => kind === 'time'),
    bytes: bytesOf(pieces) + components.length + SUFFIX_BYTES,
  };
}

function piecesOf(component: string, text: string): readonly NamePiece[] {
  if (text.startsWith('/')) throw bad(text, 'it is absolute');
  if (text.endsWith('/')) throw bad(text, 'it ends in /');
  if (component === '') throw bad(text, 'a component is empty');
  if (component.startsWith('.')) throw bad(text, 'a component begins with a dot');
  if (UNFIT.test(component)) throw bad(text, 'it has a character that names should not have');
  const pieces = Array.from(component.matchAll(/\{[^{}]*\}|[{}]|[^{}]+/g), ([word]) => {
    const piece = namePiece(word);
    if (piece) return piece;
    throw bad(text, `${word} is no field: {id}, {id:6}, {date}, {time}, {peer}, {cn}`);
  });
  if (AMBIGUOUS.test(pieces.map(({ form }) => form).join('')))
    throw bad(text, 'text has to stand between {id} and {peer}, {cn} or another {id}');
  if (bytesOf(pieces) > COMPONENT_BYTES)
    throw bad(text, `a component may come to more than ${COMPONENT_BYTES} bytes`);
  return pieces;
}

const bad = (text: string, why: string): RangeError => new RangeError(`bad name "${text}": ${why}`);

const bytesOf = (pieces: readonly NamePiece[]): number =>
  pieces.reduce((sum, { bytes }) => sum + bytes, 0);

/** Control characters and those that change how text looks, bytes that are no UTF-8, and what separates on Windows. */
const UNFIT = /[\p{C}\p{Zl}\p{Zp}\uFFFD\\]/u;

/** The number of a file could not be read back from its name, for `--continue`. */
const AMBIGUOUS = /[IV]0*I|I0*V/;

/** Room for `.~k~` behind a name of the 255 bytes that file systems take. */
const SUFFIX_BYTES = 24;
const COMPONENT_BYTES = 255 - SUFFIX_BYTES;

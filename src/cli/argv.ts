import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import type { Path } from '../node/pathText.js';
import { UsageError } from './usageError.js';

/**
 * Returns the arguments of a command line without loss.
 *
 * Node replaces bytes that are not UTF-8 by U+FFFD, and the result is another name. Here each such byte becomes
 * a lone surrogate, U+DC80 to U+DCFF, so that an argument stays a string until it is used as a path (`toPath`).
 *
 * @param argv the arguments as Node decoded them, without the first two
 * @param read reads the bytes of the process's command line
 * @throws UsageError if bytes were replaced and cannot be read
 */
export function readArgv(argv: readonly string[], read = commandLineBytes): readonly string[] {
  if (!argv.some(hasReplacement)) return argv;
  // Node's own options come first.
  const words = split(read()).slice(-argv.length);
  if (words.map(String).join('\0') !== argv.join('\0'))
    throw new UsageError(
      `"${argv.find(hasReplacement) ?? ''}" is not UTF-8, and this system does not show its bytes`,
    );
  return words.map(decode);
}

/** Whether Node may have replaced bytes of a text. */
export const hasReplacement = (text: string): boolean => text.includes('\uFFFD');

function commandLineBytes(): Buffer {
  try {
    return readFileSync('/proc/self/cmdline');
  } catch {
    return Buffer.alloc(0);
  }
}

/** Each argument ends with a NUL. */
function split(bytes: Buffer): readonly Buffer[] {
  const words: Buffer[] = [];
  for (let start = 0, end = 0; (end = bytes.indexOf(0, start)) !== -1; start = end + 1)
    words.push(bytes.subarray(start, end));
  return words;
}

/** Decodes as Python's `surrogateescape` does (PEP 383). */
function decode(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const size = UTF8_SIZES.find((size) => isUtf8(bytes.subarray(at, at + size)));
    text +=
      size === undefined
        ? String.fromCharCode(SURROGATE + bytes.readUInt8(at))
        : bytes.toString('utf8', at, at + size);
    at += size ?? 1;
  }
  return text;
}

/** The lengths of characters in bytes. */
const UTF8_SIZES = [1, 2, 3, 4];

const SURROGATE = 0xdc00;

/** Returns the path that an argument of `readArgv` names. */
export const toPath = (word: string): Path =>
  /\p{Cs}/u.test(word) ? Buffer.concat(Array.from(word, encode)) : word;

const encode = (character: string): Buffer =>
  /\p{Cs}/u.test(character)
    ? Buffer.of(character.charCodeAt(0) - SURROGATE)
    : Buffer.from(character);

/** The bytes of a path: a string if they are UTF-8, a Buffer otherwise. */
export type Path = string | Buffer;

/**
 * A path as text. Bytes that are not UTF-8 are shown as `\xe9`, so that two different paths never look the same.
 */
export function pathText(path: Path): string {
  const text = path.toString();
  if (typeof path === 'string' || Buffer.from(text).equals(path)) return text;
  return path
    .toString('latin1')
    .replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}

/** A path is bytes: a string if they are UTF-8, and a Buffer otherwise. */
export type Path = string | Buffer;

/**
 * A path as text. The system's paths are bytes: those that are no UTF-8 are shown as `\xe9`, so that two
 * different paths never look the same.
 */
export function pathText(path: Path): string {
  const text = path.toString();
  if (typeof path === 'string' || Buffer.from(text).equals(path)) return text;
  return path
    .toString('latin1')
    .replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}

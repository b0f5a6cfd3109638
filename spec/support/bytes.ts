/** Bytes of a text: `bytes('abc')` is a chunk of three. */
export const bytes = (text: string): Uint8Array => Buffer.from(text);

import type { Stretch } from './stretches.js';

export const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

/** A tenth of a pixel is more than is seen. */
export const round = (pixels: number): number => Math.round(pixels * 10) / 10;

export const path = (kind: string, d: string): string =>
  d === '' ? '' : `<path${kind === '' ? '' : ` class="${kind}"`} d="${d}"/>`;

/** Lines along y = 0. */
export const along = (stretches: readonly Stretch[]): string =>
  stretches.map(([from, to]) => `M${round(from)} 0H${round(to)}`).join('');

export const text = (kind: string, x: number, y: number, content: string): string =>
  `<text class="${kind}" x="${round(x)}" y="${round(y)}">${escaped(content)}</text>`;

/** A rectangle with round ends, in the middle of its height at y = 0. */
export const pill = (kind: string, [from, to]: Stretch, radius: number): string =>
  `<rect class="${kind}" x="${round(from)}" y="${round(-radius)}" width="${round(to - from)}" height="${round(2 * radius)}" rx="${round(radius)}"/>`;

export const at = (y: number, content: string): string =>
  `<g transform="translate(0 ${round(y)})">${content}</g>`;

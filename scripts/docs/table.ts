/** A table in Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Code in a cell of a table. */
export const code = (text: string): string =>
  `\`${text.replace(/\s+/g, ' ').replace(/\|/g, '\\|')}\``;

/** Text in a cell of a table; the options that it names become code. */
export const cell = (text: string): string =>
  text
    .replace(/\s*\n\s*/g, ' ')
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : prose(part)))
    .join('')
    .replace(/\|/g, '\\|');

const prose = (text: string): string =>
  text.replace(/</g, '&lt;').replace(/(?<=^|[ (])--[a-z][a-z-]*…?/g, '`$&`');

import { createElement } from './createElement.js';
import { setText } from './setText.js';

/** Returns a function that creates a row: the name of a file, a sender, and figures with these classes. */
export const tableRow =
  (...figures: readonly string[]) =>
  (): Element => {
    const tr = createElement('tr');
    tr.append(...['', '', ...figures].map((className) => createElement('td', className)));
    return tr;
  };

/** Names and senders may be cut off, so the title of their cell has the whole text. */
export function writeTableRow(tr: Element, texts: readonly string[]): void {
  for (const [index, text] of texts.entries()) {
    const cell = tr.children[index];
    if (!cell) continue;
    setText(cell, text);
    if (index < 2) cell.setAttribute('title', cell.textContent);
  }
}

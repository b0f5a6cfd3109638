import { createElement } from './createElement.js';
import { setText } from './setText.js';

/** An item of the lists of failures and refusals. Its fields are the classes of its parts. */
export interface ListItem {
  readonly name: string;
  readonly reason: string;
  readonly when: string;
  readonly why: string;
  /** Where to look for the cause. */
  readonly look: string;
}

export function createListItem(): Element {
  const [li, head] = [createElement('li'), createElement('p', 'head')];
  head.append(...['name', 'reason', 'when'].map((part) => createElement('span', part)));
  li.append(head, createElement('p', 'why'), createElement('p', 'look'));
  return li;
}

export function writeListItem(li: Element, item: ListItem): void {
  for (const [part, text] of Object.entries(item) as [string, string][]) {
    const element = li.querySelector(`.${part}`);
    if (element) setText(element, text);
  }
}

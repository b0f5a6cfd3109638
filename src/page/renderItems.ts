/**
 * Gives a parent one child per item, and shows each item in its child. Children stay where they are, so the browser
 * only lays out what has changed.
 */
export function renderItems<T>(
  parent: Element,
  items: readonly T[],
  create: () => Element,
  write: (child: Element, item: T) => void,
): void {
  while (parent.children.length > items.length) parent.lastElementChild?.remove();
  for (const [index, item] of items.entries())
    write(parent.children[index] ?? parent.appendChild(create()), item);
}

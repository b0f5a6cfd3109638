/**
 * Gives a parent as many children as there are items, and has each of them shown by its child. Children stay where they
 * are: of a row that stands still, nothing is written but the figures that have changed.
 */
export function rows<T>(
  parent: Element,
  items: readonly T[],
  make: () => Element,
  write: (child: Element, item: T) => void,
): void {
  while (parent.children.length > items.length) parent.lastElementChild?.remove();
  for (const [index, item] of items.entries())
    write(parent.children[index] ?? parent.appendChild(make()), item);
}

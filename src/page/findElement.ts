/** Returns the element of the page that a selector finds. Throws if there is none. */
export function findElement(selector: string): HTMLElement {
  const element = document.querySelector(selector);
  if (element instanceof HTMLElement) return element;
  throw new Error(`the page has no ${selector}`);
}

/** Creates an element with a class. */
export function createElement(name: string, className = ''): HTMLElement {
  const element = document.createElement(name);
  if (className !== '') element.className = className;
  return element;
}

import { escapeControls } from '../node/escapeControls.js';

/**
 * Shows a text in an element. A text is never HTML, and what it has of control characters, and of those that turn the
 * direction of writing, is spelled out. An element that shows it already is left alone.
 */
export function show(element: Element, text: string): void {
  const visible = escapeControls(text);
  if (element.textContent !== visible) element.textContent = visible;
}

/** A new element with a class and, if there is one, a text. */
export function element(name: string, className = '', text = ''): HTMLElement {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  if (text !== '') show(made, text);
  return made;
}

import { escapeControls } from '../node/escapeControls.js';

/**
 * Shows a text in an element. The text never becomes HTML, and its control characters are escaped, including those that
 * change the direction of writing. An element that already shows the text is not touched.
 */
export function setText(element: Element, text: string): void {
  const visible = escapeControls(text);
  if (element.textContent !== visible) element.textContent = visible;
}

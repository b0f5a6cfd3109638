import { createElement } from './createElement.js';
import { type Meter, NEAR_SHARE } from './meters.js';
import { setText } from './setText.js';

export function createMeter(): Element {
  const [limit, dt, dd] = [createElement('div'), createElement('dt'), createElement('dd')];
  dt.append(createElement('span', 'title'), createElement('span', 'of'));
  dd.append(createElement('div', 'meter'));
  limit.append(dt, dd);
  return limit;
}

export function writeMeter(limit: Element, { title, text, share }: Meter): void {
  const [name, of, meter] = ['.title', '.of', '.meter'].map((part) =>
    limit.querySelector<HTMLElement>(part),
  );
  if (!name || !of || !meter) return;
  setText(name, title);
  setText(of, text);
  meter.toggleAttribute('hidden', share === undefined);
  if (share === undefined) return;
  meter.style.setProperty('--share', `${(100 * share).toFixed(1)}%`);
  meter.toggleAttribute('data-near', share >= NEAR_SHARE);
  meter.setAttribute('role', 'meter');
  meter.setAttribute('aria-label', title);
  meter.setAttribute('aria-valuenow', String(Math.round(100 * share)));
  meter.setAttribute('aria-valuetext', text);
}

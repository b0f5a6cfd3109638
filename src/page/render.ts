import type { RefusalState, ResultState, State, TransferState } from '../admin/state.js';
import { formatBytes, formatClock, formatDuration, formatRate } from '../cli/units.js';
import { ago, count, currentRate, rateText } from './figures.js';
import { find } from './find.js';
import { hintOf } from './hints.js';
import { type Meter, metersOf, NEAR } from './limits.js';
import { rows } from './rows.js';
import { element, show } from './text.js';

/** Shows a state on the page. */
export function render(state: State): void {
  figures(state);
  transfers(state);
  results(state);
  rows(find('#limits', HTMLElement), metersOf(state), makeMeter, writeMeter);
}

const put = (selector: string, text: string): void => {
  show(find(selector, HTMLElement), text);
};

function figures(state: State): void {
  const { server, totals, inFlight } = state;
  put('#in-flight-count', count(inFlight));
  put('#rate', formatRate(currentRate(state)));
  put('#received', count(totals.received));
  put('#bytes', formatBytes(totals.bytes));
  put('#failed', count(totals.failed));
  put('#refused', count(totals.refused));
  find('#failed', HTMLElement).toggleAttribute('data-bad', totals.failed > 0);
  put('#version', `rxdrop ${server.version}`);
  put('#where', whereOf(state));
}

function whereOf({ server: { port, dir, since }, at }: State): string {
  return [
    ...(port === undefined ? [] : [`port ${port}`]),
    ...(dir === undefined ? [] : [`into ${dir}`]),
    ...(since === undefined ? [] : [`up ${formatClock(at - Date.parse(since))}`]),
  ].join(' · ');
}

function transfers({ transfers, inFlight }: State): void {
  rows(
    find('#transfers tbody', HTMLElement),
    transfers,
    row('figure', 'figure', 'figure spare'),
    (tr, transfer) => {
      cells(tr, [
        nameOf(transfer),
        senderOf(transfer),
        formatBytes(transfer.bytes),
        rateText(transfer.rate),
        formatClock(transfer.ms),
      ]);
    },
  );
  const others = inFlight - transfers.length;
  put(
    '#in-flight-note',
    others > 0 ? `the oldest ${count(transfers.length)} of ${count(inFlight)}` : '',
  );
  find('#more', HTMLElement).hidden = others === 0;
  put('#more', `and ${count(others)} more that began later`);
}

function results({ at, server, totals, files, failures, refusals }: State): void {
  const when = (time: string) => ago(at - Date.parse(time));
  put('#files-note', files.length < totals.received ? `the last ${files.length}` : '');
  put('#failures-note', failures.length < totals.failed ? `the last ${failures.length}` : '');
  rows(find('#files tbody', HTMLElement), files, row('figure', 'figure'), (tr, file) => {
    cells(tr, [nameOf(file), senderOf(file), formatBytes(file.bytes), when(file.time)]);
  });
  rows(find('#failures', HTMLElement), failures, makeItem, (li, failure) => {
    const { reason = '', why = '', bytes, ms, time } = failure;
    const facts = `${formatBytes(bytes)} came from ${senderOf(failure)} in ${formatDuration(ms)}.`;
    writeItem(li, {
      ...{ name: nameOf(failure), reason, when: when(time), why },
      look: [facts, placeOf(failure, server.dir), hintOf(reason)].filter(Boolean).join(' '),
    });
  });
  rows(
    find('#refusals', HTMLElement),
    refusals,
    makeItem,
    (li, { reason, why, peer, time }: RefusalState) => {
      const times = totals.refusedBy[reason] ?? 0;
      writeItem(li, {
        ...{ name: `${count(times)} ${times === 1 ? 'connection' : 'connections'}`, reason },
        ...{ when: when(time), why: `${why}; the last from ${peer}` },
        look: hintOf(reason) ?? '',
      });
    },
  );
}

const nameOf = ({ file, connection }: TransferState | ResultState): string =>
  file ?? `connection ${connection}`;

/** The name of a client that has shown a certificate, and its address. */
const senderOf = ({ client, peer }: TransferState | ResultState): string =>
  client?.name === undefined ? peer : `${client.name} (${peer})`;

const placeOf = ({ file, lost }: ResultState, dir: string | undefined): string | undefined => {
  if (file === undefined || dir === undefined) return undefined;
  return lost ? `There is no ${dir}/${file}.` : `${dir}/${file} holds ERROR.`;
};

/** A row: a name, a sender, and figures. */
const row =
  (...figures: readonly string[]) =>
  () => {
    const tr = element('tr');
    tr.append(...['', '', ...figures].map((classes) => element('td', classes)));
    return tr;
  };

function cells(tr: Element, texts: readonly string[]): void {
  for (const [index, text] of texts.entries()) {
    const cell = tr.children[index];
    if (!cell) continue;
    show(cell, text);
    if (index < 2) cell.setAttribute('title', cell.textContent);
  }
}

interface Item {
  readonly name: string;
  readonly reason: string;
  readonly when: string;
  readonly why: string;
  readonly look: string;
}

function makeItem(): Element {
  const [li, head] = [element('li'), element('p', 'head')];
  head.append(element('span', 'name'), element('span', 'reason'), element('span', 'when'));
  li.append(head, element('p', 'why'), element('p', 'look'));
  return li;
}

function writeItem(li: Element, item: Item): void {
  for (const [part, text] of Object.entries(item) as [string, string][]) {
    const element = li.querySelector(`.${part}`);
    if (element) show(element, text);
  }
}

function makeMeter(): Element {
  const [limit, dt, dd] = [element('div'), element('dt'), element('dd')];
  dt.append(element('span', 'title'), element('span', 'of'));
  dd.append(element('div', 'meter'));
  limit.append(dt, dd);
  return limit;
}

function writeMeter(limit: Element, { title, text, share }: Meter): void {
  const [name, of, meter] = ['.title', '.of', '.meter'].map((part) =>
    limit.querySelector<HTMLElement>(part),
  );
  if (!name || !of || !meter) return;
  show(name, title);
  show(of, text);
  meter.toggleAttribute('hidden', share === undefined);
  if (share === undefined) return;
  meter.style.setProperty('--share', `${(100 * share).toFixed(1)}%`);
  meter.toggleAttribute('data-near', share >= NEAR);
  meter.setAttribute('role', 'meter');
  meter.setAttribute('aria-label', title);
  meter.setAttribute('aria-valuenow', String(Math.round(100 * share)));
  meter.setAttribute('aria-valuetext', text);
}

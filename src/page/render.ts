import type { RefusalState, ResultState, State, TransferState } from '../admin/state.js';
import { formatBytes, formatClock, formatDuration, formatRate } from '../cli/units.js';
import { currentRate, formatAge, formatCount, formatKnownRate } from './figures.js';
import { findElement } from './findElement.js';
import { hintFor } from './hints.js';
import { createListItem, writeListItem } from './listItem.js';
import { createMeter, writeMeter } from './meterElement.js';
import { metersOf } from './meters.js';
import { renderItems } from './renderItems.js';
import { setText } from './setText.js';
import { tableRow, writeTableRow } from './tableRow.js';

/** Shows a state on the page. */
export function render(state: State): void {
  figures(state);
  transfers(state);
  results(state);
  renderItems(findElement('#limits'), metersOf(state), createMeter, writeMeter);
}

const put = (selector: string, text: string): void => {
  setText(findElement(selector), text);
};

function figures(state: State): void {
  const { server, totals, inFlight } = state;
  put('#in-flight-count', formatCount(inFlight));
  put('#rate', formatRate(currentRate(state)));
  put('#received', formatCount(totals.received));
  put('#bytes', formatBytes(totals.bytes));
  put('#failed', formatCount(totals.failed));
  put('#refused', formatCount(totals.refused));
  findElement('#failed').toggleAttribute('data-bad', totals.failed > 0);
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
  renderItems(
    findElement('#transfers tbody'),
    transfers,
    tableRow('figure', 'figure', 'figure spare'),
    (tr, transfer) => {
      writeTableRow(tr, [
        nameOf(transfer),
        senderOf(transfer),
        formatBytes(transfer.bytes),
        formatKnownRate(transfer.rate),
        formatClock(transfer.ms),
      ]);
    },
  );
  const others = inFlight - transfers.length;
  put(
    '#in-flight-note',
    others > 0 ? `the oldest ${formatCount(transfers.length)} of ${formatCount(inFlight)}` : '',
  );
  findElement('#more').hidden = others === 0;
  put('#more', `and ${formatCount(others)} more that began later`);
}

function results({ at, server, totals, files, failures, refusals }: State): void {
  const when = (time: string) => formatAge(at - Date.parse(time));
  put('#files-note', files.length < totals.received ? `the last ${files.length}` : '');
  put('#failures-note', failures.length < totals.failed ? `the last ${failures.length}` : '');
  renderItems(findElement('#files tbody'), files, tableRow('figure', 'figure'), (tr, file) => {
    writeTableRow(tr, [nameOf(file), senderOf(file), formatBytes(file.bytes), when(file.time)]);
  });
  renderItems(findElement('#failures'), failures, createListItem, (li, failure) => {
    const { reason = '', why = '', bytes, ms, time } = failure;
    const facts = `${formatBytes(bytes)} came from ${senderOf(failure)} in ${formatDuration(ms)}.`;
    writeListItem(li, {
      ...{ name: nameOf(failure), reason, when: when(time), why },
      look: [facts, placeOf(failure, server.dir), hintFor(reason)].filter(Boolean).join(' '),
    });
  });
  renderItems(
    findElement('#refusals'),
    refusals,
    createListItem,
    (li, { reason, why, peer, time }: RefusalState) => {
      const times = totals.refusedBy[reason] ?? 0;
      writeListItem(li, {
        ...{ name: `${formatCount(times)} ${times === 1 ? 'connection' : 'connections'}`, reason },
        ...{ when: when(time), why: `${why}; the last from ${peer}` },
        look: hintFor(reason) ?? '',
      });
    },
  );
}

const nameOf = ({ file, connection }: TransferState | ResultState): string =>
  file ?? `connection ${connection}`;

/** The address of a sender, and its name if it has presented a certificate. */
const senderOf = ({ client, peer }: TransferState | ResultState): string =>
  client?.name === undefined ? peer : `${client.name} (${peer})`;

const placeOf = ({ file, lost }: ResultState, dir: string | undefined): string | undefined => {
  if (file === undefined || dir === undefined) return undefined;
  return lost ? `There is no ${dir}/${file}.` : `${dir}/${file} holds ERROR.`;
};

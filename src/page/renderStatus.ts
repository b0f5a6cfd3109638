import type { ServerState } from '../admin/state.js';
import type { Update } from './update.js';
import { findElement } from './findElement.js';
import { setText } from './setText.js';

/** Shows the phase of the server at the top, and a notice if the page is not up to date. */
export function renderStatus(update: Update): void {
  const [tone, text] = 'state' in update ? statusOf(update.state.server) : LOST;
  findElement('.status').dataset.tone = tone;
  setText(findElement('#phase'), text);
  const stale = 'lost' in update;
  document.body.toggleAttribute('data-stale', stale);
  const notice = findElement('#notice');
  notice.hidden = !stale;
  setText(notice, stale ? NOTICE : '');
  if ('state' in update) {
    const { inFlight } = update.state;
    document.title = inFlight > 0 ? `(${inFlight}) rxdrop` : 'rxdrop';
  }
}

type Status = readonly [tone: 'bad' | 'good' | 'wait', text: string];

const LOST: Status = ['bad', 'Connection lost'];

const NOTICE =
  'The server does not answer. This is what it showed last; the page tries again every second.';

function statusOf({ phase, notReady }: ServerState): Status {
  switch (phase) {
    case 'starting':
      return ['wait', 'Starting'];
    case 'listening':
      return notReady === undefined ? ['good', 'Listening'] : ['bad', `Not ready: ${notReady}`];
    case 'draining':
      return ['wait', 'Draining: transfers in flight may end'];
    case 'stopped':
      return ['bad', 'Stopped'];
  }
}

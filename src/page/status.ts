import type { ServerState } from '../admin/state.js';
import type { News } from './news.js';
import { find } from './find.js';
import { show } from './text.js';

/** Shows at the top how the server is, and whether what the page shows is what is. */
export function showStatus(news: News): void {
  const [tone, text] = 'state' in news ? statusOf(news.state.server) : LOST;
  find('.status', HTMLElement).dataset.tone = tone;
  show(find('#phase', HTMLElement), text);
  const stale = 'lost' in news;
  document.body.toggleAttribute('data-stale', stale);
  const notice = find('#notice', HTMLElement);
  notice.hidden = !stale;
  show(notice, stale ? NOTICE : '');
  if ('state' in news) {
    const { inFlight } = news.state;
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

import { animationFrameScheduler, auditTime, connect, merge, tap } from 'rxjs';
import { chart } from './chart.js';
import { feed } from './feed.js';
import type { Update } from './update.js';
import { findElement } from './findElement.js';
import { render } from './render.js';
import { announcements } from './announcements.js';
import { renderStatus } from './renderStatus.js';
import { setText } from './setText.js';

const throughput = chart(findElement('#curve'));

const renderUpdate = (update: Update) => {
  renderStatus(update);
  if (!('state' in update)) return;
  render(update.state);
  throughput.draw(update.state.curve);
};

/** Rendered at most once per frame, and never while the page is hidden: a browser then runs no animation frames. */
const rendered$ = feed('events').pipe(
  connect((updates$) =>
    merge(
      updates$.pipe(auditTime(0, animationFrameScheduler), tap(renderUpdate)),
      updates$.pipe(
        announcements(),
        tap((text) => {
          setText(findElement('#announcements'), text);
        }),
      ),
    ),
  ),
);

merge(rendered$, throughput.adapt$).subscribe();

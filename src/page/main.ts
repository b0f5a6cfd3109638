import { animationFrameScheduler, auditTime, connect, merge, tap } from 'rxjs';
import { chart } from './chart.js';
import { feed } from './feed.js';
import type { News } from './news.js';
import { find } from './find.js';
import { render } from './render.js';
import { spoken } from './spoken.js';
import { showStatus } from './status.js';
import { show } from './text.js';

const curve = chart(find('#curve', HTMLElement));

const draw = (news: News) => {
  showStatus(news);
  if (!('state' in news)) return;
  render(news.state);
  curve.draw(news.state.curve);
};

/** Drawn at most once a frame, and not at all while nobody sees the page. */
const shown$ = feed('events').pipe(
  connect((news$) =>
    merge(
      news$.pipe(auditTime(0, animationFrameScheduler), tap(draw)),
      news$.pipe(
        spoken(),
        tap((text) => {
          show(find('#spoken', HTMLElement), text);
        }),
      ),
    ),
  ),
);

merge(shown$, curve.changes$).subscribe();

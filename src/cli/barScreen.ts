import cliProgress from 'cli-progress';
import type { Progress } from '../operators/index.js';
import { figures, fraction } from './figures.js';
import type { Screen } from './screen.js';

/** A bar for each file on its way, and above them a line for each that is done. */
export function barScreen(): Screen {
  const bars = new cliProgress.MultiBar({
    format: draw,
    fps: 4,
    clearOnComplete: true,
    gracefulExit: false,
    noTTYOutput: true,
    emptyOnZero: true,
  });
  return {
    row(name) {
      const bar = bars.create(1, 0, { name });
      const settle = (line: string) => {
        bars.log(`${line}\n`);
        bars.remove(bar);
      };
      return {
        progress(progress) {
          bar.update(fraction(progress), { progress });
        },
        sent(text) {
          settle(`${name}  ${text}`);
        },
        failed: settle,
      };
    },
    stop() {
      bars.stop();
    },
  };
}

const WIDTH = 24;

function draw(
  _options: unknown,
  { progress: done }: { progress: number },
  payload: Payload,
): string {
  const { name, progress } = payload;
  if (progress === undefined) return `${name}  connecting`;
  const full = Math.round(WIDTH * done);
  const bar = progress.total === undefined ? '' : `[${'='.repeat(full).padEnd(WIDTH)}]  `;
  return `${name}  ${bar}${figures(progress)}`;
}

interface Payload {
  readonly name: string;
  readonly progress?: Progress;
}

import { fromEvent, merge, type Observable, tap } from 'rxjs';
import uPlot from 'uplot';
import { formatRate } from '../cli/units.js';
import { labelledMinutes } from './figures.js';

/** The chart of the throughput. */
export interface Chart {
  readonly draw: (bytesPerSecond: readonly number[]) => void;
  /** Adapts the chart to the window and the colours while it is subscribed. */
  readonly adapt$: Observable<unknown>;
}

/** Draws a chart into an element, in the colours of the style sheet. */
export function chart(parent: HTMLElement): Chart {
  const size = () => ({ width: parent.clientWidth, height: parent.clientHeight });
  let colours = coloursOf(parent);
  const plot = new uPlot(
    {
      ...size(),
      cursor: { show: false },
      legend: { show: false },
      padding: [8, 18, 0, 0],
      scales: {
        x: { time: false },
        y: { range: (_, __, max) => [0, Math.max(max * 1.1, 2 ** 10)] },
      },
      axes: [
        {
          ...axis(() => colours),
          // Below the label 0 of the other axis.
          size: 34,
          gap: 12,
          grid: { show: false },
          splits: ({ bbox }) =>
            labelledMinutes(bbox.width / devicePixelRatio).map((minutes) => -60 * minutes),
          values: (_, splits) =>
            splits.map((seconds) => (seconds === 0 ? 'now' : `${-seconds / 60} min`)),
        },
        {
          ...axis(() => colours),
          size: 84,
          incrs: POWERS_OF_TWO,
          values: (_, splits) => splits.map((value) => (value === 0 ? '0' : formatRate(value))),
        },
      ],
      series: [
        {},
        {
          width: 1.5,
          points: { show: false },
          stroke: () => colours.accent,
          fill: () => colours.soft,
        },
      ],
    },
    [[], []],
    parent,
  );
  const dark = matchMedia('(prefers-color-scheme: dark)');
  return {
    draw(bytes) {
      plot.setData([bytes.map((_, index) => index + 1 - bytes.length), [...bytes]]);
      parent.setAttribute(
        'aria-label',
        `Throughput over the last five minutes: ${formatRate(bytes.at(-1) ?? 0)} now, ${formatRate(Math.max(...bytes))} at most`,
      );
    },
    adapt$: merge(fromEvent(window, 'resize'), fromEvent(dark, 'change')).pipe(
      tap(() => {
        colours = coloursOf(parent);
        plot.setSize(size());
      }),
    ),
  };
}

/** Distances of the grid's lines, so that they have round numbers of KiB and MiB. */
const POWERS_OF_TWO = Array.from({ length: 50 }, (_, power) => 2 ** power);

interface Colours {
  readonly accent: string;
  readonly soft: string;
  readonly line: string;
  readonly quiet: string;
}

function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const [accent = '', soft = '', line = '', quiet = ''] = [
    ...['--accent', '--accent-soft', '--line', '--quiet'],
  ].map((name) => style.getPropertyValue(name));
  return { accent, soft, line, quiet };
}

const axis = (colours: () => Colours) => ({
  stroke: () => colours().quiet,
  font: '12px system-ui, sans-serif',
  grid: { stroke: () => colours().line, width: 1 },
  ticks: { show: false },
});

import { machineLine } from './machine.js';
import { counted } from './sizes.js';
import { summary } from './statistics.js';

/**
 * @typedef {{ x: number, y: number, low: number, high: number }} Point
 * @typedef {(value: number) => number} Scale
 * @typedef {{ label: string, figure: string, left: number, scale: (most: number) => Axis }} Panel
 * @typedef {{ at: Scale, ticks: number[] }} Axis
 */

const [WIDTH, HEIGHT] = [880, 360];
const PLOT = { top: 56, bottom: 286, width: 310 };

/** A mark for each peer, so that the figure is readable without colours. */
const SERIES = [
  { name: 'rxdrop', className: 'a', mark: '<circle r="4.5"/>' },
  { name: 'C', className: 'b', mark: '<rect x="-4" y="-4" width="8" height="8"/>' },
  { name: 'Python', className: 'c', mark: '<polygon points="0,-5.5 5,4 -5,4"/>' },
];

/**
 * Throughput and memory over the number of connections, as SVG for light and dark pages.
 *
 * @param {Pick<import('./measure.js').Results, 'machine' | 'workloads'>} results
 * @returns {string | undefined} nothing if the scale was not measured
 */
export function curves({ machine, workloads }) {
  const points = workloads
    .filter(({ connections }) => connections !== undefined)
    .sort((a, b) => Number(a.connections) - Number(b.connections));
  if (points.length < 2) return undefined;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title">
<title id="title">Throughput and memory of the servers by the number of connections at once</title>
${STYLE}
${panel(points, { label: 'throughput, MiB/s', figure: 'rate', left: 58, scale: linear })}
${panel(points, { label: 'peak memory, MiB', figure: 'peak', left: 500, scale: logarithmic })}
<text class="note" x="16" y="${HEIGHT - 12}">${escaped(machineLine(machine))}</text>
</svg>
`;
}

const STYLE = `<style>
  svg { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .head, .name { font-weight: 600 } .tick, .note { font-size: 11px; fill: #59636e } .end { text-anchor: end } .middle { text-anchor: middle }
  path { fill: none; stroke-width: 2 } .grid { stroke: #d1d9e0; stroke-width: 1 } .spread { opacity: .5 }
  .a { fill: #b4125c } .a path { stroke: #b4125c } .b { fill: #59636e } .b path { stroke: #59636e } .c { fill: #0a5dc2 } .c path { stroke: #0a5dc2 }
  @media (prefers-color-scheme: dark) {
    svg { fill: #f0f6fc } .tick, .note { fill: #9198a1 } .grid { stroke: #3d444d }
    .a { fill: #ff7ab8 } .a path { stroke: #ff7ab8 } .b { fill: #b6bec7 } .b path { stroke: #b6bec7 } .c { fill: #6cb0ff } .c path { stroke: #6cb0ff }
  }
</style>`;

/** @param {import('./measure.js').Result[]} workloads @param {Panel} panel */
function panel(workloads, { label, figure, left, scale }) {
  const series = SERIES.map((one) => ({ ...one, points: pointsOf(workloads, one.name, figure) }));
  const drawn = series.filter(({ points }) => points.length > 0);
  const most = Math.max(...drawn.flatMap(({ points }) => points.map(({ high }) => high)));
  const y = scale(most);
  const x = across(
    workloads.map(({ connections }) => Number(connections)),
    left,
  );
  const right = left + PLOT.width;
  const names = apart(drawn.map(({ points }) => y.at(points.at(-1)?.y ?? 0) + 4));

  return [
    `<text class="head" x="${left - 42}" y="30">${label}</text>`,
    ...y.ticks.map(
      (tick) =>
        `<path class="grid" d="M${left} ${round(y.at(tick))}H${right}"/>` +
        `<text class="tick end" x="${left - 8}" y="${round(y.at(tick) + 4)}">${counted(tick)}</text>`,
    ),
    ...x.ticks.map(
      (tick) =>
        `<text class="tick middle" x="${round(x.at(tick))}" y="${PLOT.bottom + 20}">${counted(tick)}</text>`,
    ),
    `<text class="tick middle" x="${left + PLOT.width / 2}" y="${PLOT.bottom + 38}">connections at once</text>`,
    ...drawn.map(({ name, className, mark, points }, index) => {
      const places = points.map((point) => [round(x.at(point.x)), round(y.at(point.y))]);
      const spreads = points.map(
        ({ low, high }, at) => `M${places[at]?.[0] ?? 0} ${round(y.at(low))}V${round(y.at(high))}`,
      );
      return (
        `<g class="${className}"><path d="M${places.map((place) => place.join(' ')).join('L')}"/>` +
        `<path class="spread" d="${spreads.join('')}"/>` +
        places.map(([px, py]) => `<g transform="translate(${px} ${py})">${mark}</g>`).join('') +
        `<text class="name" x="${right + 12}" y="${round(names[index] ?? 0)}">${name}</text></g>`
      );
    }),
  ].join('\n');
}

/** @param {import('./measure.js').Result[]} workloads @param {string} name @param {string} figure @returns {Point[]} */
const pointsOf = (workloads, name, figure) =>
  workloads.flatMap(({ connections, peers }) => {
    const peer = peers[name];
    const found = peer?.wrong === undefined && summary(peer?.samples ?? [], figure);
    return found
      ? [{ x: Number(connections), y: found.median, low: found.min, high: found.max }]
      : [];
  });

/** @param {number[]} ticks @param {number} left @returns {Axis} */
function across(ticks, left) {
  const most = Math.log(ticks.at(-1) ?? Math.E);
  return { at: (value) => left + (PLOT.width * Math.log(value)) / most, ticks };
}

/** @param {number} most @returns {Axis} */
function linear(most) {
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? rough;
  const ticks = Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
  const top = ticks.at(-1) ?? most;
  return { at: (value) => PLOT.bottom - ((PLOT.bottom - PLOT.top) * value) / top, ticks };
}

/** @param {number} most @returns {Axis} */
function logarithmic(most) {
  const decades = Math.ceil(Math.log10(most));
  const ticks = Array.from({ length: decades + 1 }, (_, power) => 10 ** power);
  return {
    at: (value) =>
      PLOT.bottom - ((PLOT.bottom - PLOT.top) * Math.log10(Math.max(value, 1))) / decades,
    ticks,
  };
}

/** Moves names that would cover each other apart. @param {number[]} places */
function apart(places) {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  let free = -Infinity;
  for (const name of order) {
    name.place = Math.max(name.place, free);
    free = name.place + 16;
  }
  return order.sort((a, b) => a.index - b.index).map(({ place }) => place);
}

const round = (/** @type {number} */ value) => Math.round(value * 10) / 10;

const escaped = (/** @type {string} */ text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

import { readFileSync } from 'node:fs';
import type { Family } from '../../src/admin/exposition.js';
import { metricsOf } from '../../src/admin/metrics.js';
import { Tally } from '../../src/admin/tally.js';
import { STAMP } from '../support/events.js';

const rules = readFileSync('contrib/prometheus/rules.yml', 'utf8');
const dashboard = readFileSync('contrib/grafana/dashboard.json', 'utf8');
const page = readFileSync('docs/recipes/monitoring.md', 'utf8');

const FACTS = {
  ...{ version: '1.2.3', dir: undefined, limits: { maxConnections: 100 } },
  ...{ whyFailed: () => '', whyRefused: () => '', whyDown: () => '' },
};
const MEASURED = {
  disk: { space: { free: 7, size: 9, minFree: 5 }, freeFiles: 3 },
  loop: { p50: 1, p99: 20, max: 30 },
};
const tally = new Tally(0);
tally.count({ ...STAMP, type: 'usage', waiting: 0 }, 0);
const metrics = metricsOf(tally, FACTS, MEASURED, 0);

/** The series of a metric without the suffixes of a histogram. */
const familyOf = (name: string): Family | undefined =>
  metrics.find((family) => family.name === name.replace(/_(?:bucket|sum|count)$/, ''));

const foundIn = (text: string, pattern: RegExp): readonly string[] => [
  ...new Set(Array.from(text.matchAll(pattern), ([, name = '']) => name)),
];

describe.each([
  ['alerts', rules],
  ['dashboard', dashboard],
])('the %s', (_, text) => {
  const named = foundIn(text, /\b(rxdrop_\w+)/g);

  it.each(named)('have a metric of a server: %s', (name) => {
    expect(familyOf(name)).toBeDefined();
  });

  it('have labels and reasons that the metrics have', () => {
    const selectors = [...text.matchAll(/(rxdrop_\w+)\{(.*?)\}/g)];
    const values = selectors.flatMap(([, name = '', selector = '']) =>
      [...selector.matchAll(/(\w+)=~?\\?"([^"\\]*)/g)]
        .filter(([, label]) => label !== 'instance')
        .flatMap(([, label = '', value = '']) =>
          value.split('|').map((one) => ({ name, label, value: one })),
        ),
    );
    const known = ({ name, label, value }: (typeof values)[number]) =>
      familyOf(name)?.samples.some(({ labels }) => labels?.[label] === value);
    expect(values).not.toStrictEqual([]);
    expect(values.filter((value) => !known(value))).toStrictEqual([]);
  });
});

describe('the recipe of Prometheus and Grafana', () => {
  it('lists every alert', () => {
    const listed = foundIn(page, /^\| `(Rxdrop\w+)`/gm);
    expect(listed).toStrictEqual(foundIn(rules, /- alert: (\w+)/g));
  });
});

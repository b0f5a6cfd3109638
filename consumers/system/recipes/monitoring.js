import { deepStrictEqual, match, strictEqual } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../../scripts/machine/until.js';
import { requirePrograms } from '../../requirePrograms.js';
import { follow } from '../../../scripts/recipe/follow.js';

const RULES = 'contrib/prometheus/rules.yml';
const TESTS = 'consumers/system/recipes/alerts.yml';
const DASHBOARD = 'contrib/grafana/dashboard.json';
/** Enough for the first scrapes of Prometheus. */
const SCRAPE_MS = 15_000;

/** The server of the recipe has no engine. */
const OF_ENGINES = new Set(['rxdrop_engine_up', 'rxdrop_spool_files']);

/** Prometheus takes the configuration and the rules, scrapes a server, and has data for each panel and alert. */
export default async function monitoring() {
  requirePrograms('prometheus', 'promtool');
  const alerts = names(readFileSync(RULES, 'utf8'), /- alert: (\w+)/g);
  const tests = readFileSync(TESTS, 'utf8');
  deepStrictEqual(names(tests, /alertname: (\w+)\n +exp_alerts:\n/g), alerts);
  deepStrictEqual(names(tests, /alertname: (\w+),? +exp_alerts: \[\]/g), alerts);
  execFileSync('promtool', ['test', 'rules', TESTS], { stdio: 'pipe' });

  await follow(
    'monitoring',
    async (page) => {
      mkdirSync(join(page.directory, 'global'));
      symlinkSync(process.cwd(), join(page.directory, 'global', 'rxdrop'));
      await page.serve(5000);
      await page.serve(9090);
      execFileSync('promtool', ['check', 'config', join(page.directory, 'prometheus.yml')], {
        stdio: 'pipe',
      });

      /** @param {string} path */
      const ask = async (path) => {
        const response = await fetch(`http://localhost:${page.port(9090)}/api/v1/${path}`);
        return /** @type {{ status: string, error?: string, data: unknown }} */ (
          await response.json()
        );
      };
      const series = async (/** @type {string} */ query) => {
        const { status, error, data } = await ask(`query?query=${encodeURIComponent(query)}`);
        strictEqual(status, 'success', `${query}: ${error}`);
        return /** @type {{ result: unknown[] }} */ (data).result;
      };

      const { data } = await ask('rules');
      deepStrictEqual(names(JSON.stringify(data), /"name":"(Rxdrop\w+)"/g), alerts);
      match(page.read('rules.yml'), /RxdropDown/);
      await until(async () => (await series('up{job="rxdrop"} == 1')).length === 1, SCRAPE_MS);
      const expressions = expressionsOf(readFileSync(DASHBOARD, 'utf8'));
      for (const expression of expressions) await series(expression);
      const selectors = [readFileSync(RULES, 'utf8'), ...expressions].flatMap((text) =>
        names(text, /(rxdrop_\w+)(?!\w)/g),
      );
      for (const name of new Set(selectors.filter((name) => !OF_ENGINES.has(name))))
        await until(async () => (await series(name)).length > 0, SCRAPE_MS);
    },
    { npm: 'echo "$HOME/global"' },
  );
}

/** @param {string} text @param {RegExp} pattern whose first group is a name */
const names = (text, pattern) =>
  [...new Set(Array.from(text.matchAll(pattern), ([, name = '']) => name))].sort();

/** @param {string} dashboard @returns {string[]} with values for the variables of Grafana */
function expressionsOf(dashboard) {
  const { panels } = /** @type {{ panels: { targets: { expr: string }[] }[] }} */ (
    JSON.parse(dashboard)
  );
  return panels.flatMap(({ targets }) =>
    targets.map(({ expr }) =>
      expr.replaceAll('$instance', '.*').replace(/\$__(?:rate_interval|range)/g, '1m'),
    ),
  );
}

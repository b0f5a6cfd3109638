import { readFileSync } from 'node:fs';
import { connect as connectSocket, type Socket } from 'node:net';
import { join } from 'node:path';
import { Subject, switchMap } from 'rxjs';
import { admin } from '../../src/admin/admin.js';
import type { Identity } from '../../src/identity.js';
import type { ServerEvent, ServerFact } from '../../src/server/events.js';
import { opened, received, STAMP } from '../support/events.js';
import { following } from '../support/following.js';
import {
  afterSpec,
  cleanUp,
  dial,
  directory,
  DONE,
  drop,
  freePort,
  type Program,
  run,
  until,
} from '../support/programs.js';
import { chromium, type Page } from './chromium.js';

/** The page in a real browser: `npm run test:page`. */

const browsers: (() => void)[] = [];
let page: Page;

beforeAll(async () => {
  page = await chromium((end) => browsers.push(end));
});
afterAll(() => {
  for (const end of browsers) end();
});

beforeEach(async () => {
  await page.setScheme('light');
  await page.resize(1_280, 900);
});
afterEach(async () => {
  // Before the servers end, which the page would report.
  const problems = page.problems().splice(0);
  await page.open('about:blank');
  await cleanUp();
  expect(problems).toStrictEqual([]);
});
// After the hook above, because hooks run in their order.
const { follow } = following();

interface Server {
  readonly program: Program;
  readonly port: number;
  readonly url: string;
  readonly dir: string;
  /** Starts the same program once more. */
  readonly again: () => Program;
}

async function server(...args: readonly string[]): Promise<Server> {
  const [port, adminPort, dir] = [await freePort(), await freePort(), join(directory(), 'inbox')];
  const again = () => run('rxdrop-server', [port, dir, '--admin-port', adminPort, ...args]);
  const program = again();
  expect(await drop(port, '')).toBe('FIN');
  return { program, port, dir, url: `http://127.0.0.1:${adminPort}/`, again };
}

/** What an element shows. */
const text = async (selector: string): Promise<string> =>
  String(await page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.innerText`));

/** Waits until an element shows what is expected. */
async function shows(selector: string, expected: RegExp): Promise<void> {
  let shown = '';
  const look = async () => expected.test((shown = await text(selector)));
  await until(look).catch((cause: unknown) => {
    throw new Error(`${selector} shows ${JSON.stringify(shown)}`, { cause });
  });
}

/** The opacity with which an element appears, that of the elements around it included. */
const opacityOf = (selector: string) =>
  page.evaluate(`(() => {
    let opacity = 1;
    for (let e = document.querySelector(${JSON.stringify(selector)}); e; e = e.parentElement)
      opacity *= getComputedStyle(e).opacity;
    return opacity;
  })()`);

const count = (selector: string) =>
  page.evaluate(`document.querySelectorAll(${JSON.stringify(selector)}).length`);

describe('the page', () => {
  it('reports that nothing has happened yet', async () => {
    const { url, port, dir } = await server();
    await page.open(url);
    await shows('#phase', /^Listening$/);
    expect(await text('#where')).toContain(`port ${port} · into ${dir} · up 0:0`);
    expect(await text('#in-flight-count')).toBe('0');
    expect(await count('#transfers tr:has(td)')).toBe(0);
    expect(await text('main')).toContain('Nothing is in flight.');
  });

  it('reports nothing of a server that it does not know yet', async () => {
    const { url } = await server();
    await page.open(url);
    await shows('main', /Nothing is in flight/);
    await page.evaluate('document.body.toggleAttribute("data-unknown", true)');
    expect(await text('main')).not.toMatch(/Nothing is|No (transfer|file|connection) has/);
  });

  it('shows a transfer that grows and ends', async () => {
    const { url, port } = await server();
    await page.open(url);
    const { socket, verdict } = await dial(port);
    await shows('#transfers tbody', /2\.file\t127\.0\.0\.1:\d+\t0 B/);
    socket.write(Buffer.alloc(2 ** 20));
    await shows('#transfers tbody', /\t1 MiB\t/);
    socket.write(Buffer.alloc(2 ** 20));
    await shows('#transfers tbody', /\t2 MiB\t[\d.]+ .?i?B\/s\t0:\d\d$/);
    socket.end();
    expect(await verdict).toBe('FIN');
    await shows('#files tbody', /^2\.file\t127\.0\.0\.1:\d+\t2 MiB\t(now|\d+ s ago)/);
    await shows('#in-flight-count', /^0$/);
    expect(await text('#received')).toBe('2');
    expect(await text('#bytes')).toBe('2 MiB');
    expect(await page.evaluate('document.querySelector("#curve").ariaLabel')).toMatch(
      /^Throughput over the last five minutes: .* now, .* at most$/,
    );
  });

  it('shows why a transfer failed, and where to look', async () => {
    const { url, port, dir } = await server('--idle-timeout', '200ms');
    await page.open(url);
    const { verdict } = await dial(port);
    expect(await verdict).toBe('RST');
    await shows('#failures', /2\.file/);
    expect(await text('#failures')).toMatch(/IDLE[^]*No data for 200 ms/i);
    expect(await text('#failures')).toContain(`${dir}/2.file holds ERROR.`);
    expect(await text('#failures')).toContain('--idle-timeout');
    expect(await text('#failed')).toBe('1');
  });

  it('shows refused connections, and the limits', async () => {
    const { url, port } = await server('--max-connections', '1');
    await page.open(url);
    await dial(port);
    await shows('#in-flight-count', /^1$/);
    const { verdict } = await dial(port);
    expect(await verdict).toBe('RST');
    // `dial` tries again if its connection is reset at once, so there may be more than one.
    await shows('#refusals', /^\d+ connections?\s+MAX_CONNECTIONS/);
    expect(await text('#limits')).toContain('1 of 1');
    expect(await count('.meter[data-near]')).toBe(1);
  });

  it('reports that the server is gone, and continues when it is back', async () => {
    const { url, program, again, port } = await server();
    await page.open(url);
    await shows('#phase', /^Listening$/);
    program.kill('SIGTERM');
    expect(await program.ended).toStrictEqual(DONE);
    await shows('#phase', /^Connection lost$/);
    expect(await text('#notice')).toContain('tries again every second');
    expect([await opacityOf('#notice'), await opacityOf('#figures')]).toStrictEqual([1, 0.55]);
    // The browser reports a connection that is refused.
    page.problems().splice(0);
    again();
    await shows('#phase', /^Listening$/);
    page.problems().splice(0);
    expect(await text('#notice')).toBe('');
    expect(await text('#received')).toBe('0');
    await drop(port, 'hello');
    await shows('#files tbody', /1\.file/);
  });

  it('reports that the server drains', async () => {
    const { url, program, port } = await server('--drain', '1m');
    await page.open(url);
    const { socket } = await dial(port);
    await shows('#in-flight-count', /^1$/);
    program.kill('SIGTERM');
    await shows('#phase', /^Draining/);
    socket.end();
    await shows('#phase', /^Connection lost$/);
    page.problems().splice(0);
  });

  it('lists the oldest of a thousand transfers, counts the others, and updates them', async () => {
    const { url, port } = await server();
    const sockets: Socket[] = [];
    afterSpec(() => {
      for (const socket of sockets) socket.destroy();
    });
    for (let opened = 0; opened < 1_000; opened++)
      sockets.push(connectSocket(port, '127.0.0.1').on('error', () => undefined));
    await page.open(url);
    await shows('#in-flight-count', /^1,000$/);
    expect(await count('#transfers tbody tr')).toBe(60);
    expect(await text('#more')).toBe('and 940 more that began later');
    for (const socket of sockets) socket.write(Buffer.alloc(2_048));
    await shows('#transfers tbody', /^(?:\S+\t\S+\t2 KiB\t.*(?:\n|$)){60}/);
    await shows('#bytes', /^1\.95 MiB$/);
  });

  it.each([
    ['small phone', 320],
    ['phone', 360],
    ['desktop', 1_280],
  ])('fits a %s', async (_, width) => {
    const { url, port } = await server();
    await page.resize(width, 800);
    await page.open(url);
    await drop(port, 'x'.repeat(5_000));
    await dial(port);
    await shows('#in-flight-count', /^1$/);
    await shows('#files tbody', /1\.file/);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    // No figure is cut off, and none leaves its card.
    expect(
      await page.evaluate(
        '[...document.querySelectorAll("td.figure, dd, .of, .meter")].filter((e) => e.scrollWidth > e.clientWidth + 1 || e.closest("section")?.getBoundingClientRect().right < e.getBoundingClientRect().right + 8).map((e) => e.innerText || e.className)',
      ),
    ).toStrictEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'is accessible and legible in the %s scheme',
    async (scheme) => {
      const { url, port } = await server('--idle-timeout', '200ms', '--max-connections', '2');
      await page.setScheme(scheme);
      await page.open(url);
      for (const { verdict } of [await dial(port), await dial(port), await dial(port)])
        await verdict;
      await shows('#failures', /IDLE/);
      await shows('#refusals', /MAX_CONNECTIONS/);
      const ground = await page.evaluate(
        'getComputedStyle(document.documentElement).backgroundColor',
      );
      expect(ground).toBe(scheme === 'dark' ? 'rgb(18, 20, 22)' : 'rgb(247, 247, 245)');
      await page.evaluate(readFileSync('node_modules/axe-core/axe.min.js', 'utf8'));
      const violations = await page.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))',
      );
      expect(violations).toStrictEqual([]);
    },
  );

  it('names its tables, and can be scrolled with the keyboard', async () => {
    const { url } = await server();
    await page.open(url);
    expect(await count('th:not([scope="col"])')).toBe(0);
    expect(await count('.scroll:not([tabindex="0"][role="group"][aria-labelledby])')).toBe(0);
    await shows('#announcements', /^0 in flight, 1 saved, 0 failed\.$/);
    expect(await page.evaluate('document.querySelector("#announcements").ariaLive')).toBe('polite');
  });

  it('shows names as text, and escapes their control characters', async () => {
    const [adminPort, events$] = [await freePort(), new Subject<ServerEvent>()];
    follow(
      admin({
        ...{ port: adminPort, serving: {}, version: '1' },
        page: readFileSync('dist/page.html', 'utf8'),
        whyFailed: () => '',
        whyRefused: () => '',
        whyDown: () => '',
      }).pipe(switchMap(({ show }) => show(events$))),
    );
    const evil = '<img src=x onerror=alert(1)><script>alert(2)</script>\u202egpj.exe\u0007\n';
    const client: Identity = { name: evil, names: [], fingerprint: '' };
    await until(() => fetch(`http://127.0.0.1:${adminPort}/livez`).catch(() => undefined));
    const say = (fact: ServerFact) => {
      events$.next({ ...STAMP, ...fact });
    };
    say({ ...opened(1), file: evil, client });
    say({ ...opened(2), file: evil });
    say({ ...received({ id: 2, bytes: 5, ms: 1 }), file: evil });
    await page.open(`http://127.0.0.1:${adminPort}/`);
    await shows('#transfers tbody', /<script>alert\(2\)<\/script>\\u202egpj\.exe\\x07\\x0a/);
    await shows('#files tbody', /<img src=x onerror=alert\(1\)>/);
    expect(await text('#transfers tbody')).toMatch(/\\x0a \(192\.0\.2\.1:5000\)/);
    expect(await count('main img, main script')).toBe(0);
  });

  it('shows the whole title of a refusal on a phone', async () => {
    const { url, port } = await server('--max-connections', '1');
    await dial(port);
    const { verdict } = await dial(port);
    expect(await verdict).toBe('RST');
    await page.resize(320, 640);
    await page.open(url);
    await shows('#refusals .name', /^1 connection$/);
    const name = 'document.querySelector("#refusals .name")';
    expect(await page.evaluate(`${name}.scrollWidth <= ${name}.clientWidth`)).toBe(true);
  });

  it('turns no text into HTML, and runs only its own script', async () => {
    const { url } = await server();
    await page.open(url);
    await expect(page.evaluate('document.body.innerHTML = "<p>"')).rejects.toThrow('TrustedHTML');
    expect(
      await page.evaluate(
        'new Promise((done) => { document.addEventListener("securitypolicyviolation", (e) => done(e.effectiveDirective)); document.body.setAttribute("style", "color: red"); })',
      ),
    ).toBe('style-src-attr');
    page.problems().splice(0);
  });
});

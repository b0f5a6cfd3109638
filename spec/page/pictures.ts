import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  afterSpec,
  cleanUp,
  dial,
  directory,
  drop,
  freePort,
  type Peer,
  run,
} from '../support/programs.js';
import { chromium, type Page } from './chromium.js';

/** Takes the pictures of the admin page in `docs/`: `npm run pictures`. */

const KIB = 1_024;
const MIB = 1_024 * KIB;
const TICK_MS = 250;
/** How fast a sender is, if their mean is 1. */
const SHARES = [0.2, 0.5, 0.8, 0.8, 0.6, 0.7, 1.2, 2, 2.2, 1.5, 1, 0.5];

interface Scene {
  readonly transfers: number;
  /** Of all transfers together. */
  readonly bytesPerSecond: number;
  /** Milliseconds before the pictures. */
  readonly ms: number;
  readonly pictures: readonly Picture[];
}

interface Picture {
  readonly name: string;
  readonly width: number;
  readonly scheme: 'dark' | 'light';
}

const SCENES: readonly Scene[] = [
  {
    ...{ transfers: 12, bytesPerSecond: 7 * MIB, ms: 80_000 },
    pictures: [{ name: 'admin', width: 1_100, scheme: 'light' }],
  },
  {
    ...{ transfers: 1_000, bytesPerSecond: 24 * MIB, ms: 55_000 },
    pictures: [
      { name: 'admin-dark', width: 1_100, scheme: 'dark' },
      { name: 'admin-phone', width: 390, scheme: 'light' },
    ],
  },
];

for (const scene of SCENES) {
  try {
    const page = await chromium(afterSpec);
    await page.open(await busyServer(scene));
    await pause(scene.ms);
    for (const picture of scene.pictures) await take(page, picture);
  } finally {
    await cleanUp();
  }
}

/** Starts a server that has saved nine files and lost one, and receives others. Returns the URL of its page. */
async function busyServer({ transfers, bytesPerSecond }: Scene): Promise<string> {
  const [port, adminPort] = [await freePort(), await freePort()];
  const limits = ['--max-size', '4GiB', '--max-per-host', 2_000];
  run('rxdrop-server', [port, 'inbox', '--admin-port', adminPort, ...limits], { cwd: directory() });
  for (let power = 0; power < 9; power++) await drop(port, 'x'.repeat(KIB * 3 ** power));
  await reset(await dial(port));

  const senders: Peer[] = [];
  while (senders.length < transfers) senders.push(await dial(port));
  const bytes = (bytesPerSecond / transfers) * (TICK_MS / 1_000);
  const block = Buffer.alloc(4 * bytes);
  const timer = setInterval(() => {
    const wave = 1 + 0.3 * Math.sin(performance.now() / 6_000);
    senders.forEach(({ socket }, index) => {
      socket.write(block.subarray(0, bytes * wave * (SHARES[index % SHARES.length] ?? 1)));
    });
  }, TICK_MS);
  afterSpec(() => {
    clearInterval(timer);
  });
  return `http://127.0.0.1:${adminPort}/`;
}

async function reset({ socket, verdict }: Peer): Promise<void> {
  socket.write(Buffer.alloc(70_000));
  await pause(200);
  socket.resetAndDestroy();
  await Promise.race([verdict, pause(200)]);
}

/** Takes a picture of the whole page, with few colours. */
async function take(page: Page, { name, width, scheme }: Picture): Promise<void> {
  const path = `docs/${name}.png`;
  await page.setScheme(scheme);
  await page.resize(width, 800);
  await pause(1_000);
  await page.resize(width, Number(await page.evaluate('document.documentElement.scrollHeight')));
  await pause(1_000);
  await page.screenshot(path);
  // The senders send meanwhile.
  await promisify(execFile)('pngquant', ['--force', '--strip', '--output', path, path]);
}

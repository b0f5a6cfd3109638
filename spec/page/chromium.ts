import { spawn } from 'node:child_process';
import { rmSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { filter, map, type Observable, share, take } from 'rxjs';
import { fromReadable } from '../../src/node/index.js';
import { splitFrames } from '../../src/operators/index.js';
import { first } from '../support/outcome.js';

/** A page in Chromium. */
export interface Page {
  readonly open: (url: string) => Promise<void>;
  /** The value of an expression in the page, as JSON carries it. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  readonly resize: (width: number, height: number) => Promise<void>;
  readonly setScheme: (scheme: 'dark' | 'light') => Promise<void>;
  /** The milliseconds of its scripts so far, and of all its work, layout and painting included. */
  readonly busyMs: () => Promise<{ readonly scripts: number; readonly all: number }>;
  /** The errors and warnings of the console and the browser. */
  readonly problems: () => string[];
  readonly screenshot: (path: string) => Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/**
 * Starts Chromium and opens a page. It uses the DevTools protocol over two pipes: JSON texts, each followed by a NUL.
 *
 * @param end is called with functions that end it
 */
export async function chromium(end: (undo: () => void) => void): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), 'rxdrop-chromium-'));
  const child = spawn(
    process.env.CHROMIUM ?? 'chromium',
    [...FLAGS, `--user-data-dir=${profile}`],
    {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    },
  );
  end(() => {
    child.once('close', () => {
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    });
    // Chromium is a group of processes, all of which write into the profile.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  });
  const missing = new Promise<never>((_, reject) => {
    child.on('error', (cause) => {
      reject(new Error('these specs need Chromium: install it, or name it in CHROMIUM', { cause }));
    });
  });
  const [commands, answers] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  commands.on('error', () => undefined);
  const message$: Observable<Message> = fromReadable(answers).pipe(
    splitFrames({ delimiter: 0, limit: 2 ** 28 }),
    map((frame) => JSON.parse(new TextDecoder().decode(frame)) as Message),
    share(),
  );

  let serial = 0;
  const send = async (method: string, params: object = {}, sessionId?: string) => {
    const id = ++serial;
    const answer = first(message$.pipe(filter((message) => message.id === id)));
    commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await Promise.race([answer, missing]);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as Readonly<Record<string, unknown>>;
  };

  const problems: string[] = [];
  const listening = message$.subscribe({
    next: ({ method = '', params }) => {
      if (/^(?:Log\.entryAdded|Runtime\.(?:exceptionThrown|consoleAPICalled))$/.test(method))
        problems.push(JSON.stringify(params));
    },
    error: (error: unknown) => problems.push(String(error)),
  });
  end(() => {
    listening.unsubscribe();
  });
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const command = (method: string, params?: object) => send(method, params, String(sessionId));
  for (const domain of ['Page', 'Runtime', 'Log', 'Performance']) await command(`${domain}.enable`);

  return {
    async open(url) {
      const loaded = first(
        message$.pipe(
          filter(({ method }) => method === 'Page.loadEventFired'),
          take(1),
        ),
      );
      await command('Page.navigate', { url });
      await loaded;
    },
    async evaluate(expression) {
      const { result, exceptionDetails } = await command('Runtime.evaluate', {
        ...{ expression, returnByValue: true, awaitPromise: true },
      });
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { readonly value?: unknown }).value;
    },
    async resize(width, height) {
      await command('Emulation.setDeviceMetricsOverride', {
        ...{ width, height, deviceScaleFactor: 1, mobile: width < 600 },
      });
    },
    async setScheme(scheme) {
      const features = [{ name: 'prefers-color-scheme', value: scheme }];
      await command('Emulation.setEmulatedMedia', { features });
    },
    async busyMs() {
      const { metrics } = await command('Performance.getMetrics');
      const msOf = (metric: string) =>
        1_000 *
        ((metrics as readonly { name: string; value: number }[]).find(({ name }) => name === metric)
          ?.value ?? NaN);
      return { scripts: msOf('ScriptDuration'), all: msOf('TaskDuration') };
    },
    problems: () => problems,
    async screenshot(path) {
      const { data } = await command('Page.captureScreenshot', { captureBeyondViewport: true });
      writeFileSync(path, Buffer.from(String(data), 'base64'));
    },
  };
}

/** Chromium has no sandbox for root, and a container has little shared memory. */
const FLAGS = [
  '--headless=new',
  '--remote-debugging-pipe',
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--no-first-run',
  '--hide-scrollbars',
];

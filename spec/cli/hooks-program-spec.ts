import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  cleanUp,
  dial,
  directory,
  DONE,
  drop,
  everythingIn,
  freePort,
  until,
} from '../support/programs.js';
import { refusing, type Server, startServer } from '../support/servers.js';
import { program, terminal } from '../support/terminal.js';
import { isRunning } from '../support/processGroup.js';

interface HookServer extends Server {
  /** The directory in which it runs. */
  readonly cwd: string;
  /** A path of FILE-DIR. */
  readonly at: (name: string) => string;
  readonly read: (name: string) => string;
}

/** Starts a server in a directory of its own, whose FILE-DIR is `inbox`. */
async function hookServer(
  args: readonly string[],
  env?: Record<string, string>,
): Promise<HookServer> {
  const cwd = directory();
  const dir = join(cwd, 'inbox');
  const running = await startServer(args, { dir, cwd, ...(env && { env }) });
  const at = (name: string) => join(dir, name);
  return { ...running, cwd, at, read: (name) => readFileSync(at(name), 'utf8') };
}

/** Ends a server by SIGTERM. */
function stop({ program }: Server) {
  program.kill('SIGTERM');
  return program.ended;
}

/** Waits until a command has written the number of its shell into FILE-DIR's parent. */
async function shellOf({ cwd }: HookServer, name = 'shell'): Promise<number> {
  const path = join(cwd, name);
  await until(() => existsSync(path) && readFileSync(path, 'utf8').endsWith('\n'));
  return Number(readFileSync(path, 'utf8'));
}

/** A command that ends by nothing but SIGKILL. */
const STUBBORN = `trap '' TERM; echo $$ > shell; while :; do sleep 60; done`;

describe.each([
  ['one process', []],
  ['workers', ['--workers', '2']],
])('--check, with %s', (_, workers) => {
  afterEach(cleanUp);

  const server = (args: readonly string[], env?: Record<string, string>) =>
    hookServer([...args, ...workers], env);

  it('publishes a file if the status is 0, and ERROR otherwise', async () => {
    const own = await server(['--check', '! grep -q virus "$RXDROP_FILE"']);
    expect(await drop(own.port, 'harmless')).toBe('FIN');
    expect(await drop(own.port, 'a virus')).toBe('RST');
    expect(await drop(own.port, '')).toBe('FIN');
    expect(await stop(own)).toStrictEqual(DONE);
    expect(everythingIn(own.at('.'))).toStrictEqual(['1.file', '2.file', '3.file']);
    expect([1, 2, 3].map((id) => own.read(`${id}.file`))).toStrictEqual(['harmless', 'ERROR', '']);
  });

  it('gives the command all bytes before the file has its name', async () => {
    const own = await server(['--check', 'ls inbox > seen; cat "$RXDROP_FILE" > copy']);
    const text = 'x'.repeat(3_000_000);
    expect(await drop(own.port, text)).toBe('FIN');
    expect(readFileSync(join(own.cwd, 'seen'), 'utf8')).toBe('');
    expect(readFileSync(join(own.cwd, 'copy'), 'utf8')).toBe(text);
  });

  it('puts the facts into the environment, and removes the variables of our options', async () => {
    const own = await server(['--sha256', '--check', 'env | grep ^RXDROP_ | sort > facts'], {
      RXDROP_SERVER_EXEC: ':',
    });
    expect(await drop(own.port, 'abc')).toBe('FIN');
    const facts = readFileSync(join(own.cwd, 'facts'), 'utf8').trimEnd().split('\n');
    expect(facts).toStrictEqual([
      'RXDROP_BYTES=3',
      expect.stringMatching(/^RXDROP_FILE=\/.*\/inbox\/\.[^/]+$/),
      'RXDROP_ID=1',
      expect.stringMatching(/^RXDROP_PEER=127\.0\.0\.1:\d+$/),
      'RXDROP_SHA256=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    ]);
  });

  it('prints a warning if a check cannot run, and none if it refuses a file (S11)', async () => {
    const line =
      'read -r first < "$RXDROP_FILE"; case $first in a) echo no; exit 1;; esac; no-such';
    const own = await server(['--check', line]);
    expect(await drop(own.port, 'a\n')).toBe('RST');
    expect(await drop(own.port, 'b\n')).toBe('RST');
    const { stderr, ...end } = await stop(own);
    expect({ ...end, stderr: '' }).toStrictEqual(DONE);
    expect(stderr).toMatch(
      /^WARNING: 2\.file from 127\.0\.0\.1:\d+: refused by --check: .*no-such.*\n$/,
    );
  });

  it('publishes ERROR if the check takes too long', async () => {
    const own = await server(['--check', STUBBORN, '--check-timeout', '1s']);
    expect(await drop(own.port, 'abc')).toBe('RST');
    const shell = await shellOf(own);
    expect(own.read('1.file')).toBe('ERROR');
    await until(() => !isRunning(shell));
    expect((await stop(own)).stderr).toMatch(
      /^WARNING: 1\.file from .*: --check took longer than 1 s\n$/,
    );
  });

  it('ends checks at the stop, and publishes ERROR', async () => {
    const own = await server(['--check', STUBBORN]);
    const verdict = drop(own.port, 'abc');
    const shell = await shellOf(own);
    expect(isRunning(shell)).toBe(true);
    expect(await stop(own)).toStrictEqual(DONE);
    expect(await verdict).toBe('RST');
    expect(everythingIn(own.at('.'))).toStrictEqual(['1.file']);
    expect(own.read('1.file')).toBe('ERROR');
    await until(() => !isRunning(shell));
  });

  it('lets checks finish within --drain', async () => {
    const own = await server([
      '--drain',
      '10s',
      '--check',
      'echo $$ > shell; until [ -e go ]; do sleep 0.01; done',
    ]);
    const verdict = drop(own.port, 'abc');
    await shellOf(own);
    own.program.kill('SIGTERM');
    await refusing(own.port);
    writeFileSync(join(own.cwd, 'go'), '');
    expect(await verdict).toBe('FIN');
    expect(await own.program.ended).toStrictEqual(DONE);
    expect(own.read('1.file')).toBe('abc');
  });

  it('never treats a sender as idle while it waits for a check', async () => {
    const own = await server(['--idle-timeout', '1s', '--check', 'sleep 1.5']);
    const verdicts = await Promise.all(['a', 'b', 'c'].map((text) => drop(own.port, text)));
    expect(verdicts).toStrictEqual(['FIN', 'FIN', 'FIN']);
  });

  it('sends the line of --receipt after the check', async () => {
    const own = await server(['--receipt', '--check', 'echo checked > done']);
    const { socket, verdict } = await dial(own.port);
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString())).end('abc');
    expect(await verdict).toBe('FIN');
    expect(answer).toMatch(/^OK 1 3 ba78/);
    expect(existsSync(join(own.cwd, 'done'))).toBe(true);
  });
});

describe('--exec', () => {
  afterEach(cleanUp);

  it('keeps FILE-DIR locked until the last command has ended (S13)', async () => {
    const own = await hookServer([
      ...['--count', '1'],
      ...[
        '--exec',
        'echo $$ > shell; until [ -e go ]; do sleep 0.01; done; cat "$RXDROP_FILE" > seen',
      ],
    ]);
    expect(await drop(own.port, 'first')).toBe('FIN');
    await shellOf(own);
    const second = await startServer([], { dir: own.dir });
    expect((await second.program.ended).stderr).toContain('is in use by another server');
    writeFileSync(join(own.cwd, 'go'), '');
    expect(await own.program.ended).toStrictEqual(DONE);
    expect(readFileSync(join(own.cwd, 'seen'), 'utf8')).toBe('first');
  });

  it('runs a command after each file, with the facts in the environment', async () => {
    const own = await hookServer([
      '--exec',
      'cp "$RXDROP_FILE" "$RXDROP_ID.copy"; env | grep ^RXDROP_ | sort > "$RXDROP_ID.new"; mv "$RXDROP_ID.new" "$RXDROP_ID.facts"',
    ]);
    expect(await drop(own.port, 'abc')).toBe('FIN');
    await until(() => existsSync(join(own.cwd, '1.facts')));
    expect(readFileSync(join(own.cwd, '1.copy'), 'utf8')).toBe('abc');
    const facts = readFileSync(join(own.cwd, '1.facts'), 'utf8').trimEnd().split('\n');
    expect(facts).toStrictEqual([
      'RXDROP_BYTES=3',
      expect.stringMatching(/^RXDROP_FILE=\/.*\/inbox\/1\.file$/),
      'RXDROP_ID=1',
      expect.stringMatching(/^RXDROP_PEER=127\.0\.0\.1:\d+$/),
    ]);
  });

  it('runs no command for a file that failed', async () => {
    const own = await hookServer(['--max-size', '3', '--exec', 'touch "$RXDROP_ID.ran"']);
    expect(await drop(own.port, 'abcd')).toBe('RST');
    expect(await drop(own.port, 'abc')).toBe('FIN');
    await until(() => existsSync(join(own.cwd, '2.ran')));
    await stop(own);
    expect(readdirSync(own.cwd).sort()).toStrictEqual(['2.ran', 'inbox']);
  });

  it('reports a command that fails, in a warning, and keeps the file (S11)', async () => {
    const own = await hookServer(['--exec', 'echo "no \\033[31mroom" >&2; exit 9']);
    expect(await drop(own.port, 'abc')).toBe('FIN');
    await until(() => own.program.stderr() !== '');
    expect(own.program.stderr()).toMatch(
      /^WARNING: --exec for 1\.file ended with status 9 in \d+ ms: no \\x1b\[31mroom\n$/,
    );
    expect(await stop(own)).toMatchObject({ status: 0, stdout: '' });
    expect(own.read('1.file')).toBe('abc');
  });

  it('prints what commands print with --verbose, with the name of the file', async () => {
    const own = await hookServer(['-v', '--exec', 'echo one; echo two >&2']);
    expect(await drop(own.port, 'abc')).toBe('FIN');
    await until(() => own.program.stderr().includes('two'));
    expect((await stop(own)).stderr).toBe('1.file: one\n1.file: two\n');
  });

  it('ends commands at the stop, also those that ignore SIGTERM', async () => {
    const own = await hookServer(['--exec', STUBBORN]);
    expect(await drop(own.port, 'abc')).toBe('FIN');
    const shell = await shellOf(own);
    const { stderr, ...end } = await stop(own);
    expect({ ...end, stderr: '' }).toStrictEqual(DONE);
    expect(stderr).toBe('WARNING: --exec for 1.file was ended: the server stopped\n');
    await until(() => !isRunning(shell));
    expect(own.read('1.file')).toBe('abc');
  });

  it('reports how many commands it has not run at the stop', async () => {
    const own = await hookServer(['--exec', 'echo $$ > shell; sleep 60']);
    const files = availableParallelism() + 38;
    for (let sent = 0; sent < files; sent++) expect(await drop(own.port, 'abc')).toBe('FIN');
    await shellOf(own);
    const { stderr } = await stop(own);
    expect(stderr).toMatch(/^WARNING: --exec for \d+\.file is not run: the server stopped\n/);
    const more = [...stderr.matchAll(/\(and (?<count>\d+) more\)/g)];
    const lines = stderr.trimEnd().split('\n').length;
    expect(lines + more.reduce((sum, { groups }) => sum + Number(groups?.count), 0)).toBe(files);
  });
});

describe('a terminal', () => {
  afterEach(cleanUp);

  /** What a terminal shows after one file. */
  async function shownAfter(args: string, cwd = directory()): Promise<string> {
    const port = await freePort();
    const command = program('rxdrop-server', `${port} inbox --count 1 ${args}`);
    const { shown, ended } = terminal(command, { cwd });
    await drop(port, 'a text');
    expect(await ended).toBe(0);
    return shown();
  }

  it.each(['', '--verbose'])('shows a command that fails once %s', async (verbose) => {
    const shown = await shownAfter(`--exec 'echo broken; exit 3' ${verbose}`);
    expect(shown.match(/ended with status 3/g)).toHaveLength(1);
    expect(shown.match(/broken/g)).toHaveLength(1);
    expect(shown).not.toContain('WARNING');
  });

  it('does not hide a warning that goes elsewhere (S11)', async () => {
    const cwd = directory();
    const shown = await shownAfter(`--exec 'exit 3' 2> log`, cwd);
    expect(shown).toContain('--exec for 1.file ended with status 3');
    expect(readFileSync(join(cwd, 'log'), 'utf8')).toMatch(/^WARNING: --exec for 1\.file/);
  });

  it.each(['> out', '--quiet', '--events > out'])(
    'shows a warning if it has no line for the command: %s (S11)',
    async (args) => {
      const shown = await shownAfter(`--exec 'exit 3' ${args}`);
      expect(shown).toMatch(/^WARNING: --exec for 1\.file ended with status 3/);
    },
  );
});

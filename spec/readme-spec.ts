import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientCommand, commandLine as client } from '../src/cli/clientCommand.js';
import { commandLine as server, serverCommand } from '../src/cli/serverCommand.js';
import { statusOf } from '../src/cli/explain.js';
import { lineOf } from '../src/cli/outputs/line.js';
import { errorData } from '../src/errorData.js';
import { ResetError } from '../src/errors.js';
import schema from '../schema/events.json' with { type: 'json' };
import { blocksOf, linksOf } from './support/pages.js';
import { cleanUp, directory, freePort, run, until } from './support/programs.js';

const readme = readFileSync('README.md', 'utf8');
const serverPage = readFileSync('docs/server.md', 'utf8');
const clientPage = readFileSync('docs/client.md', 'utf8');

const session = blocksOf(readme, 'console')[0] ?? '';

describe('the README', () => {
  afterEach(cleanUp);

  it('has at most 200 lines', () => {
    expect(readme.split('\n').length - 1).toBeLessThanOrEqual(200);
  });

  it('links only to files of the package', () => {
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], { encoding: 'utf8' }),
    ) as { files: { path: string }[] }[];
    const held = packed?.files.map(({ path }) => path) ?? [];
    const links = linksOf({ path: 'README.md', text: readme });
    expect(links.map(({ path }) => path).filter((path) => !held.includes(path))).toStrictEqual([]);
  });

  it('shows a session that runs', async () => {
    const port = await freePort();
    const cwd = directory();
    writeFileSync(join(cwd, 'a.bin'), 'abc');
    const env = { RXDROP_CLIENT_PROGRESS: 'plain' };
    const [serve = '', send = '', compare = ''] = [
      ...session.matchAll(/^\$ (?<command>.*)$/gm),
    ].map(({ groups }) => groups?.command?.replace('5000', String(port)) ?? '');
    const start = (command: string) => {
      const [name, ...args] = command.replace(/ &$/, '').split(' ');
      return run(name === 'rxdrop-server' ? name : 'rxdrop-client', args, { cwd, env });
    };

    start(serve);
    const printed: string[] = [];
    await until(async () => {
      const { status, stderr } = await start(send).ended;
      printed.push(stderr);
      return status === 0;
    });
    expect(execFileSync('sh', ['-c', compare], { cwd, encoding: 'utf8' })).toBe('the same\n');
    expect(shapes(session)).toContain(shapes(printed.at(-1) ?? '')[0]);
  });

  it.each([
    ['README.md', session],
    ['docs/server.md', blocksOf(serverPage, 'console')[0] ?? ''],
  ])('shows lines that the server prints: %s', (_, text) => {
    const stamp = { version: 1, time: '2026-11-25T13:45:01.250Z' } as const;
    const transfer = { ...stamp, connection: 1, id: 1, file: '1.file', bytes: 1, ms: 1 };
    const lines = [
      { type: 'listening', ...stamp, address: '::', port: 5000 } as const,
      { type: 'received', ...transfer, peer: '127.0.0.1:45778' } as const,
      {
        type: 'failed',
        ...{ ...transfer, id: 2, file: '2.file', peer: '127.0.0.1:45790' },
        reason: 'RESET',
        error: errorData(new ResetError()),
      } as const,
      { type: 'stopped', ...stamp } as const,
    ].map((event) => shapes(lineOf(event, { verbosity: 'normal', dir: 'inbox' }) ?? '')[0]);
    const shown = shapes(text).filter((line) => !/^(\$|a\.bin|the same|\^C)/.test(line));
    expect(shown.length).toBeGreaterThan(1);
    expect(lines).toEqual(expect.arrayContaining(shown));
  });
});

describe('the pages of the programs', () => {
  it.each([
    ['docs/server.md', serverPage, serverCommand(['--help=all'], {}).text],
    ['docs/client.md', clientPage, clientCommand(['--help=all'], {}).text],
  ])('have a row for every option that `--help=all` lists: %s', (_, page, help = '') => {
    const options = [...help.matchAll(/^ {2,8}(?:-\w, )?(?<option>--[a-z0-9-]+)/gm)].map(
      ({ groups }) => groups?.option ?? '',
    );
    const rows = [...page.matchAll(/^\| `(?:-\w, )?(?<option>--[a-z0-9-]+)/gm)].map(
      ({ groups }) => groups?.option ?? '',
    );
    expect(rows.length).toBeGreaterThan(10);
    expect([...rows, '--help', '--version'].sort()).toStrictEqual(options.sort());
  });

  it.each([
    ['docs/server.md', serverPage, serverCommand(['--help=all'], {}).text],
    ['docs/client.md', clientPage, clientCommand(['--help=all'], {}).text],
  ])('have a row for every exit status that `--help=all` lists: %s', (_, page, help = '') => {
    const statuses = [...help.matchAll(/(?<=[ \n])(?<status>[67]\d)\s+[a-zA-Z]/g)].map(
      ({ groups }) => groups?.status ?? '',
    );
    expect(statuses.length).toBeGreaterThan(3);
    expect(statuses.filter((status) => !page.includes(`| ${status} `))).toStrictEqual([]);
  });
});

describe('the exit statuses of the programs', () => {
  it('include the one of every error', () => {
    const listed = [server, client].flatMap(({ statuses }) => Object.keys(statuses));
    const codes = schema.$defs.ErrorCode.enum;
    const ofErrors = codes.map((code) => String(statusOf({ code, message: '' })));
    expect(ofErrors.filter((status) => !listed.includes(status))).toStrictEqual([]);
  });
});

/** The lines of a text, with `#` in the place of quantities, which differ between machines. */
const shapes = (text: string): readonly string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/\d+(\.\d+)? (B|KiB|MiB|GiB|ms|s|min \d+ s)\b/g, '#'));
